import GRDB
import Instants

/// The rows of a local stack within one transaction, as events need them.
struct SQLiteSessionRows {
  private let database: Database

  init(_ database: Database) {
    self.database = database
  }

  /// Applies a channel's events.
  ///
  /// - Parameters:
  ///   - channel: Which of the events are the channel's.
  ///   - events: All events.
  ///   - outcomes: Set for the channel's events.
  /// - Throws: A `DatabaseError`; then nothing of the transaction is done.
  func apply(_ channel: EventBatch.Channel, of events: [StreamEvent], _ outcomes: inout [EventOutcome]) throws {
    guard let userSub = try channelID(channel.arn) else {
      for place in channel.places { outcomes[place] = .skipped(.unknownChannel) }
      return
    }
    for ofChannel in channel.sessions {
      let ofSession = ofChannel.places.map { events[$0] }
      let results = try unlessUnreadable(ofSession) {
        try apply(ofSession, to: try session(ofChannel, of: channel.arn, userSub))
      }
      for (place, result) in zip(ofChannel.places, results) { outcomes[place] = result }
    }
    for place in channel.nameless {
      let event = events[place]
      outcomes[place] =
        try unlessUnreadable([event]) {
          guard let session = try newestSession(of: channel.arn, startedBy: event.event.time) else {
            return [.skipped(.noSession)]
          }
          return try apply([event], to: session)
        }[0]
    }
  }

  /// Nothing is written before all rows that matter are read.
  private func unlessUnreadable(
    _ events: [StreamEvent], _ work: () throws -> [EventOutcome]
  ) throws -> [EventOutcome] {
    do {
      return try work()
    } catch let fault as UnreadableSession {
      return events.map { _ in .blocked(fault.error) }
    }
  }

  private func apply(_ events: [StreamEvent], to session: SessionRecord) throws -> [EventOutcome] {
    var session = session
    let insertions = session.insert(events.map(\.event))
    if insertions.isChanged {
      if insertions.concernsOthers {
        let window = SessionTimeline.Window(session, formerly: insertions.formerPlace)
        let others = try neighbours(of: session, in: window)
        // Older sessions are closed first: no reader may ever see two open ones.
        for other in SessionTimeline.settle(&session, in: window, among: others) { try put(other) }
      }
      try put(session)
    }
    return insertions.results.map(EventOutcome.init)
  }

  /// The id of a channel, which is its user's.
  private func channelID(_ arn: String) throws -> String? {
    try database.cachedStatement(sql: "SELECT min(id) FROM channels WHERE channel_arn = ?").fetchOne([arn])
  }

  private func session(
    _ session: EventBatch.Session, of channelArn: String, _ userSub: String
  ) throws -> SessionRecord {
    let statement = try database.cachedStatement(sql: "SELECT item FROM streams WHERE channel_arn = ? AND id = ?")
    guard let text = try statement.fetchOne([channelArn, session.id]) else {
      return SessionRecord(channelArn: channelArn, id: session.id, userSub: userSub, firstEventAt: session.time)
    }
    guard let record = record(text, userSub) else { throw UnreadableSession(id: session.id) }
    return record
  }

  private func record(_ text: String, _ userSub: String? = nil) -> SessionRecord? {
    JSONValue(parsing: text.utf8).flatMap { SessionRecord(stored: $0, userSub: userSub) }
  }

  private func neighbours(of session: SessionRecord, in window: SessionTimeline.Window) throws -> [SessionRecord] {
    let arn = session.channelArn
    let above = try rows(
      "SELECT id, item FROM streams WHERE channel_arn = ? AND start_time >= ? ORDER BY start_time",
      [arn, window.lowerSecond]
    ) { SessionRecord.isComplete($0, until: window.isBelow) }
    let below = try sessions(of: arn, startedBefore: window.lowerSecond) { $0.hasBegun }
    let open = try rows(
      "SELECT id, item FROM streams WHERE channel_arn = ? AND is_open IS NOT NULL", [arn], mustBeReadable: true
    ) { _ in false }
    return SessionRecord.distinct(above + below + open)
  }

  private func newestSession(of channelArn: String, startedBy time: Instant?) throws -> SessionRecord? {
    guard let time else { return nil }
    let mayBe: (SessionRecord) -> Bool = { $0.hasBegun && $0.place.start <= time }
    return try sessions(of: channelArn, startedBefore: time.advanced(bySeconds: 1).iso8601Second, until: mayBe)
      .filter(mayBe).max { $0.place < $1.place }
  }

  /// Sessions from the newest on, until one fits; with it come all that started in the same second.
  private func sessions(
    of channelArn: String, startedBefore text: String, until fits: (SessionRecord) -> Bool
  ) throws -> [SessionRecord] {
    try rows(
      "SELECT id, item FROM streams WHERE channel_arn = ? AND start_time < ? ORDER BY start_time DESC",
      [channelArn, text]
    ) { SessionRecord.isComplete($0, until: fits) }
  }

  private func rows(
    _ sql: String, _ arguments: StatementArguments, mustBeReadable: Bool = false,
    until isEnough: ([SessionRecord]) -> Bool
  ) throws -> [SessionRecord] {
    var records: [SessionRecord] = []
    let rows = try Row.fetchCursor(try database.cachedStatement(sql: sql), arguments: arguments)
    while !isEnough(records), let row = try rows.next() {
      if let record = record(row[1]) {
        records.append(record)
      } else if mustBeReadable {
        throw UnreadableSession(id: row[0])
      }
    }
    return records
  }

  private func put(_ session: SessionRecord) throws {
    try database.cachedStatement(sql: SQLitePlatformStore.putSession)
      .execute(arguments: [
        session.channelArn, session.id, session.startTime, session.isOpen ? "true" : nil, session.item.text,
      ])
  }
}

extension Statement {
  fileprivate func fetchOne(_ arguments: StatementArguments) throws -> String? {
    try String.fetchOne(self, arguments: arguments)
  }
}
