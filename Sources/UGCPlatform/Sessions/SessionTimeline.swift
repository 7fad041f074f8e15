import Instants

/// The sessions of one channel in the order of their starts: each lasts until it ends itself, or the next one begins.
///
/// At most the newest is open.
enum SessionTimeline {
  /// The part of a channel's sessions that a change of one of them can concern.
  struct Window: Sendable {
    /// Where the changed session stands, and where it stood: the part reaches from the last session that had begun
    /// before both to the first that had begun after both.
    let lower: SessionRecord.Place
    let upper: SessionRecord.Place

    init(_ session: SessionRecord, formerly: SessionRecord.Place?) {
      lower = min(session.place, formerly ?? session.place)
      upper = max(session.place, formerly ?? session.place)
    }

    /// Start times from this text on are in the second of the lower end, or later; times of one second are not
    /// ordered by their text: `58.622Z` is before `58Z`.
    var lowerSecond: String { lower.start.iso8601Second }

    /// Whether a session begins after all that the change can concern, but for the first of these.
    func isBelow(_ session: SessionRecord) -> Bool { session.hasBegun && session.place > upper }
  }

  /// Settles a changed session among the others.
  ///
  /// - Parameters:
  ///   - session: The session, whose end is left open or superseded accordingly.
  ///   - window: What part of the others was read.
  ///   - others: Those of the window, and all that are open; in any order.
  /// - Returns: The others that change.
  static func settle(
    _ session: inout SessionRecord, in window: Window, among others: some Sequence<SessionRecord>
  ) -> [SessionRecord] {
    let id = session.id
    var begun = others.filter { $0.hasBegun && $0.id != id }
    if session.hasBegun { begun.append(session) }
    begun.sort { $0.place < $1.place }
    var changed: [SessionRecord] = []
    for index in begun.indices {
      let next = index + 1 < begun.endIndex ? begun[index + 1] : nil
      var settled = begun[index]
      switch settled.end {
      case .own: continue
      case .none:
        if let next { settled.supersede(by: next.place) }
      case .superseded(let successor, _):
        guard settled.id == id || successor == id || next?.id == id else { continue }
        if let next { settled.supersede(by: next.place) } else { settled.reopen() }
      }
      guard settled != begun[index] else { continue }
      if settled.id == id { session = settled } else { changed.append(settled) }
    }
    return changed
  }
}
