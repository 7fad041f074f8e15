/// What has become of an event.
public enum EventOutcome: Sendable, Hashable {
  /// Its session's row has it now.
  case applied
  /// The row had it already.
  case duplicate
  case skipped(EventSkip)
  /// The row may have it or not; applying it again does no harm.
  case failed(StoreError)
  /// A row of its channel cannot be read; other channels' events are not concerned.
  case blocked(StoreError)

  init(_ insertion: SessionEvents.Insertion) {
    switch insertion {
    case .inserted: self = .applied
    case .identified, .known: self = .duplicate
    case .olderThanKept: self = .skipped(.olderThanKept)
    }
  }
}
