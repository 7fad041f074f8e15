/// The events of one session: sorted, each once, and not more than a row can hold.
///
/// What is kept follows from the set of all events that were ever inserted, in whatever order: those that say something of
/// the session's state, and the newest of the others.
struct SessionEvents: Sendable, Hashable {
  /// As many as IVS keeps.
  static let limit = 50
  /// The most that `decisive` gives.
  private static let mostDecisive = 6

  /// What has become of an event.
  enum Insertion: Sendable, Hashable {
    case inserted
    /// It was there, without its id.
    case identified
    case known
    case olderThanKept
  }

  private(set) var sorted: [SessionEvent]

  init(_ events: [SessionEvent] = []) {
    sorted = events.sorted()
  }

  mutating func insert(_ event: SessionEvent) -> Insertion {
    let alike = sorted.indices.filter { sorted[$0].isLike(event) }
    if !alike.isEmpty {
      if event.id == nil || alike.contains(where: { sorted[$0].id == event.id }) { return .known }
      if let unidentified = alike.first(where: { sorted[$0].id == nil }) {
        sorted[unidentified] = event
        sorted.sort()
        return .identified
      }
    }
    sorted.insert(event, at: sorted.firstIndex { event < $0 } ?? sorted.endIndex)
    var result = Insertion.inserted
    while let index = surplus {
      if sorted.remove(at: index) == event { result = .olderThanKept }
    }
    return result
  }

  /// The oldest event that says nothing of the state, where there are more than are kept.
  private var surplus: Int? {
    guard sorted.count > Self.limit - Self.mostDecisive else { return nil }
    let decisive = Set(decisive)
    guard sorted.count - decisive.count > Self.limit - Self.mostDecisive else { return nil }
    return sorted.indices.first { !decisive.contains(sorted[$0]) }
  }

  /// The events that the state follows from.
  private var decisive: [SessionEvent] {
    [
      created, firstStart, sorted.last { $0.kind == .streamStart || $0.kind == .streamEnd }, lastHealth,
      sorted.first { $0.kind == .fault }, ended,
    ].compactMap { $0 }
  }

  var created: SessionEvent? { sorted.first { $0.kind == .sessionCreated } }

  private var firstStart: SessionEvent? { sorted.first { $0.kind == .streamStart } }

  private var lastHealth: SessionEvent? {
    sorted.last { $0.kind == .starvationStart || $0.kind == .starvationEnd }
  }

  private var ended: SessionEvent? { sorted.last { $0.kind == .sessionEnded } }

  /// Whether they say that the session has begun.
  var tellBeginning: Bool { created != nil || firstStart != nil }

  /// The event that ended the session: it, or its stream where that did not start again.
  var end: SessionEvent? {
    if let ended { return ended }
    let last = sorted.last { $0.kind == .streamStart || $0.kind == .streamEnd }
    return last?.kind == .streamEnd ? last : nil
  }

  /// Nil where no event says it.
  var isHealthy: Bool? { lastHealth.map { $0.kind == .starvationEnd } }

  var haveFault: Bool { sorted.contains { $0.kind == .fault } }
}
