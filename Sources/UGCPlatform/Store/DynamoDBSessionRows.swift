import AWSClient
import FoundationEssentials
import Instants

/// A channel's rows on DynamoDB, as events need them.
///
/// Each change is made where the rows are as they were read, and tried again otherwise. Where a session begins or moves
/// among the others, all rows that it concerns change in one transaction; an attribute of the channel's row, set anew by
/// each of these, keeps two of them from passing each other.
struct DynamoDBSessionRows {
  /// On the channel's row: who changed the order of its sessions last.
  private static let orderAttribute = "sessionOrder"
  /// A channel may be so new that the index does not have it yet: a young event's is looked up again after this.
  private static let indexDelay = Duration.seconds(1)
  private static let youth = Duration.seconds(300)

  let stack: DeployedStack
  let database: DynamoDB
  let patience: DynamoDBPlatformStore.Patience
  let knownChannels: KnownChannels
  let channelArn: String

  /// Applies events of the channel.
  ///
  /// - Parameters:
  ///   - channel: Which of the events are the channel's.
  ///   - events: All events.
  /// - Returns: What has become of the channel's, by their places.
  func apply(_ channel: EventBatch.Channel, of events: [StreamEvent]) async -> [(place: Int, outcome: EventOutcome)] {
    var outcomes: [(place: Int, outcome: EventOutcome)] = []
    for session in channel.sessions {
      let results = await outcomesOf(session.places.map { events[$0] }, session.id)
      outcomes += zip(session.places, results).map { ($0, $1) }
    }
    for place in channel.nameless { outcomes.append((place, await outcomesOf([events[place]], nil)[0])) }
    return outcomes
  }

  private func outcomesOf(_ events: [StreamEvent], _ sessionID: String?) async -> [EventOutcome] {
    do {
      return try await apply(events, to: sessionID)
    } catch let fault as UnreadableSession {
      return events.map { _ in .blocked(fault.error) }
    } catch let error as StoreError {
      return events.map { _ in .failed(error) }
    } catch let error as AWSError {
      return events.map { _ in .failed(StoreError(error, in: stack)) }
    } catch {
      return events.map { _ in .failed(StoreError("the work was cancelled")) }
    }
  }

  /// Tries until no other call comes between, or the time is up.
  private func apply(_ events: [StreamEvent], to sessionID: String?) async throws -> [EventOutcome] {
    let end = ContinuousClock.now + patience.withoutProgress
    var tries = 0
    // What calls whose answers were lost may have brought to the row: there it is no duplicate.
    var uncertain: Set<Int> = []
    var wasUnreadable = false
    while true {
      let attempt: Attempt
      do {
        attempt = try await self.attempt(events, sessionID)
      } catch is UnreadableSession where !wasUnreadable {
        // Another program may be in the middle of writing the row.
        wasUnreadable = true
        try await Task.sleep(for: .milliseconds(100))
        continue
      }
      switch attempt {
      case .done(let outcomes):
        return outcomes.enumerated().map { place, outcome in
          outcome == .duplicate && uncertain.contains(place) ? .applied : outcome
        }
      case .again(let outcomes):
        uncertain.formUnion(outcomes.indices.filter { outcomes[$0] == .applied })
      case .failed(let error, let outcomes):
        uncertain.formUnion(outcomes.indices.filter { outcomes[$0] == .applied })
        guard error.isTransient, ContinuousClock.now < end else { throw error }
      }
      guard ContinuousClock.now < end else {
        throw StoreError(
          "other programs keep changing the sessions of \(channelArn)", help: "deliver the event again later")
      }
      tries += 1
      try await Task.sleep(for: .seconds(min(0.01 * Double(1 << min(tries, 8)), 1) * .random(in: 0.5...1)))
    }
  }

  private enum Attempt {
    case done([EventOutcome])
    /// Another call came between; the outcomes are those of a call that may have been carried out.
    case again([EventOutcome])
    case failed(AWSError, [EventOutcome])
  }

  private func attempt(_ events: [StreamEvent], _ sessionID: String?) async throws -> Attempt {
    guard let userSub = try await channelID(for: events[0]) else {
      return .done(events.map { _ in .skipped(.unknownChannel) })
    }
    var session: SessionRecord
    var row: JSONValue?
    if let sessionID {
      row = try await database.row(streamKey(sessionID), of: stack.streamsTable)
      if let row {
        session = try record(row, sessionID, userSub)
      } else {
        session = SessionRecord(
          channelArn: channelArn, id: sessionID, userSub: userSub,
          firstEventAt: events[0].event.time ?? Instant(millisecondsSince1970: 0))
      }
    } else {
      guard let found = try await newestSession(startedBy: events[0].event.time) else {
        return .done([.skipped(.noSession)])
      }
      (session, row) = (found.session, found.row)
    }
    let insertions = session.insert(events.map(\.event))
    let outcomes = insertions.results.map(EventOutcome.init)
    guard insertions.isChanged else { return .done(outcomes) }
    guard insertions.concernsOthers || row == nil else {
      return try await make([change(session, row)], outcomes)
    }
    let channelKey: JSONValue = ["id": ["S": .string(userSub)]]
    guard let channel = try await database.row(channelKey, of: stack.channelsTable) else {
      // It was deleted since it was looked up; perhaps it is there again.
      knownChannels.forget(channelArn)
      guard let id = try await indexedChannelID(), id != userSub else {
        return .done(events.map { _ in .skipped(.unknownChannel) })
      }
      return .again([])
    }
    let order = DynamoDB.Change(
      table: stack.channelsTable, key: channelKey,
      sets: [(Self.orderAttribute, ["S": .string(UUID().uuidString)])],
      expects: [("id", ["S": .string(userSub)]), (Self.orderAttribute, channel[Self.orderAttribute])])
    guard insertions.concernsOthers else { return try await make([order, change(session, row)], outcomes) }
    let window = SessionTimeline.Window(session, formerly: insertions.formerPlace)
    let others = try await neighbours(in: window)
    let changed = SessionTimeline.settle(&session, in: window, among: others.map(\.session))
    let changes = changed.compactMap { other in
      others.first { $0.session.id == other.id }.map { change(other, $0.row) }
    }
    // More rows than a transaction has are closed beforehand: it is the sessions' past that is put in order.
    let room = DynamoDB.changesPerTransaction - 2
    if changes.count > room {
      return try await make([order] + changes.prefix(room), outcomes, isWhole: false)
    }
    let attempt = try await make([order] + changes + [change(session, row)], outcomes)
    if case .done = attempt { knownChannels.learnOrder(channelArn) }
    return attempt
  }

  private func make(
    _ changes: [DynamoDB.Change], _ outcomes: [EventOutcome], isWhole: Bool = true
  ) async throws -> Attempt {
    do throws(AWSError) {
      switch try await database.make(changes, token: UUID().uuidString) {
      case .done: return isWhole ? .done(outcomes) : .again([])
      case .conflict(let mayBeDone): return .again(mayBeDone && isWhole ? outcomes : [])
      }
    } catch {
      return .failed(error, error.mayBeDone && isWhole ? outcomes : [])
    }
  }

  /// What a session's row becomes, where it still is what was read.
  private func change(_ session: SessionRecord, _ row: JSONValue?) -> DynamoDB.Change {
    let expects: [(String, JSONValue?)] =
      row.map { row in SessionRecord.attributeNames.map { ($0, row[$0]) } } ?? [("id", nil)]
    return DynamoDB.Change(
      table: stack.streamsTable, key: streamKey(session.id),
      sets: session.changes.map { ($0.name, $0.value.map(AttributeValue.encoded)) }, expects: expects)
  }

  private func streamKey(_ id: String) -> JSONValue {
    ["channelArn": ["S": .string(channelArn)], "id": ["S": .string(id)]]
  }

  /// The id of the event's channel, which is its user's.
  private func channelID(for event: StreamEvent) async throws -> String? {
    let isYoung =
      event.event.time.map { time in
        Duration.milliseconds(Int(Date().timeIntervalSince1970 * 1000) - time.millisecondsSince1970) < Self.youth
      } ?? false
    switch knownChannels[channelArn] {
    case .channel(let id): return id
    case .absent where !isYoung || knownChannels.isSurelyAbsent(channelArn): return nil
    default: break
    }
    var id = try await indexedChannelID()
    if isYoung, id == nil {
      try await Task.sleep(for: Self.indexDelay)
      id = try await indexedChannelID()
    }
    // Only what was looked for twice is surely absent.
    knownChannels.learn(channelArn, isSure: isYoung, id.map(KnownChannels.Finding.channel) ?? .absent)
    return id
  }

  private func indexedChannelID() async throws -> String? {
    var query = DynamoDB.Query(table: stack.channelsTable, partition: ("channelArn", channelArn))
    query.index = "channelArnIndex"
    query.isConsistent = false
    let page = try await database.page(of: query, from: nil)
    return page.items.compactMap { $0["id"]?["S"]?.string }.min()
  }

  private struct ReadSession {
    let session: SessionRecord
    let row: JSONValue
  }

  private func neighbours(in window: SessionTimeline.Window) async throws -> [ReadSession] {
    var read = try await sessions(sessions(startingAt: .from, window.lowerSecond)) { read in
      SessionRecord.isComplete(read, until: window.isBelow)
    }
    read += try await sessions(sessions(startingAt: .below, window.lowerSecond)) { read in
      SessionRecord.isComplete(read) { $0.hasBegun }
    }
    // Of a channel that is in order, only the newest session can be open: it is among these.
    if !knownChannels.isInOrder(channelArn) {
      var open = DynamoDB.Query(table: stack.streamsTable, partition: ("channelArn", channelArn))
      open.having = "isOpen"
      read += try await sessions(open, mustBeReadable: true) { _ in false }
    }
    var known: Set<String> = []
    return read.filter { known.insert($0.session.id).inserted }
  }

  private func newestSession(startedBy time: Instant?) async throws -> ReadSession? {
    guard let time else { return nil }
    let mayBe: (SessionRecord) -> Bool = { $0.hasBegun && $0.place.start <= time }
    let query = sessions(startingAt: .below, time.advanced(bySeconds: 1).iso8601Second)
    return try await sessions(query) { SessionRecord.isComplete($0, until: mayBe) }
      .filter { mayBe($0.session) }.max { $0.session.place < $1.session.place }
  }

  /// The channel's sessions on one side of a start, those nearest to it first.
  private func sessions(startingAt side: DynamoDB.Query.Comparison, _ text: String) -> DynamoDB.Query {
    var query = DynamoDB.Query(table: stack.streamsTable, partition: ("channelArn", channelArn))
    query.index = "startTimeIndex"
    query.bound = ("startTime", side, text)
    query.isDescending = side == .below
    query.pageSize = 10
    return query
  }

  private func sessions(
    _ query: DynamoDB.Query, mustBeReadable: Bool = false, until isEnough: ([SessionRecord]) -> Bool
  ) async throws -> [ReadSession] {
    var read: [ReadSession] = []
    var start: JSONValue?
    repeat {
      let page = try await database.page(of: query, from: start)
      for row in page.items {
        if let session = AttributeValue.decodedItem(row).flatMap({ SessionRecord(stored: $0) }) {
          read.append(ReadSession(session: session, row: row))
        } else if mustBeReadable {
          throw UnreadableSession(id: row["id"]?["S"]?.string ?? "")
        }
      }
      start = page.next
    } while start != nil && !isEnough(read.map(\.session))
    return read
  }

  private func record(_ row: JSONValue, _ id: String, _ userSub: String) throws -> SessionRecord {
    guard let record = AttributeValue.decodedItem(row).flatMap({ SessionRecord(stored: $0, userSub: userSub) }) else {
      throw UnreadableSession(id: id)
    }
    return record
  }
}
