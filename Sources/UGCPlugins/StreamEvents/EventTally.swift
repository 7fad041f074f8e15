import TaskKit
import UGCPlatform

/// How many events came, and what has become of them.
struct EventTally: Sendable, Hashable {
  var received = 0
  var applied = 0
  var duplicates = 0
  var skipped: [EventSkip: Int] = [:]
  /// Those that could not be read or applied.
  var failed = 0

  var skippedInAll: Int { skipped.values.reduce(0, +) }

  mutating func count(_ outcome: EventOutcome) {
    received += 1
    switch outcome {
    case .applied: applied += 1
    case .duplicate: duplicates += 1
    case .skipped(let reason): skipped[reason, default: 0] += 1
    case .failed, .blocked: failed += 1
    }
  }

  mutating func countUnreadable() {
    received += 1
    failed += 1
  }

  /// `applied 4 of 9 events (1 duplicate; 3 skipped: 2 of unknown channels, 1 of the account; 1 failed)`.
  var sentence: String {
    var others: [String] = []
    if duplicates > 0 { others.append(duplicates.counted("duplicate")) }
    if skippedInAll > 0 {
      let reasons = EventSkip.allCases.compactMap { reason in
        skipped[reason].map { "\($0) \(reason.description)" }
      }
      others.append("\(skippedInAll) skipped: \(reasons.joined(separator: ", "))")
    }
    if failed > 0 { others.append("\(failed) failed") }
    let rest = others.isEmpty ? "" : " (\(others.joined(separator: "; ")))"
    return "applied \(applied) of \(received.counted("event"))\(rest)"
  }

  static let outputDeclarations: [OutputDeclaration] = [
    .integer("received", "Events that came: applied + duplicates + skipped + failed."),
    .integer("applied", "Events that a session's row has now, and had not before."),
    .integer("duplicates", "Events that a row had already."),
    .integer("skipped", "Events that are none of the stack's business, or older than what is kept."),
    .string("skippedReasons", "How many were skipped for which reason, as JSON."),
    .integer("failed", "Events that could not be read or applied."),
  ]

  var outputs: TaskOutputs {
    let reasons = EventSkip.allCases.compactMap { reason in
      skipped[reason].map { JSONValue.Member(reason.rawValue, .integer($0)) }
    }
    return [
      "received": .integer(received), "applied": .integer(applied), "duplicates": .integer(duplicates),
      "skipped": .integer(skippedInAll), "skippedReasons": .string(JSONValue.object(reasons).text),
      "failed": .integer(failed),
    ]
  }
}
