import GRDB
import Synchronization

/// A stack in one SQLite file, whose tables are open to users.
public final class SQLitePlatformStore: PlatformStore {
  /// Pairs put in one transaction.
  private static let entriesPerTransaction = 2_000
  /// Rows deleted in one transaction.
  private static let rowsPerDeletion = 5_000

  /// The file's path; it is made by the first `put`.
  public let path: String
  private let writer = Mutex<(queue: DatabaseQueue, file: FileStatus.Identity?)?>(nil)
  private let isPreparedForEvents = Mutex(false)

  private let lockTimeout: Duration

  /// - Parameters:
  ///   - path: The file's path.
  ///   - lockTimeout: How long it waits for another program that writes to the file.
  public init(path: String, lockTimeout: Duration = .seconds(10)) {
    self.path = path
    self.lockTimeout = lockTimeout
  }

  /// The version of SQLite that reads and writes the files; nil where it does not say.
  public static var libraryVersion: String? {
    try? DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }
  }

  public func put(
    _ entries: some Collection<SeedEntry> & Sendable, progress: @escaping @Sendable (RowCounts) -> Void
  ) async throws(PartialWork) {
    var done = RowCounts()
    do {
      var rest = entries[...]
      while !rest.isEmpty {
        try Task.checkCancellation()
        let batch = Array(rest.prefix(Self.entriesPerTransaction))
        try await put(batch)
        rest = rest.dropFirst(batch.count)
        done = batch.reduce(done) { $0 + $1.counts }
        progress(done)
      }
    } catch {
      throw PartialWork(error, done: done)
    }
  }

  private func put(_ entries: [SeedEntry]) async throws {
    try await withStoreErrors {
      try await writableQueue().write { database in
        let channels = try database.cachedStatement(sql: SQL.putChannel)
        let sessions = try database.cachedStatement(sql: SQL.putSession)
        for entry in entries {
          if let channel = entry.channel {
            try channels.execute(arguments: [
              channel.id, channel.channelArn, channel.username, channel.email, channel.item.text,
            ])
          }
          for session in entry.sessions {
            try sessions.execute(arguments: [
              session.channelArn, session.id, session.startTime, session.isOpen ? "true" : nil, session.item.text,
            ])
          }
        }
      }
    }
  }

  public func deleteSeeded(
    progress: @escaping @Sendable (RowCounts) -> Void
  ) async throws(PartialWork) -> RowCounts {
    var deleted = RowCounts()
    guard FileStatus.exists(path) else { return deleted }
    do {
      try await withStoreErrors {
        let database = try writableQueue()
        try await delete(from: .streams, in: database) { count in
          deleted.sessions += count
          progress(deleted)
        }
        try await delete(from: .channels, in: database) { count in
          deleted.channels += count
          progress(deleted)
        }
      }
    } catch {
      throw PartialWork(error, done: deleted)
    }
    return deleted
  }

  public func census() async throws -> Census {
    try await withStoreErrors {
      guard FileStatus.exists(path) else { return Census() }
      let queue = try readableQueue()
      defer { try? queue.close() }
      return try await queue.read { database in
        guard try database.tableExists("streams") else { return Census() }
        let channels = try Row.fetchOne(
          database, sql: SQL.countChannels, arguments: PlatformTable.channels.seedBounds)
        let sessions = try Row.fetchOne(
          database, sql: SQL.countSessions, arguments: PlatformTable.streams.seedBounds)
        return Census(
          channels: channels?[0] ?? 0, seededChannels: channels?[1] ?? 0, sessions: sessions?[0] ?? 0,
          seededSessions: sessions?[1] ?? 0, liveSessions: sessions?[2] ?? 0)
      }
    }
  }

  /// Brings the write-ahead log into the file.
  ///
  /// A queue that is only let go of is closed on a thread of its own, later, and has the file locked meanwhile.
  public func close() {
    let queue = writer.withLock { writer in
      defer { writer = nil }
      return writer?.queue
    }
    try? queue?.close()
  }

  /// Walks the table once, by rowid, a transaction at a time.
  private func delete(
    from table: PlatformTable, in database: DatabaseQueue, deleted: (Int) -> Void
  ) async throws {
    var last: Int64 = 0
    while true {
      try Task.checkCancellation()
      let after = last
      let rows = try await database.write { database in
        let rows = try Int64.fetchAll(
          database, sql: SQL.seededRows(of: table),
          arguments: [after] + table.seedBounds + [Self.rowsPerDeletion])
        let statement = try database.cachedStatement(sql: "DELETE FROM \(table.sqlName) WHERE rowid = ?")
        for row in rows { try statement.execute(arguments: [row]) }
        return rows
      }
      guard let end = rows.last else { return }
      last = end
      deleted(rows.count)
    }
  }

  /// One call at a time: what waits meanwhile becomes one transaction.
  public var eventLanes: Int { 1 }

  public func apply(_ events: [StreamEvent]) async -> [EventOutcome] {
    var outcomes = [EventOutcome](repeating: .skipped(.unknownChannel), count: events.count)
    guard FileStatus.exists(path), !events.isEmpty else { return outcomes }
    let batch = EventBatch(events)
    do {
      try await withStoreErrors {
        let database = try writableQueue()
        try await prepareForEvents(database)
        outcomes = try await database.write { [outcomes] database in
          var outcomes = outcomes
          let rows = SQLiteSessionRows(database)
          for channel in batch.channels { try rows.apply(channel, of: events, &outcomes) }
          return outcomes
        }
      }
      return outcomes
    } catch let error as StoreError {
      return events.map { _ in .failed(error) }
    } catch {
      return events.map { _ in .failed(StoreError("the store failed: \(error)")) }
    }
  }

  private func prepareForEvents(_ database: DatabaseQueue) async throws {
    guard !isPreparedForEvents.withLock({ $0 }) else { return }
    try await database.writeWithoutTransaction { try $0.execute(sql: SQL.eventTuning) }
    isPreparedForEvents.withLock { $0 = true }
  }

  private func writableQueue() throws -> DatabaseQueue {
    try writer.withLock { writer in
      // A file that was deleted, and perhaps made anew, is not the one that is open.
      if let writer, writer.file == FileStatus.identity(path) { return writer.queue }
      isPreparedForEvents.withLock { $0 = false }
      var configuration = configuration
      configuration.journalMode = .wal
      configuration.prepareDatabase { try $0.execute(sql: SQL.tuning) }
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write { try $0.execute(sql: SQL.schema) }
      writer = (queue, FileStatus.identity(path))
      return queue
    }
  }

  /// A connection that changes nothing, neither in the file nor beside it.
  ///
  /// A file without a write-ahead log is whole, and can be read as one that nobody changes. Where there is a log,
  /// another program is writing, or was killed: SQLite needs its files beside the database to read it.
  private func readableQueue() throws -> DatabaseQueue {
    var configuration = configuration
    if FileStatus.exists("\(path)-wal") {
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = 1") }
      return try DatabaseQueue(path: path, configuration: configuration)
    }
    configuration.readonly = true
    return try DatabaseQueue(path: "file:\(Self.uriPath(path))?immutable=1", configuration: configuration)
  }

  /// The path as part of a URI.
  private static func uriPath(_ path: String) -> String {
    path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
  }

  private var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(lockTimeout / .seconds(1))
    return configuration
  }

  private func withStoreErrors<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
      return try await work()
    } catch let error as DatabaseError {
      throw StoreError(error, path: path, lockTimeout)
    }
  }
}

extension PlatformTable {
  fileprivate var sqlName: String { self == .channels ? "channels" : "streams" }

  /// The arguments of `SQL.isSeeded`.
  fileprivate var seedBounds: StatementArguments {
    let prefix = seedPrefix
    return self == .channels ? [prefix, prefix.next] : [prefix, prefix.next, Channel.seedPrefix]
  }
}

extension SQLitePlatformStore {
  static var putSession: String { SQL.putSession }
}

extension String {
  /// The first text after all that begin with this one, which ends with an ASCII character.
  fileprivate var next: String {
    guard let last = utf8.last else { return "" }
    return String(dropLast()) + String(UnicodeScalar(last + 1))
  }
}

extension PartialWork {
  /// Takes what this store's own functions throw.
  fileprivate init(_ error: any Error, done: RowCounts) {
    switch error {
    case is CancellationError: self.init(.cancelled, done: done)
    case let error as StoreError: self.init(.failed(error), done: done)
    default: self.init(.failed(StoreError("the store failed: \(error)")), done: done)
    }
  }
}

extension StoreError {
  fileprivate init(_ error: DatabaseError, path: String, _ lockTimeout: Duration) {
    switch error.resultCode {
    case .SQLITE_BUSY:
      self.init(
        "another program has kept \(path) locked for \(lockTimeout.components.seconds) s", help: "wait for it to end")
    case .SQLITE_NOTADB:
      self.init("\(path) is not a SQLite file", help: "move it away")
    case .SQLITE_FULL:
      self.init("no space is left for \(path)", help: "free some space and run the task again")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      self.init("\(path) cannot be opened for writing", help: "check the permissions of the file and its folder")
    case .SQLITE_CORRUPT:
      self.init("\(path) is damaged", help: "restore it, or move it away and seed the stack again")
    default:
      self.init("\(path): \(error.message ?? error.resultCode.description)")
    }
  }
}

private enum SQL {
  static let schema = """
    CREATE TABLE IF NOT EXISTS channels (
      id TEXT NOT NULL UNIQUE,
      channel_arn TEXT NOT NULL,
      username TEXT NOT NULL,
      email TEXT NOT NULL,
      item TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS channels_channel_arn ON channels (channel_arn);
    CREATE TABLE IF NOT EXISTS streams (
      channel_arn TEXT NOT NULL,
      id TEXT NOT NULL,
      start_time TEXT NOT NULL,
      is_open TEXT,
      item TEXT NOT NULL,
      UNIQUE (channel_arn, id));
    """

  /// What makes many small random writes bearable.
  ///
  /// Keys are random, so that each batch touches pages everywhere: 24 MiB of cache, and checkpoints of 32 MiB, halve
  /// the time of a million channels. A commit survives the end of the process, not always that of the machine.
  static let tuning = """
    PRAGMA synchronous = NORMAL;
    PRAGMA cache_size = -24576;
    PRAGMA wal_autocheckpoint = 8192;
    """

  /// Who was told that an event is stored must be able to rely on it, even where the machine loses its power.
  static let eventTuning = """
    PRAGMA synchronous = FULL;
    CREATE INDEX IF NOT EXISTS streams_start_time ON streams (channel_arn, start_time);
    CREATE INDEX IF NOT EXISTS streams_open ON streams (channel_arn) WHERE is_open IS NOT NULL;
    """

  static let putChannel = """
    INSERT INTO channels (id, channel_arn, username, email, item) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      channel_arn = excluded.channel_arn, username = excluded.username, email = excluded.email, item = excluded.item
    """

  static let putSession = """
    INSERT INTO streams (channel_arn, id, start_time, is_open, item) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (channel_arn, id) DO UPDATE SET
      start_time = excluded.start_time, is_open = excluded.is_open, item = excluded.item
    """

  static let countChannels = "SELECT count(*), count(*) FILTER (WHERE \(isSeeded(.channels))) FROM channels"

  static let countSessions = """
    SELECT count(*), count(*) FILTER (WHERE \(isSeeded(.streams))), count(is_open) FROM streams
    """

  static func seededRows(of table: PlatformTable) -> String {
    "SELECT rowid FROM \(table.sqlName) WHERE rowid > ? AND (\(isSeeded(table))) ORDER BY rowid LIMIT ?"
  }

  /// A session is seeded where it is of a seeded channel too: events may have made it.
  private static func isSeeded(_ table: PlatformTable) -> String {
    // The plus keeps SQLite from the index on id, which would have every batch sort all that is left.
    let byID = "+id >= ? AND +id < ?"
    let userSub = "CASE WHEN json_valid(item) THEN json_extract(item, '$.userSub') END"
    return table == .channels ? byID : "\(byID) OR instr(\(userSub), ?) = 1"
  }
}
