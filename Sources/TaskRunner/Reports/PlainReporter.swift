public import FoundationEssentials
import Glibc
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

  /// A piece of a line this long is shown before the line ends.
  private static let longestPiece = 1 << 13

  private struct State {
    var lines: [StreamKey: LineBuffer] = [:]
    /// The call whose piece of a line is shown and goes on, by stream.
    var openLines: [OutputStream: CallIdentity] = [:]
    var lastProgress: [CallIdentity: Date] = [:]
    /// Whether a script left a line of standard error open that was passed through as it is.
    var leavesErrorOpen = false
    var summary = RunSummary()
  }

  private struct StreamKey: Hashable {
    let call: CallIdentity
    let stream: OutputStream
  }

  private let output: any ByteSink
  private let error: any ByteSink
  private let style: Style
  private let state = Mutex(State())

  /// How a run is told.
  public struct Style: Sendable {
    public var verbosity: Verbosity
    public var renderer: DiagnosticRenderer
    /// Whether a line says which call it belongs to: a lone task's output is passed through as it is.
    public var namesCalls: Bool
    /// Whether the begin of each task is told.
    public var tellsStarts: Bool
    /// Whether what processes write is shown as it comes.
    public var showsOutput: @Sendable (OutputStream) -> Bool
    /// What to run after a run that did not succeed.
    public var nextCommand: String?
    /// What shows the output that was not shown.
    public var commandForLogs: String?
    /// Tells the job of what is to be annotated, where it is one of GitHub Actions.
    public var github: GitHubActions?
    /// Whether both outputs are one stream.
    public var isOneStream = false

    public init(
      verbosity: Verbosity, renderer: DiagnosticRenderer, namesCalls: Bool, tellsStarts: Bool = true,
      showsOutput: @escaping @Sendable (OutputStream) -> Bool = { _ in true }, nextCommand: String? = nil
    ) {
      self.verbosity = verbosity
      self.renderer = renderer
      self.namesCalls = namesCalls
      self.tellsStarts = tellsStarts
      self.showsOutput = showsOutput
      self.nextCommand = nextCommand
    }
  }

  public init(output: any ByteSink, error: any ByteSink, style: Style) {
    self.output = output
    self.error = error
    self.style = style
  }

  private var namesCalls: Bool { style.namesCalls }

  public func receive(_ event: RunEvent, at time: Date) {
    if namesCalls { state.withLock { $0.summary.receive(event) } }
    switch event {
    case .runStarted, .settled: break
    case .taskStarted(let call):
      if namesCalls, style.tellsStarts { tell("> \(call.path)") }
    case .output(let call, let bytes, let stream):
      if style.showsOutput(stream) { write(bytes, of: call, to: stream) }
    case .printed(let call, let line):
      print(line, of: call)
    case .progress(let call, let progress):
      if isDue(call, progress, at: time) { tell("\(call.path): \(progress.line)") }
    case .log(let call, let level, let message):
      log(level, message, call)
    case .finding(let call, let finding):
      if let github = style.github {
        write([github.annotation(of: finding, call)])
      } else {
        tell(finding.text(of: namesCalls ? call : nil), .quiet)
      }
    case .stopping(let signal, let grace):
      tell("\(Signals.name(signal)): what runs has \(grace.written) to end; once more to end at once")
    case .retrying(let call, let attempt):
      if let github = style.github {
        write([github.annotation(ofWarning: attempt.line, call)])
      } else {
        tell("\(namesCalls ? "\(call.path): " : "")\(attempt.line)")
      }
    case .taskFinished(let call, let result):
      finish(call, result)
    case .runFinished(let result):
      finish(result)
    }
  }

  /// Whether what processes write to a stream is shown as it comes.
  public func showsOutput(of stream: OutputStream) -> Bool {
    style.showsOutput(stream)
  }

  /// What a running task wrote last.
  public func lastLine(of call: CallIdentity) -> [UInt8]? {
    state.withLock { $0.summary.lastLine(of: call) }
  }

  private func finish(_ call: CallIdentity, _ result: TaskResult) {
    guard namesCalls else {
      if let reason = result.reason { tell("\(call.path): \(result.mark()), \(reason)") }
      if result.isAllowedToFail, let failure = result.failure { tell(failure, .warning) }
      return
    }
    state.withLock { finishLines(of: call, &$0) }
    let outputs = result.outputs.values.map { " \($0.name)=\($0.value)" }.joined()
    let details = style.verbosity == .verbose ? outputs : ""
    var message = ""
    if result.status == .failed, let failure = result.failure, failure.call == call { message = ": \(failure.message)" }
    let reason = result.status == .upToDate ? result.reason.map { "(\($0))" } ?? "" : result.detail(of: call)
    tell("\(result.mark()) \(call.path) \(reason)\(message)\(details)")
  }

  private func finish(_ result: RunResult) {
    for note in result.notes { tell("note: \(note)") }
    // Who runs `… | head` knows that nobody reads any more.
    if result.signal == SIGPIPE, result.failure?.call == nil { return }
    guard namesCalls else {
      if let failure = result.failure { tell(failure) }
      return
    }
    let summary = state.withLock { state in
      for call in Set(state.lines.keys.map(\.call)) { finishLines(of: call, &state) }
      return state.summary
    }
    tell((["", "summary"] + summary.table).joined(separator: "\n"))
    if let command = style.commandForLogs { tell("what they wrote: `\(command)`") }
    for (failure, tail) in summary.failures(of: result) {
      if !tail.isEmpty {
        let lines = tail.map { "  | \(printableLine(String(decoding: $0, as: UTF8.self)))" }
        tell((["", "the last lines of \(failure.call?.path ?? ""):"] + lines).joined(separator: "\n"))
      }
      tell(failure)
    }
    if result.signal != nil, let failure = result.failure, failure.call == nil { tell(failure) }
    if result.status != .succeeded, let next = style.nextCommand { tell("to go on, run `\(next)`") }
  }

  private func tell(_ failure: RunFailure, _ severity: Diagnostic.Severity? = nil) {
    for diagnostic in failure.diagnostics {
      let name = namesCalls ? failure.call.map { "\($0.path): " } ?? "" : ""
      let named = Diagnostic(
        severity ?? diagnostic.severity, "\(name)\(diagnostic.message)", at: diagnostic.origin, help: diagnostic.help,
        notes: diagnostic.notes, isConcealed: diagnostic.isConcealed)
      state.withLock { closeLines(&$0) }
      error.write(
        style.github == nil ? style.renderer.render(named) : WorkflowCommand.disarm(style.renderer.render(named)))
      if let github = style.github {
        let told = diagnostic.with(severity ?? diagnostic.severity)
        write([github.annotation(of: told, title: failure.call?.path)])
      }
    }
  }

  /// Writes lines that the job acts on: only where a line begins are they seen.
  private func write(_ commands: [String]) {
    state.withLock { closeLines(&$0) }
    error.write(commands.map { $0 + "\n" }.joined())
  }

  private func log(_ level: Logger.Level, _ message: String, _ call: CallIdentity) {
    let needed: Verbosity = level >= .warning ? .quiet : level >= .info ? .normal : .verbose
    if level >= .warning, let github = style.github {
      return write([github.annotation(ofWarning: message, call)])
    }
    let prefix = level >= .warning ? "\(level.rawValue): " : ""
    tell("\(prefix)\(namesCalls ? "\(call.path): " : "")\(message)", needed)
  }

  private func tell(_ line: String, _ needed: Verbosity = .normal) {
    guard style.verbosity >= needed else { return }
    state.withLock { closeLines(&$0) }
    error.write(safe(line) + "\n")
  }

  private func safe(_ text: String) -> String {
    style.github == nil ? printable(text) : WorkflowCommand.disarm(printable(text))
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

  private func print(_ line: String, of call: CallIdentity) {
    let text = style.github == nil ? line : WorkflowCommand.disarm(printable(line))
    let bytes = Array((text + "\n").utf8)
    guard namesCalls else { return output.write(bytes) }
    state.withLock { state in
      show([LineBuffer.Piece(bytes: bytes.dropLast(), endsLine: true)], of: call, to: .standardOutput, &state)
    }
  }

  private func write(_ bytes: [UInt8], of call: CallIdentity, to stream: OutputStream) {
    guard namesCalls else {
      if stream == .standardError || style.isOneStream, let last = bytes.last {
        state.withLock { $0.leavesErrorOpen = last != UInt8(ascii: "\n") }
      }
      return sink(stream).write(bytes)
    }
    state.withLock { state in
      let key = StreamKey(call: call, stream: stream)
      let pieces = state.lines[key, default: LineBuffer(longestPiece: Self.longestPiece)].add(bytes)
      show(pieces, of: call, to: stream, &state)
    }
  }

  private func finishLines(of call: CallIdentity, _ state: inout State) {
    for stream in [OutputStream.standardOutput, .standardError] {
      if let rest = state.lines.removeValue(forKey: StreamKey(call: call, stream: stream))?.finished {
        show([rest], of: call, to: stream, &state)
      }
    }
  }

  /// Shows lines, each after its call's name; a line of which a piece was shown goes on.
  private func show(
    _ pieces: [LineBuffer.Piece], of call: CallIdentity, to stream: OutputStream, _ state: inout State
  ) {
    var shown: [UInt8] = []
    for piece in pieces {
      if state.openLines[stream] != call {
        if state.openLines[stream] != nil { shown.append(UInt8(ascii: "\n")) }
        shown += "\(call.path) | ".utf8
      }
      shown += piece.bytes
      if piece.endsLine { shown.append(UInt8(ascii: "\n")) }
      state.openLines[stream] = piece.endsLine ? nil : call
    }
    if !shown.isEmpty { sink(stream).write(shown) }
  }

  /// Ends the lines that scripts left open, so that ours begin at the margin.
  private func closeLines(_ state: inout State) {
    for (stream, _) in state.openLines { sink(stream).write("\n") }
    state.openLines = [:]
    if state.leavesErrorOpen { error.write("\n") }
    state.leavesErrorOpen = false
  }

  private func sink(_ stream: OutputStream) -> any ByteSink {
    stream == .standardOutput ? output : error
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
  /// As users write it: `10s`, `1.5s`.
  fileprivate var written: String {
    let seconds = inSeconds
    return seconds == seconds.rounded() ? "\(Int(seconds))s" : "\(seconds)s"
  }

  /// `0.12 s`, `2 min 5 s`.
  public var brief: String {
    let seconds = inSeconds
    guard seconds < 60 else { return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s" }
    let hundredths = Int((seconds * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
  }
}
