import CSpawn
import Dispatch
import Glibc
import Synchronization
import SystemPackage
import TaskKit

/// How a process ended.
enum TerminationStatus: Sendable, Hashable {
  case exited(Int32)
  case signaled(Int32)

  /// - Parameter status: As `waitpid` gives it.
  init(status: Int32) {
    let signal = status & 0x7f
    self = signal == 0 ? .exited((status >> 8) & 0xff) : .signaled(signal)
  }
}

/// A script's process: a thread of its own passes its output through and sees its end.
///
/// A process that the script left behind may keep a stream open. The script's output counts as passed through once the
/// script has ended and no more came for a moment; what comes later is still passed on, as long as the run goes on.
final class ScriptProcess: Sendable {
  private struct State {
    /// When what is left is killed; nil as long as the script was not told to stop.
    var killTime: ContinuousClock.Instant?
    /// What it was told first.
    var stopSignal: Int32?
    /// Whether its number may be another process's by now.
    var hasEnded = false
  }

  fileprivate let process: pid_t
  fileprivate let exit: FileDescriptor
  fileprivate let streams: [OutputPump.Source]
  fileprivate let terminal: LentTerminal?
  fileprivate let context: TaskContext
  fileprivate let processes: ScriptProcesses
  private let state = Mutex(State())

  /// Takes over the process and the descriptors, whatever happens.
  init(
    process: pid_t, streams: [OutputPump.Source], terminal: LentTerminal?, context: TaskContext,
    processes: ScriptProcesses
  ) throws(DiagnosticError) {
    let exit = open_process(process)
    guard exit >= 0 else {
      let reason = Errno(rawValue: errno)
      Glibc.kill(-process, SIGKILL)
      waitpid(process, nil, 0)
      for (_, descriptor) in streams { try? descriptor.close() }
      throw DiagnosticError("the script cannot be watched: \(reason)", help: "Linux 5.3 or newer is needed")
    }
    self.process = process
    self.exit = FileDescriptor(rawValue: exit)
    self.streams = streams
    self.terminal = terminal
    self.context = context
    self.processes = processes
  }

  /// Returns when the script has ended and its output has been passed through.
  func untilEnded() async -> TerminationStatus {
    await withCheckedContinuation { continuation in
      processes.readerStarted()
      BlockingThread.start { [self] in
        var thread = ScriptThread(self)
        let status = thread.untilEnded()
        // Most scripts leave no stream open: the run need not wait for this thread.
        let isClosed = thread.isClosed
        if isClosed { processes.readerEnded() }
        continuation.resume(returning: status)
        guard !isClosed else { return }
        thread.untilClosed()
        processes.readerEnded()
      }
    }
  }

  /// Kills what is left after the grace period, even where nobody takes the script's output.
  private func kill(after grace: Duration) {
    let nanoseconds = Int(clamping: Int64(grace / .nanoseconds(1)))
    DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [self] in
      guard !hasEnded else { return }
      killAll()
      kill(after: .milliseconds(20))
    }
  }

  private var hasEnded: Bool {
    state.withLock { $0.hasEnded }
  }

  fileprivate var killTime: ContinuousClock.Instant? {
    state.withLock { $0.killTime }
  }

  fileprivate var stopSignal: Int32? {
    state.withLock { $0.stopSignal }
  }

  func obey(_ order: ControlOrder) {
    switch order {
    case .hold: signalGroup(SIGSTOP)
    case .goOn: signalGroup(SIGCONT)
    case .stop(let signal, let grace):
      let isFirst = state.withLock { state in
        defer {
          state.killTime = min(state.killTime ?? .now + grace, .now + grace)
          state.stopSignal = state.stopSignal ?? signal
        }
        return state.killTime == nil
      }
      kill(after: grace)
      guard isFirst else { return }
      signalGroup(signal)
      for process in strays { Glibc.kill(process, signal) }
      // A process that is held could not act on the signal.
      signalGroup(SIGCONT)
    }
  }

  private func signalGroup(_ signal: Int32) {
    state.withLock { state in
      if !state.hasEnded { Glibc.kill(-process, signal) }
    }
  }

  /// Reaps the process: from here on its number may be another's.
  fileprivate func reap() -> TerminationStatus {
    state.withLock { state in
      state.hasEnded = true
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      return TerminationStatus(status: status)
    }
  }

  /// The processes of the script that have left its process group.
  private var strays: [pid_t] {
    allProcesses.filter { getpgid($0) != process }
  }

  fileprivate var allProcesses: [pid_t] {
    ProcessTable.processes(
      with: ProcessTable.Mark(
        sessions: [process], variables: [context.run.processMark, "UGC_CALL=\(context.call)"]))
  }

  fileprivate func killAll() {
    signalGroup(SIGKILL)
    for process in allProcesses { Glibc.kill(process, SIGKILL) }
  }
}

/// What a script's thread does.
private struct ScriptThread {
  private static let silenceAfterEnd = Duration.milliseconds(500)
  private static let longestWaitAfterEnd = Duration.seconds(2)
  private static let silenceAfterKill = Duration.milliseconds(100)
  private static let pause = Duration.milliseconds(20)
  private static let tick = Duration.milliseconds(100)

  private let script: ScriptProcess
  private var pump: OutputPump

  init(_ script: ScriptProcess) {
    self.script = script
    pump = OutputPump(script.streams, context: script.context)
  }

  mutating func untilEnded() -> TerminationStatus {
    while !waitForExit() {}
    if script.killTime != nil { waitForOthers() }
    let status = script.reap()
    script.terminal?.takeBack()
    try? script.exit.close()
    if script.killTime == nil {
      script.processes.sessionEnded(script.process)
      pump.untilSilent(for: Self.silenceAfterEnd, atMost: Self.longestWaitAfterEnd)
    } else {
      pump.untilSilent(for: Self.silenceAfterKill, atMost: Self.longestWaitAfterEnd)
    }
    return status
  }

  var isClosed: Bool { pump.isClosed }

  mutating func untilClosed() {
    pump.untilClosed()
  }

  /// Passes output through for a while; whether the script's own process has ended.
  private mutating func waitForExit() -> Bool {
    script.terminal?.followSuspension(of: script.process, script.context.run.suspend)
    return pump.pass(with: [script.exit], timeout: script.terminal.map { _ in Self.tick }).contains(0)
  }

  /// Gives the script's other processes what is left of the grace period, after which they are killed.
  private mutating func waitForOthers() {
    // A shell starts its background jobs with SIGINT and SIGQUIT ignored; those that heard the signal are not told twice.
    if let signal = script.stopSignal, signal != SIGTERM {
      for process in script.allProcesses where ProcessTable.ignores(signal, process) { kill(process, SIGTERM) }
    }
    while !script.allProcesses.isEmpty {
      // A process that waits for a device cannot be killed.
      if let killTime = script.killTime, ContinuousClock.now >= killTime + Self.longestWaitAfterEnd { return }
      _ = pump.pass(timeout: Self.pause)
    }
  }
}
