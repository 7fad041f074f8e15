import HTTPTypes
import Synchronization
import UGCPlatform

/// What a server counts.
final class ServerStatistics: Sendable {
  /// Failures are told this far apart at most.
  private static let quiet = Duration.seconds(10)

  private struct Counts: Sendable {
    var tally = EventTally()
    var responses: [Int: Int] = [:]
    var time = Duration.zero
    var nextWarning = ContinuousClock.now
  }

  private let counts = Mutex(Counts())

  var tally: EventTally { counts.withLock { $0.tally } }

  /// Gives whether a failure is worth telling the user.
  func count(_ outcome: EventOutcome) -> Bool {
    counts.withLock { counts in
      counts.tally.count(outcome)
      switch outcome {
      case .applied, .duplicate, .skipped: return false
      case .failed, .blocked: break
      }
      guard counts.nextWarning <= .now else { return false }
      counts.nextWarning = .now + Self.quiet
      return true
    }
  }

  func countUnreadable() {
    counts.withLock { $0.tally.countUnreadable() }
  }

  func count(_ status: HTTPResponse.Status, took time: Duration) {
    counts.withLock { counts in
      counts.responses[status.code, default: 0] += 1
      counts.time += time
    }
  }

  /// As Prometheus reads it.
  func prometheusText(waiting: Int) -> String {
    let counts = counts.withLock { $0 }
    let tally = counts.tally
    var lines = [
      "# HELP ugc_stream_events_total Events by what has become of them.", "# TYPE ugc_stream_events_total counter",
    ]
    let outcomes = [("applied", tally.applied), ("duplicate", tally.duplicates), ("failed", tally.failed)]
    lines += outcomes.map { "ugc_stream_events_total{outcome=\"\($0)\"} \($1)" }
    lines += EventSkip.allCases.map { reason in
      "ugc_stream_events_total{outcome=\"skipped\",reason=\"\(reason.rawValue)\"} \(tally.skipped[reason] ?? 0)"
    }
    lines += [
      "# HELP ugc_stream_events_responses_total Answers to events by HTTP status.",
      "# TYPE ugc_stream_events_responses_total counter",
    ]
    lines += counts.responses.sorted { $0.key < $1.key }.map {
      "ugc_stream_events_responses_total{status=\"\($0.key)\"} \($0.value)"
    }
    lines += [
      "# HELP ugc_stream_events_response_seconds How long answers took.",
      "# TYPE ugc_stream_events_response_seconds summary",
      "ugc_stream_events_response_seconds_sum \(counts.time / .seconds(1))",
      "ugc_stream_events_response_seconds_count \(counts.responses.values.reduce(0, +))",
      "# HELP ugc_stream_events_waiting Events that were accepted and are not stored yet.",
      "# TYPE ugc_stream_events_waiting gauge", "ugc_stream_events_waiting \(waiting)",
    ]
    return lines.map { "\($0)\n" }.joined()
  }
}
