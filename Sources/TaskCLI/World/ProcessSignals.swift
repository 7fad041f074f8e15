import Dispatch
import Glibc
import Synchronization
import TaskRunner

/// The signals that this process gets, as a run wants them.
final class ProcessSignals: Sendable {
  /// How long a run may take to end after it was told twice.
  private static let lastGrace = DispatchTimeInterval.seconds(2)

  /// The same signal again so soon is the same order: `timeout` tells a process, and then its group.
  private static let echo = DispatchTimeInterval.milliseconds(100)

  private static let longestRegistration = DispatchTimeInterval.seconds(5)

  private struct State {
    var sources: [any DispatchSourceSignal] = []
    var stops = 0
    var last: (signal: Int32, time: DispatchTime)?
  }

  private let stream: AsyncStream<RunSignal>
  private let continuation: AsyncStream<RunSignal>.Continuation
  private let queue = DispatchQueue(label: "signals")
  private let state = Mutex(State())

  init() {
    (stream, continuation) = AsyncStream.makeStream()
    // A write to a pipe that nobody reads is to fail, not to end the process.
    signal(SIGPIPE, SIG_IGN)
  }

  func give(_ signal: RunSignal) {
    continuation.yield(signal)
  }

  /// Takes the signals over from here on, except those that this process was started to ignore, as under nohup.
  ///
  /// - Parameter onStop: Called when one of them tells the run to end.
  /// - Returns: What they tell.
  func begin(onStop: @escaping @Sendable () -> Void) -> AsyncStream<RunSignal> {
    let registration = DispatchGroup()
    for signal in Signals.ending where !isIgnored(signal) {
      take(signal, registration) { [self] in
        onStop()
        stop(by: signal)
      }
    }
    if !isIgnored(SIGTSTP) { take(SIGTSTP, registration) { [self] in give(.suspend) } }
    // A source takes its signal over on a thread of its own. Before that, the signal would end this process, and leave
    // behind what it had started.
    _ = registration.wait(timeout: .now() + Self.longestRegistration)
    return stream
  }

  /// Suspends this process as Ctrl-Z does by itself: not where nobody could let it go on.
  func suspend() {
    var (own, standard) = (sigaction(), sigaction())
    sigaction(SIGTSTP, nil, &own)
    standard.__sigaction_handler.sa_handler = SIG_DFL
    sigaction(SIGTSTP, &standard, nil)
    var (suspending, masked) = (sigset_t(), sigset_t())
    sigemptyset(&suspending)
    sigaddset(&suspending, SIGTSTP)
    pthread_sigmask(SIG_UNBLOCK, &suspending, &masked)
    // Sent to this thread, so that it does not go on before it is stopped.
    raise(SIGTSTP)
    pthread_sigmask(SIG_SETMASK, &masked, nil)
    sigaction(SIGTSTP, &own, nil)
  }

  private func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    sigaction(signal, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  private func take(
    _ signal: Int32, _ registration: DispatchGroup, _ handler: @escaping @Sendable () -> Void
  ) {
    state.withLock { state in
      let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
      source.setEventHandler(handler: handler)
      registration.enter()
      source.setRegistrationHandler { registration.leave() }
      source.resume()
      state.sources.append(source)
    }
  }

  private func stop(by signal: Int32) {
    let stops: Int? = state.withLock { state in
      let now = DispatchTime.now()
      if let last = state.last, last.signal == signal, now < last.time + Self.echo { return nil }
      state.last = (signal, now)
      state.stops += 1
      return state.stops
    }
    guard let stops else { return }
    give(.stop(signal: signal))
    if stops > 1 {
      queue.asyncAfter(deadline: .now() + Self.lastGrace) { _exit(128 + signal) }
    }
  }
}
