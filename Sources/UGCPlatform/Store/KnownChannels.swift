import Synchronization

/// What was found of channels a moment ago, by ARN.
final class KnownChannels: Sendable {
  /// What is known of a channel.
  enum Finding: Sendable {
    case channel(id: String)
    case absent
  }

  private struct Entry {
    let finding: Finding
    let end: ContinuousClock.Instant
    /// Whether it was looked for with patience.
    let isSure: Bool
    /// Whether it is known that at most its newest session is open.
    var isInOrder = false
  }

  private static let limit = 20_000
  private static let lifetime = Duration.seconds(60)
  /// How long a channel that was looked for with patience is not looked for again.
  private static let absence = Duration.seconds(30)

  private let entries = Mutex<[String: Entry]>([:])

  /// Nil where nothing is known.
  subscript(arn: String) -> Finding? {
    entries.withLock { entries in
      entries[arn].flatMap { $0.end > .now ? $0.finding : nil }
    }
  }

  /// Whether the channel was not there a moment ago, though the index was given time.
  func isSurelyAbsent(_ arn: String) -> Bool {
    entries.withLock { entries in
      guard let entry = entries[arn], case .absent = entry.finding, entry.isSure else { return false }
      return entry.end - Self.lifetime + Self.absence > .now
    }
  }

  func learn(_ arn: String, isSure: Bool, _ finding: Finding) {
    entries.withLock { entries in
      if entries.count >= Self.limit { entries.removeAll(keepingCapacity: true) }
      entries[arn] = Entry(finding: finding, end: .now + Self.lifetime, isSure: isSure)
    }
  }

  func forget(_ arn: String) {
    entries.withLock { $0[arn] = nil }
  }

  /// Whether all of the channel's sessions were looked at a moment ago, and put in order.
  func isInOrder(_ arn: String) -> Bool {
    entries.withLock { $0[arn].map { $0.isInOrder && $0.end > .now } ?? false }
  }

  func learnOrder(_ arn: String) {
    entries.withLock { $0[arn]?.isInOrder = true }
  }
}
