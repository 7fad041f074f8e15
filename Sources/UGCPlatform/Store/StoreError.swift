/// Why a store could not do what it was asked.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence, without a full stop.
  public let description: String
  /// What to do.
  public let help: String?
  /// What else is to be known, each one sentence.
  public let notes: [String]

  public init(_ description: String, help: String? = nil, notes: [String] = []) {
    self.description = description
    self.help = help
    self.notes = notes
  }
}

/// A session's row cannot be read, so that what events make of it is not known.
struct UnreadableSession: Error {
  let id: String

  var error: StoreError {
    StoreError("the row of the session \(id) cannot be read", help: "correct its item, or delete it")
  }
}

/// How far a store got with work that did not come to its end.
public struct PartialWork: Error, Sendable, Hashable {
  /// Why it did not.
  public enum Reason: Sendable, Hashable {
    case failed(StoreError)
    case cancelled
  }

  public let reason: Reason
  /// The rows that are known to be done.
  public let done: RowCounts
  /// The rows whose writes were sent, but never answered: they may be done or not.
  public let uncertain: RowCounts

  public init(_ reason: Reason, done: RowCounts, uncertain: RowCounts = RowCounts()) {
    self.reason = reason
    self.done = done
    self.uncertain = uncertain
  }
}
