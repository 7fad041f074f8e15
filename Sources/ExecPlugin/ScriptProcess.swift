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

/// A script's process: a thread of its own passes its output through and brings it the orders to stop.
///
/// A process that the script left behind may keep a stream open. The script's output counts as passed through once the
/// script has ended and no more came for a moment; what comes later is still passed on, as long as the run goes on.
final class ScriptProcess: Sendable {
  /// Scripts that end sooner need no watcher.
  fileprivate static let timeWithoutWatcher = Duration.milliseconds(50)

  fileprivate let process: pid_t
  fileprivate let exit: FileDescriptor
  fileprivate let streams: [OutputPump.Source]
  fileprivate let terminal: LentTerminal?
  fileprivate let wake: Pipe
  fileprivate let context: TaskContext
  fileprivate let processes: ScriptProcesses
  private let orders = Mutex<[ControlOrder]>([])

  init(
    process: pid_t, streams: [OutputPump.Source], wake: Pipe, terminal: LentTerminal?, context: TaskContext,
    processes: ScriptProcesses
  ) throws(DiagnosticError) {
    let exit = open_process(process)
    guard exit >= 0 else {
      kill(-process, SIGKILL)
      waitpid(process, nil, 0)
      throw DiagnosticError(
        "the script cannot be watched: \(Errno(rawValue: errno))", help: "Linux 5.3 or newer is needed")
    }
    self.process = process
    self.exit = FileDescriptor(rawValue: exit)
    self.streams = streams
    self.wake = wake
    self.terminal = terminal
    self.context = context
    self.processes = processes
  }

  /// Returns when the script has ended and its output has been passed through.
  func run() async -> TerminationStatus {
    await context.stopSwitch.handling(with: obey) {
      await withCheckedContinuation { continuation in
        processes.readerStarted()
        DispatchQueue(label: context.call).async { [self] in
          var thread = ScriptThread(self)
          let status = thread.untilEnded()
          continuation.resume(returning: status)
          thread.untilClosed()
          processes.readerEnded()
        }
      }
    }
  }

  private func obey(_ order: ControlOrder) {
    switch order {
    case .hold: kill(-process, SIGSTOP)
    case .goOn: kill(-process, SIGCONT)
    case .stop:
      orders.withLock { $0.append(order) }
      _ = try? wake.writeEnd.writeAll([0])
    }
  }

  fileprivate func takeOrders() -> [ControlOrder] {
    orders.withLock { orders in
      defer { orders = [] }
      return orders
    }
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
  /// When what is left is killed; nil as long as the script was not told to stop.
  private var killTime: ContinuousClock.Instant?
  private var isWatched = false

  init(_ script: ScriptProcess) {
    self.script = script
    pump = OutputPump(script.streams, context: script.context)
  }

  mutating func untilEnded() -> TerminationStatus {
    let started = ContinuousClock.now
    while !waitForExit(since: started) {}
    if killTime != nil { endWhatIsLeft() }
    let status = reap()
    if killTime == nil {
      script.processes.sessionEnded(script.process)
      pump.untilSilent(for: Self.silenceAfterEnd, atMost: Self.longestWaitAfterEnd)
    } else {
      pump.untilSilent(for: Self.silenceAfterKill, atMost: Self.longestWaitAfterEnd)
    }
    return status
  }

  mutating func untilClosed() {
    pump.untilClosed()
    script.wake.close()
  }

  /// Passes output through for a while; whether the script's own process has ended.
  private mutating func waitForExit(since started: ContinuousClock.Instant) -> Bool {
    let now = ContinuousClock.now
    if let killTime, now >= killTime { killAll() }
    if !isWatched, now - started >= ScriptProcess.timeWithoutWatcher {
      isWatched = true
      script.processes.startWatcher()
    }
    script.terminal?.followSuspension(of: script.process)
    let timeouts = [
      isWatched ? nil : ScriptProcess.timeWithoutWatcher - (now - started),
      killTime.map { max(Self.pause, $0 - now) }, script.terminal.map { _ in Self.tick },
    ]
    let ready = pump.pass(with: [script.exit, script.wake.readEnd], timeout: timeouts.compactMap { $0 }.min())
    if ready.contains(1) { obeyOrders() }
    return ready.contains(0)
  }

  private mutating func obeyOrders() {
    var byte: UInt8 = 0
    _ = withUnsafeMutableBytes(of: &byte) { try? script.wake.readEnd.read(into: $0) }
    for case .stop(let signal, let grace) in script.takeOrders() {
      if killTime == nil {
        kill(-script.process, signal)
        for process in strays { kill(process, signal) }
        // A process that is held could not act on the signal.
        kill(-script.process, SIGCONT)
      }
      killTime = min(killTime ?? .now + grace, .now + grace)
    }
  }

  /// The processes of the script that have left its process group.
  private var strays: [pid_t] {
    processes.filter { getpgid($0) != script.process }
  }

  private var processes: [pid_t] {
    ProcessTable.processes(
      with: ProcessTable.Mark(
        session: script.process,
        variables: [script.context.run.processMark, "UGC_CALL=\(script.context.call)"]))
  }

  private mutating func killAll() {
    kill(-script.process, SIGKILL)
    for process in processes { kill(process, SIGKILL) }
  }

  /// Gives the other processes what is left of the grace period, and kills those that stay.
  private mutating func endWhatIsLeft() {
    while !processes.isEmpty {
      let now = ContinuousClock.now
      if let killTime, now >= killTime { killAll() }
      // A process that waits for a device cannot be killed.
      if let killTime, now >= killTime + Self.longestWaitAfterEnd { return }
      let ready = pump.pass(with: [script.wake.readEnd], timeout: Self.pause)
      if ready.contains(0) { obeyOrders() }
    }
  }

  private func reap() -> TerminationStatus {
    var status: Int32 = 0
    while waitpid(script.process, &status, 0) < 0, errno == EINTR {}
    script.terminal?.takeBack()
    try? script.exit.close()
    return TerminationStatus(status: status)
  }
}
