import TaskKit
import UGCPlatform

/// Replays a file of events: reads the next ones while those before are applied.
struct EventReplay {
  /// What to do with what is no event.
  enum OnInvalid: String, CaseIterable, InputValue {
    case fail
    case skip
  }

  /// How many events are applied together.
  private static let batchSize = 1_000
  /// The longest text of one value: ten of SQS's largest messages in one answer, and their escapes.
  private static let longestText = 32 << 20

  let store: any PlatformStore
  let onInvalid: OnInvalid
  let context: TaskContext

  /// What stands in the file, up to a fault.
  private struct Batch: Sendable {
    var envelopes: [EventEnvelope] = []
    /// The line of each envelope.
    var lines: [Int] = []
    /// What was no event, and is skipped.
    var skipped: [String] = []
    /// What ends the replay when the envelopes are applied, and whether it stands where an event should.
    var fault: (diagnostic: Diagnostic, isUnreadable: Bool)?
    var isLast = false

    var count: Int { envelopes.count + skipped.count }
  }

  /// Replays.
  ///
  /// - Parameters:
  ///   - name: What messages call the file.
  ///   - bytes: Its bytes.
  ///   - tally: Counts, also where the replay does not come to its end.
  /// - Throws: A `DiagnosticError` with the first fault, or a `CancellationError`; what came before stays applied.
  func run(_ name: String, _ bytes: ByteStream, _ tally: inout EventTally) async throws {
    var reader = Reader(name: name, bytes: bytes, onInvalid: onInvalid)
    var batch = try await reader.batch()
    while true {
      let isLast = batch.isLast
      let reading = Task { [reader] in
        var reader = reader
        return isLast ? (Batch(), reader) : (try await reader.batch(), reader)
      }
      do {
        try await withTaskCancellationHandler {
          try await apply(batch, of: name, &tally)
        } onCancel: {
          reading.cancel()
        }
      } catch {
        reading.cancel()
        throw error
      }
      guard !isLast else { return }
      (batch, reader) = try await withTaskCancellationHandler {
        try await reading.value
      } onCancel: {
        reading.cancel()
      }
    }
  }

  private func apply(_ batch: Batch, of name: String, _ tally: inout EventTally) async throws {
    for reason in batch.skipped {
      tally.countUnreadable()
      context.logger.warning("skipped: \(reason)")
    }
    let outcomes = await store.apply(batch.envelopes)
    let isCancelled = Task.isCancelled
    for (outcome, line) in zip(outcomes, batch.lines) {
      switch outcome {
      // It may be applied or not; the same replay can be run again.
      case .failed where isCancelled: continue
      case .failed(let error):
        outcomes.forEach { tally.count($0) }
        throw error.diagnostic
      case .blocked(let error) where onInvalid == .fail:
        outcomes.forEach { tally.count($0) }
        throw DiagnosticError("\(name):\(line): \(error)", help: error.help)
      case .blocked(let error): context.logger.warning("\(name):\(line): \(error)")
      case .applied, .duplicate, .skipped: break
      }
    }
    for outcome in outcomes {
      if isCancelled, case .failed = outcome { continue }
      tally.count(outcome)
    }
    try Task.checkCancellation()
    context.progress(tally.received, of: nil, "events")
    guard let fault = batch.fault else { return }
    if fault.isUnreadable { tally.countUnreadable() }
    throw DiagnosticError(fault.diagnostic)
  }
}

extension EventReplay {
  /// Makes batches of the file's bytes.
  private struct Reader: Sendable {
    let name: String
    let bytes: ByteStream
    let onInvalid: OnInvalid
    var splitter = JSONTextSplitter(limit: EventReplay.longestText)
    var isEnded = false

    init(name: String, bytes: ByteStream, onInvalid: OnInvalid) {
      self.name = name
      self.bytes = bytes
      self.onInvalid = onInvalid
    }

    mutating func batch() async throws -> Batch {
      var batch = Batch()
      while batch.count < EventReplay.batchSize {
        guard let text = nextText(&batch) else {
          guard batch.fault == nil, !isEnded else {
            batch.isLast = true
            break
          }
          // What is there is not held back where more has to be waited for.
          if batch.count > 0 { break }
          try await readOn(&batch)
          continue
        }
        let source = SourceText(name: name, path: name, bytes: text.bytes, firstLine: text.line)
        for item in EventDocument.items(in: source) {
          switch item {
          case .envelope(let envelope):
            batch.envelopes.append(envelope)
            batch.lines.append(text.line)
          case .fault(let diagnostic) where onInvalid == .skip: batch.skipped.append(diagnostic.sentence)
          case .fault(let diagnostic):
            batch.fault = (diagnostic, true)
            batch.isLast = true
            return batch
          }
        }
      }
      return batch
    }

    private mutating func nextText(_ batch: inout Batch) -> JSONTextSplitter.Text? {
      do throws(JSONTextSplitter.Fault) {
        return try splitter.next()
      } catch {
        let message = "\(name):\(error.line): \(error.message)"
        batch.fault = (Diagnostic(.error, message, help: error.help), true)
        return nil
      }
    }

    private mutating func readOn(_ batch: inout Batch) async throws {
      do {
        let next = try await bytes.next()
        if next.isEmpty {
          isEnded = true
          splitter.end()
        } else {
          splitter.append(next)
        }
      } catch let problem as FileProblem {
        batch.fault = (Diagnostic(.error, "\(name) cannot be read on: \(problem)"), false)
      }
    }
  }
}

extension Diagnostic {
  /// The place and the message on one line.
  var sentence: String {
    origin.map { "\($0): \(message)" } ?? message
  }
}
