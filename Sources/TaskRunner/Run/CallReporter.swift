import FoundationEssentials
import Logging
import Synchronization
public import Documents
import TaskKit

/// Takes a call's reports, masks its secrets, and turns them into events.
final class CallReporter: TaskReporter {
  /// Progress in between is not worth an event.
  private static let shortestPause = Duration.milliseconds(100)

  private struct State {
    var output: StreamMasker
    var error: StreamMasker
    var lastProgress: ContinuousClock.Instant?
    var hasFinished = false
  }

  private let call: CallIdentity
  private let masker: SecretMasker
  private let relay: EventRelay
  /// Where all that processes write goes, whatever they wrote to.
  private let onlyStream: OutputStream?
  private let state: Mutex<State>

  init(call: CallIdentity, masker: SecretMasker, relay: EventRelay, onlyStream: OutputStream? = nil) {
    self.call = call
    self.masker = masker
    self.relay = relay
    self.onlyStream = onlyStream
    state = Mutex(State(output: StreamMasker(masker), error: StreamMasker(masker)))
  }

  func write(_ bytes: [UInt8], to stream: OutputStream) {
    let stream = onlyStream ?? stream
    state.withLock { state in
      let shown = stream == .standardOutput ? state.output.add(bytes) : state.error.add(bytes)
      if !shown.isEmpty { emit(.output(call, shown, stream)) }
      // A process that the task left behind may write at any time.
      if state.hasFinished { relay.keepUntilEnd(self) }
    }
  }

  func print(_ line: String) {
    emit(.printed(call, masker.mask(line)))
  }

  /// Gives what the maskers hold back, at the end of the call.
  func finish() {
    state.withLock { state in
      state.hasFinished = true
      let (output, error) = (state.output.finish(), state.error.finish())
      if !output.isEmpty { emit(.output(call, output, .standardOutput)) }
      if !error.isEmpty { emit(.output(call, error, .standardError)) }
    }
  }

  func progress(_ progress: Progress) {
    let now = ContinuousClock.now
    let isDue = state.withLock { state in
      if let last = state.lastProgress, progress.done != progress.total, now - last < Self.shortestPause {
        return false
      }
      state.lastProgress = now
      return true
    }
    if isDue { emit(.progress(call, progress)) }
  }

  func log(_ level: Logger.Level, _ message: String) {
    emit(.log(call, level, masker.mask(message)))
  }

  private func emit(_ event: RunEvent) {
    relay.emit(event)
  }

  func report(_ finding: Finding) {
    emit(.finding(call, masker.mask(finding)))
  }
}

extension SecretMasker {
  public func mask(_ finding: Finding) -> Finding {
    Finding(
      code: finding.code, severity: finding.severity, subject: mask(finding.subject), message: mask(finding.message),
      expected: finding.expected.map(mask), found: finding.found.map(mask), help: finding.help.map(mask),
      place: finding.place.map(mask))
  }

  /// The origin, with a file's name masked.
  private func mask(_ origin: Origin) -> Origin {
    guard case .source(let location) = origin, mask(location.source.name) != location.source.name else { return origin }
    let source = SourceText(
      name: mask(location.source.name), path: location.source.path, bytes: location.source.bytes)
    return .source(SourceLocation(source: source, range: location.range))
  }

  /// The JSON with every text masked; keys are not secret.
  public func mask(_ json: JSONValue) -> JSONValue {
    switch json {
    case .string(let text): .string(mask(text))
    case .array(let items): .array(items.map(mask))
    case .object(let members): .object(members.map { JSONValue.Member($0.key, mask($0.value)) })
    case .null, .boolean, .number: json
    }
  }

  func mask(_ outputs: TaskOutputs) -> TaskOutputs {
    var masked = outputs
    for (name, value) in outputs.values {
      if case .string(let text) = value { masked[name] = .string(mask(text)) }
    }
    return masked
  }

  /// The diagnostic with its texts masked; a place whose line shows a secret is no longer quoted.
  func mask(_ diagnostic: Diagnostic) -> Diagnostic {
    guard !isEmpty else { return diagnostic }
    let lines = ([diagnostic.origin] + diagnostic.notes.map(\.origin)).compactMap { $0?.quotedLine }
    return Diagnostic(
      diagnostic.severity, mask(diagnostic.message), at: diagnostic.origin.map(mask), help: diagnostic.help.map(mask),
      notes: diagnostic.notes.map { Diagnostic.Note(mask($0.message), at: $0.origin.map(mask)) },
      isConcealed: diagnostic.isConcealed || lines.contains { mask($0) != $0 })
  }
}
