public import AWSClient
import AsyncAlgorithms
import Documents

/// A deployed stack's two DynamoDB tables.
public struct DynamoDBPlatformStore: PlatformStore {
  /// How patient the store is.
  public struct Patience: Sendable {
    /// It gives up where it has got no row written for this long.
    public var withoutProgress: Duration
    /// How long calls on their way may take to end where the work is cancelled.
    public var afterCancellation: Duration

    public init(withoutProgress: Duration = .seconds(300), afterCancellation: Duration = .seconds(10)) {
      self.withoutProgress = withoutProgress
      self.afterCancellation = afterCancellation
    }
  }

  /// How many parts of a table are read at the same time.
  private static let segments = 4
  /// How many channels' events are applied at the same time.
  private static let channelsAtOnce = 16

  let stack: DeployedStack
  let database: DynamoDB
  let patience: Patience
  private let notice: @Sendable (String) -> Void
  let knownChannels = KnownChannels()

  /// - Parameters:
  ///   - stack: Where the rows are.
  ///   - database: What is called.
  ///   - patience: How long it waits.
  ///   - notice: Told where no row was written for some time.
  public init(
    _ stack: DeployedStack, database: DynamoDB, patience: Patience = Patience(),
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.stack = stack
    self.database = database
    self.patience = patience
    self.notice = notice
  }

  public func put(
    _ entries: some Collection<SeedEntry> & Sendable, progress: @escaping @Sendable (RowCounts) -> Void
  ) async throws(PartialWork) {
    _ = try await writer(progress).write(entries.async.map(writes(of:)))
  }

  public func deleteSeeded(
    progress: @escaping @Sendable (RowCounts) -> Void
  ) async throws(PartialWork) -> RowCounts {
    // Each part waits until its rows are taken, so that memory stays flat.
    let found = AsyncThrowingChannel<[RowWrite], any Error>()
    let scans = Task {
      do {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for table in PlatformTable.allCases {
            for number in 0..<Self.segments {
              group.addTask { try await find(table, segment: number, found) }
            }
          }
          try await group.waitForAll()
        }
        found.finish()
      } catch {
        found.fail(error)
      }
    }
    let work = await Result { () async throws(PartialWork) in try await writer(progress).write(found) }
    scans.cancel()
    await scans.value
    return try work.get()
  }

  public func census() async throws -> Census {
    do {
      return try await withThrowingTaskGroup(of: Census.self) { group in
        for number in 0..<Self.segments {
          group.addTask { try await countChannels(segment: number) }
          group.addTask { try await countSessions(segment: number) }
        }
        return try await group.reduce(into: Census()) { $0 += $1 }
      }
    } catch let error as AWSError {
      throw StoreError(error, in: stack)
    }
  }

  /// The connections are the session's.
  public func close() {}

  public var eventLanes: Int { 32 }

  public func apply(_ events: [StreamEvent]) async -> [EventOutcome] {
    let batch = EventBatch(events)
    var outcomes = [EventOutcome](repeating: .skipped(.unknownChannel), count: events.count)
    await withTaskGroup(of: [(place: Int, outcome: EventOutcome)].self) { group in
      var rest = batch.channels[...]
      func startNext() {
        guard let channel = rest.popFirst() else { return }
        let rows = DynamoDBSessionRows(
          stack: stack, database: database, patience: patience, knownChannels: knownChannels, channelArn: channel.arn)
        group.addTask { await rows.apply(channel, of: events) }
      }
      for _ in 0..<Self.channelsAtOnce { startNext() }
      while let results = await group.next() {
        for (place, outcome) in results { outcomes[place] = outcome }
        startNext()
      }
    }
    return outcomes
  }

  private func writer(_ progress: @escaping @Sendable (RowCounts) -> Void) -> BatchWriter {
    BatchWriter(stack: stack, database: database, patience: patience, progress: progress, notice: notice)
  }

  private func writes(of entry: SeedEntry) -> [RowWrite] {
    let channels = entry.channel.map { [put($0.item, .channels)] } ?? []
    return channels + entry.sessions.map { put($0.item, .streams) }
  }

  private func put(_ item: JSONValue, _ table: PlatformTable) -> RowWrite {
    RowWrite(table: table, write: .put(item, keyNames: table.keyNames, in: stack.name(of: table)))
  }

  /// Hands over the deletions of one part of a table.
  private func find(
    _ table: PlatformTable, segment: Int, _ found: AsyncThrowingChannel<[RowWrite], any Error>
  ) async throws {
    var scan = scan(table, segment)
    scan.attributes = table.keyNames
    scan.prefix = ("id", table.seedPrefix)
    // Events may have made sessions of seeded channels.
    if table == .streams { scan.otherPrefix = ("userSub", Channel.seedPrefix) }
    try await pages(of: scan) { page in
      let writes = page.items.map { item in
        RowWrite(table: table, write: .delete(item, keyNames: table.keyNames, in: stack.name(of: table)))
      }
      if !writes.isEmpty { await found.send(writes) }
    }
  }

  private func countChannels(segment: Int) async throws -> Census {
    var scan = scan(.channels, segment)
    scan.counts = true
    scan.prefix = ("id", Channel.seedPrefix)
    var census = Census()
    try await pages(of: scan) { page in
      census.channels += page.scannedCount
      census.seededChannels += page.count
    }
    return census
  }

  private func countSessions(segment: Int) async throws -> Census {
    var scan = scan(.streams, segment)
    scan.attributes = ["id", "isOpen", "userSub"]
    var census = Census()
    try await pages(of: scan) { page in
      census.sessions += page.items.count
      for item in page.items {
        if item["isOpen"] != nil { census.liveSessions += 1 }
        let isSeeded = [("id", StreamSession.seedPrefix), ("userSub", Channel.seedPrefix)].contains { name, prefix in
          item[name]?["S"]?.string?.hasPrefix(prefix) == true
        }
        if isSeeded { census.seededSessions += 1 }
      }
    }
    return census
  }

  private func scan(_ table: PlatformTable, _ segment: Int) -> DynamoDB.Scan {
    DynamoDB.Scan(table: stack.name(of: table), segment: (segment, Self.segments))
  }

  private func pages(of scan: DynamoDB.Scan, _ use: (DynamoDB.Page) async -> Void) async throws {
    var start: JSONValue?
    repeat {
      try Task.checkCancellation()
      let page = try await database.page(of: scan, from: start)
      await use(page)
      start = page.next
    } while start != nil
  }
}

/// A write with the table that it counts for.
struct RowWrite: Sendable {
  let table: PlatformTable
  let write: DynamoDB.Write
  /// Whether a call that held it was lost on its way.
  var mayBeDone = false
}

extension DeployedStack {
  func name(of table: PlatformTable) -> String {
    table == .channels ? channelsTable : streamsTable
  }
}

extension Census {
  fileprivate static func += (left: inout Census, right: Census) {
    left.channels += right.channels
    left.seededChannels += right.seededChannels
    left.sessions += right.sessions
    left.seededSessions += right.seededSessions
    left.liveSessions += right.liveSessions
  }
}

extension StoreError {
  /// What DynamoDB said of a stack's tables.
  init(_ error: AWSError, in stack: DeployedStack) {
    guard error.code == "ResourceNotFoundException" else {
      self.init(error)
      return
    }
    self.init(
      "the stack \(stack.name) names the tables \(stack.channelsTable) and \(stack.streamsTable), and one is not there",
      help: "deploy the stack again")
  }
}

extension Result {
  fileprivate init(_ work: () async throws(Failure) -> Success) async {
    do throws(Failure) { self = .success(try await work()) } catch { self = .failure(error) }
  }
}
