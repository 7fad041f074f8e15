import FoundationEssentials
import Synchronization
import TaskRunner

/// Draws the running tasks below what was said, a line each; a finished task leaves one line.
final class LiveBlock: RunObserver {
  private static let shortestPause = 0.05

  private struct Running {
    var startedAt: Date
    var progress: Progress?
  }

  private struct State {
    /// In the order of their beginnings.
    var running: [(call: CallIdentity, task: Running)] = []
    var linesDrawn = 0
    var lastDrawn = Date.distantPast
    /// Whether a script has the terminal.
    var isLent = false
  }

  private let plain: PlainReporter
  private let error: any ByteSink
  private let terminal: Terminal
  private let currentSize: @Sendable () -> (width: Int, height: Int)?
  private let isColored: Bool
  private let now: @Sendable () -> Date
  private let interactive: Set<String>
  private let state = Mutex(State())

  init(
    plain: PlainReporter, error: any ByteSink, terminal: Terminal,
    currentSize: @escaping @Sendable () -> (width: Int, height: Int)?, isColored: Bool,
    now: @escaping @Sendable () -> Date, interactive: Set<String>
  ) {
    self.plain = plain
    self.error = error
    self.terminal = terminal
    self.currentSize = currentSize
    self.isColored = isColored
    self.now = now
    self.interactive = interactive
  }

  func receive(_ event: RunEvent, at time: Date) {
    state.withLock { state in
      switch event {
      case .taskStarted(let call):
        state.running.append((call, Running(startedAt: time)))
        if interactive.contains(call.path) {
          erase(&state)
          state.isLent = true
        }
      case .progress(let call, let progress):
        if let index = state.running.firstIndex(where: { $0.call == call }) {
          state.running[index].task.progress = progress
        }
        return draw(&state, at: time, isDue: false)
      case .output:
        plainlyReceive(event, &state, at: time, erases: false)
        return draw(&state, at: time, isDue: false)
      case .taskFinished(let call, _):
        state.running.removeAll { $0.call == call }
        if interactive.contains(call.path) { state.isLent = false }
      default: break
      }
      plainlyReceive(event, &state, at: time, erases: true)
      draw(&state, at: time, isDue: true)
    }
  }

  /// Takes the block away.
  func erase() {
    state.withLock { erase(&$0) }
  }

  /// Draws the block with the times as they are now.
  func draw() {
    state.withLock { draw(&$0, at: now(), isDue: true) }
  }

  private func plainlyReceive(_ event: RunEvent, _ state: inout State, at time: Date, erases: Bool) {
    if case .output(_, _, let stream) = event, plain.showsOutput(of: stream) { erase(&state) }
    if erases { erase(&state) }
    plain.receive(event, at: time)
  }

  private func erase(_ state: inout State) {
    guard state.linesDrawn > 0 else { return }
    error.write("\u{1B}[\(state.linesDrawn)A\r\u{1B}[J")
    state.linesDrawn = 0
  }

  private func draw(_ state: inout State, at time: Date, isDue: Bool) {
    guard !state.isLent, isDue || time.timeIntervalSince(state.lastDrawn) >= Self.shortestPause else { return }
    state.lastDrawn = time
    let size = currentSize() ?? (terminal.width, terminal.height)
    let most = max(1, min(10, size.height - 2))
    var lines = state.running.prefix(most).map { line(of: $0.call, $0.task, at: time, width: size.width - 1) }
    if state.running.count > most {
      lines.append("  … and \(state.running.count - most) more".cut(toColumns: max(1, size.width - 1)))
    }
    erase(&state)
    guard !lines.isEmpty else { return }
    error.write(lines.map { $0 + "\n" }.joined())
    state.linesDrawn = lines.count
  }

  /// `▸ build  3 s  48% 480 of 1,000 channels  compiling…`.
  private func line(of call: CallIdentity, _ task: Running, at time: Date, width: Int) -> String {
    let elapsed = time.timeIntervalSince(task.startedAt)
    var parts = ["▸ \(call.path)", "\(Int(elapsed)) s"]
    if let progress = task.progress { parts.append(ProgressFigures(progress, elapsed: elapsed).text) }
    if let last = plain.lastLine(of: call) {
      parts.append(printableLine(String(decoding: last.suffix(4096), as: UTF8.self)))
    }
    let text = parts.joined(separator: "  ").cut(toColumns: max(1, width))
    return isColored ? "\u{1B}[36m\(text)\u{1B}[0m" : text
  }
}
