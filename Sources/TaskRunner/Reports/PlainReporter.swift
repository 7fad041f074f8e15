public import FoundationEssentials
import Logging
import Synchronization
public import TaskKit

/// Lines for people and for logs: results on standard output, all else on standard error.
public final class PlainReporter: RunObserver {
  /// How much is said.
  public enum Verbosity: Int, Sendable, Comparable {
    case quiet
    case normal
    case verbose

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Progress lines in between would fill a log.
  private static let pauseBetweenProgress = 5.0

  private struct State {
    /// Calls whose last piece of output did not end its line, by stream.
    var openLines: [OutputStream: CallIdentity] = [:]
    var lastProgress: [CallIdentity: Date] = [:]
  }

  private let output: any ByteSink
  private let error: any ByteSink
  private let verbosity: Verbosity
  private let renderer: DiagnosticRenderer
  /// Whether a line says which call it belongs to: a lone task's output is passed through as it is.
  private let namesCalls: Bool
  private let state = Mutex(State())

  public init(
    output: any ByteSink, error: any ByteSink, verbosity: Verbosity, renderer: DiagnosticRenderer, namesCalls: Bool
  ) {
    self.output = output
    self.error = error
    self.verbosity = verbosity
    self.renderer = renderer
    self.namesCalls = namesCalls
  }

  public func receive(_ event: RunEvent, at time: Date) {
    switch event {
    case .runStarted: break
    case .taskStarted(let call):
      if namesCalls { tell("> \(call.path)") }
    case .output(let call, let bytes, let stream):
      write(bytes, of: call, to: stream)
    case .progress(let call, let progress):
      if isDue(call, progress, at: time) { tell("\(call.path): \(progress.line)") }
    case .log(let call, let level, let message):
      log(level, message, call)
    case .finding(let call, let finding):
      tell(lines(of: finding, call), .quiet)
    case .taskFinished(let call, let result):
      finish(call, result)
    case .runFinished(let result):
      // With several tasks each failure was told where it happened.
      if let failure = result.failure, !namesCalls { tell(failure) }
    }
  }

  private func finish(_ call: CallIdentity, _ result: TaskResult) {
    state.withLock { closeLines(&$0) }
    guard namesCalls else { return }
    let outputs = result.outputs.values.map { " \($0.name)=\($0.value)" }.joined()
    let details = verbosity == .verbose ? outputs : ""
    if let failure = result.failure, failure.call == call { tell(failure) }
    tell(
      "\(result.status == .succeeded ? "ok" : result.status.rawValue) \(call.path) (\(result.duration.brief))\(details)"
    )
  }

  private func tell(_ failure: RunFailure) {
    for diagnostic in failure.diagnostics {
      let name = namesCalls ? "\(failure.call.path): " : ""
      let named = Diagnostic(
        diagnostic.severity, "\(name)\(diagnostic.message)", at: diagnostic.origin, help: diagnostic.help,
        notes: diagnostic.notes, isConcealed: diagnostic.isConcealed)
      error.write(renderer.render(named))
    }
  }

  private func log(_ level: Logger.Level, _ message: String, _ call: CallIdentity) {
    let needed: Verbosity = level >= .warning ? .quiet : level >= .info ? .normal : .verbose
    let prefix = level >= .warning ? "\(level.rawValue): " : ""
    tell("\(prefix)\(namesCalls ? "\(call.path): " : "")\(message)", needed)
  }

  private func tell(_ line: String, _ needed: Verbosity = .normal) {
    guard verbosity >= needed else { return }
    state.withLock { closeLines(&$0) }
    error.write(printable(line) + "\n")
  }

  private func lines(of finding: Finding, _ call: CallIdentity) -> String {
    let message = printableLine(finding.message)
    var text = "\(finding.severity.rawValue): \(namesCalls ? "\(call.path): " : "")\(message) [\(finding.code)]"
    for (label, detail) in [
      (" --> ", finding.place), ("  expected: ", finding.expected), ("  found: ", finding.found),
      ("help: ", finding.help),
    ] {
      if let detail { text += "\n\(label)\(printableLine(detail))" }
    }
    return text
  }

  private func isDue(_ call: CallIdentity, _ progress: Progress, at time: Date) -> Bool {
    state.withLock { state in
      guard let last = state.lastProgress[call] else {
        state.lastProgress[call] = time
        return false
      }
      guard time.timeIntervalSince(last) >= Self.pauseBetweenProgress else { return false }
      state.lastProgress[call] = time
      return true
    }
  }

  private func write(_ bytes: [UInt8], of call: CallIdentity, to stream: OutputStream) {
    let sink = stream == .standardOutput ? output : error
    guard namesCalls else { return sink.write(bytes) }
    state.withLock { state in
      var shown: [UInt8] = []
      var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      let last = lines.removeLast()
      for line in lines {
        shown += prefix(for: call, stream, &state) + line + [UInt8(ascii: "\n")]
        state.openLines[stream] = nil
      }
      if !last.isEmpty {
        shown += prefix(for: call, stream, &state) + last
        state.openLines[stream] = call
      }
      sink.write(shown)
    }
  }

  /// What comes before a piece of a line: nothing where it goes on, a line break where another call's is open.
  private func prefix(for call: CallIdentity, _ stream: OutputStream, _ state: inout State) -> [UInt8] {
    switch state.openLines[stream] {
    case call?: return []
    case nil: return Array("\(call.path) | ".utf8)
    case _?: return Array("\n\(call.path) | ".utf8)
    }
  }

  /// Ends the lines that scripts left open, so that ours begin at the margin.
  private func closeLines(_ state: inout State) {
    guard namesCalls else { return }
    for (stream, _) in state.openLines { (stream == .standardOutput ? output : error).write("\n") }
    state.openLines = [:]
  }
}

extension Progress {
  /// `120000 of 1000000 channels (12%)`.
  public var line: String {
    guard let total, total > 0 else { return "\(done) \(unit)" }
    return "\(done) of \(total) \(unit) (\(done * 100 / total)%)"
  }
}

extension Duration {
  /// `0.12 s`, `2 min 5 s`.
  public var brief: String {
    let seconds = inSeconds
    guard seconds < 60 else { return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s" }
    let hundredths = Int((seconds * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
  }
}
