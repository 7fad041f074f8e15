import Instants

/// A row of the streams table, as events change it.
struct SessionRecord: Sendable, Hashable {
  /// Where a session stands among those of its channel.
  struct Place: Sendable, Hashable, Comparable {
    let start: Instant
    let id: String

    static func < (left: Self, right: Self) -> Bool { (left.start, left.id) < (right.start, right.id) }
  }

  /// How a session ends.
  enum End: Sendable, Hashable {
    /// It has not, as far as its own row says.
    case none
    /// By an event of its own, or for a reason that is not known; the row has the time, or none.
    case own(String?)
    /// A later session of the channel began.
    case superseded(by: String, at: String)
  }

  let channelArn: String
  let id: String
  private(set) var place: Place
  /// Whether it is known to have begun; an event that came before all others may not say so.
  private(set) var hasBegun: Bool
  private(set) var end: End
  private(set) var events: SessionEvents
  private(set) var isHealthy: Bool
  private(set) var hasErrorEvent: Bool
  /// The row as it was read; nil for a new one.
  private(set) var stored: JSONValue?
  private let userSub: String?

  /// A session that there is no row of yet.
  init(channelArn: String, id: String, userSub: String, firstEventAt time: Instant) {
    self.channelArn = channelArn
    self.id = id
    self.userSub = userSub
    place = Place(start: time, id: id)
    hasBegun = false
    end = .none
    events = SessionEvents()
    isHealthy = true
    hasErrorEvent = false
    stored = nil
  }

  /// Takes a row; nil where it lacks its keys, or where its times are no instants.
  init?(stored item: JSONValue, userSub: String? = nil) {
    guard let session = StreamSession(item: item), let start = Instant(iso8601: session.startTime),
      item["endTime"]?.string.map({ Instant(iso8601: $0) != nil }) ?? true
    else { return nil }
    channelArn = session.channelArn
    id = session.id
    self.userSub = userSub
    stored = item
    place = Place(start: start, id: id)
    var events = SessionEvents((item["truncatedEvents"]?.items ?? []).map(SessionEvent.init(item:)))
    isHealthy = item["isHealthy"] != .boolean(false)
    hasErrorEvent = item["hasErrorEvent"] == .boolean(true)
    let endTime = item["endTime"]?.string
    let isSuperseded = endTime != nil && item["supersededBy"]?.string != nil
    let ended = isSuperseded ? nil : endTime.flatMap(Instant.init(iso8601:))
    hasBegun =
      session.isOpen || isSuperseded || events.sorted.isEmpty || events.tellBeginning
      || (ended != nil && events.end?.time != ended)
    // An end that no event tells is an event that was not kept.
    if let ended, events.end?.kind != .sessionEnded, events.end?.time != ended {
      _ = events.insert(SessionEvent(id: nil, type: "IVS Stream State Change", name: "Session Ended", time: ended))
    }
    self.events = events
    if let endTime, let successor = item["supersededBy"]?.string {
      end = .superseded(by: successor, at: endTime)
    } else if let endTime {
      end = .own(endTime)
    } else {
      // A row that has begun, is not open, and does not say when it ended was closed by a program that forgot to.
      end = session.isOpen || !hasBegun ? .none : .own(nil)
    }
  }

  var isOpen: Bool { hasBegun && end == .none }

  /// As the row has it, where it has an equal one.
  var startTime: String {
    if let written = stored?["startTime"]?.string, Instant(iso8601: written) == place.start { return written }
    return place.start.iso8601
  }

  /// What has become of some events, and whether the channel's other sessions matter for what follows.
  struct Insertions: Sendable {
    var results: [SessionEvents.Insertion] = []
    /// Whether the row is another one now.
    var isChanged = false
    /// Whether the session has begun, or moved among the others, or may be open again.
    var concernsOthers = false
    /// Where it stood before, if it had begun.
    var formerPlace: SessionRecord.Place?
  }

  /// Inserts events, and derives all that follows from the session's own events.
  mutating func insert(_ new: [SessionEvent]) -> Insertions {
    var insertions = Insertions(formerPlace: hasBegun ? place : nil)
    let formerEnd = events.end
    for event in new { insertions.results.append(events.insert(event)) }
    let (hadBegun, formerPlace) = (hasBegun, place)
    hasBegun = hasBegun || events.tellBeginning
    // What is too old to be kept can still tell when it began.
    let earliest = ([place.start] + new.compactMap(\.time)).min() ?? place.start
    place = Place(start: events.created?.time ?? earliest, id: id)
    insertions.isChanged =
      place != formerPlace || insertions.results.contains { $0 == .inserted || $0 == .identified }
    guard insertions.isChanged else { return insertions }
    isHealthy = events.isHealthy ?? isHealthy
    hasErrorEvent = hasErrorEvent || events.haveFault
    let isFreed = settleEnd(after: formerEnd)
    insertions.concernsOthers = hasBegun && (!hadBegun || place != formerPlace || isFreed)
    return insertions
  }

  /// Gives whether an end of its own is undone.
  private mutating func settleEnd(after former: SessionEvent?) -> Bool {
    if let event = events.end {
      if let time = event.time { end = .own(time.iso8601) } else if end == .none { end = .own(nil) }
      return false
    }
    guard former != nil else { return false }
    end = .none
    return true
  }

  /// Ends the session with the beginning of a later one.
  mutating func supersede(by successor: Place) {
    end = .superseded(by: successor.id, at: successor.start.iso8601)
  }

  /// Of several readings of a session, the first.
  static func distinct(_ sessions: [SessionRecord]) -> [SessionRecord] {
    var known: Set<String> = []
    return sessions.filter { known.insert($0.id).inserted }
  }

  /// Whether rows that were read in the order of their starts, up or down, reach to one that fits, with all that started
  /// in its second.
  static func isComplete(_ sessions: [SessionRecord], until fits: (SessionRecord) -> Bool) -> Bool {
    guard let last = sessions.last, let match = sessions.first(where: fits) else { return false }
    return last.place.start.iso8601Second != match.place.start.iso8601Second
  }

  /// Takes back that a later session ended it.
  mutating func reopen() {
    end = .none
  }

  /// The row.
  var item: JSONValue {
    var item = stored ?? ["channelArn": .string(channelArn), "id": .string(id)]
    for (name, value) in attributes { item = item.with(name, value) }
    return item
  }

  /// The attributes that differ from the stored row, in the order of a new row; nil for those that go.
  var changes: [(name: String, value: JSONValue?)] {
    attributes.filter { stored?[$0.name] != $0.value }
  }

  /// All attributes that events change.
  static let attributeNames = [
    "startTime", "isOpen", "endTime", "supersededBy", "hasErrorEvent", "isHealthy", "truncatedEvents",
  ]

  private var attributes: [(name: String, value: JSONValue?)] {
    var (endTime, supersededBy): (String?, String?) = (nil, nil)
    switch end {
    case .none: break
    case .own(let time): endTime = time
    case .superseded(let successor, let time): (endTime, supersededBy) = (time, successor)
    }
    var attributes: [(String, JSONValue?)] = []
    if let userSub, stored?["userSub"] == nil { attributes.append(("userSub", .string(userSub))) }
    attributes += [
      ("startTime", .string(startTime)),
      ("isOpen", isOpen ? stored?["isOpen"] ?? "true" : nil), ("endTime", endTime.map(JSONValue.string)),
      ("supersededBy", supersededBy.map(JSONValue.string)), ("hasErrorEvent", .boolean(hasErrorEvent)),
      ("isHealthy", .boolean(isHealthy)), ("truncatedEvents", .array(events.sorted.map(\.item))),
    ]
    return attributes
  }
}

extension JSONValue {
  /// The object with another value for a key, or without the key.
  func with(_ key: String, _ value: JSONValue?) -> JSONValue {
    guard case .object(var members) = self else { return self }
    let index = members.firstIndex { $0.key == key }
    switch (index, value) {
    case (let index?, let value?): members[index].value = value
    case (let index?, nil): members.remove(at: index)
    case (nil, let value?): members.append(Member(key, value))
    case (nil, nil): break
    }
    return .object(members)
  }
}
