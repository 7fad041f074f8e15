/// The two tables of a stack.
///
/// Every implementation passes `PlatformStoreConformance`.
public protocol PlatformStore: Sendable {
  /// Puts rows; a row of the same key is replaced. A channel and its sessions are never seen apart where the store
  /// has transactions.
  ///
  /// - Throws: A `StoreError` where the store cannot take them; then none of this batch is promised.
  func put(_ entries: some Sequence<SeedEntry> & Sendable) async throws

  /// Deletes every row whose id has a seed prefix, and no other.
  ///
  /// - Parameter progress: Called with the rows deleted so far.
  /// - Returns: How many rows were deleted.
  /// - Throws: A `StoreError`; what was deleted before stays deleted.
  func deleteSeeded(progress: @Sendable (RowCounts) -> Void) async throws -> RowCounts

  /// Counts what the stack holds; a stack that was never written to is empty.
  func census() async throws -> Census
}

/// A channel with its sessions: what is put together.
public struct SeedEntry: Sendable, Hashable {
  /// Nil for sessions of a channel that is not part of the seed.
  public var channel: Channel?
  public var sessions: [StreamSession]

  public init(channel: Channel?, sessions: [StreamSession]) {
    self.channel = channel
    self.sessions = sessions
  }
}

/// Rows of the two tables.
public struct RowCounts: Sendable, Hashable {
  public var channels: Int
  public var sessions: Int

  public init(channels: Int = 0, sessions: Int = 0) {
    self.channels = channels
    self.sessions = sessions
  }
}

/// What a stack holds.
public struct Census: Sendable, Hashable {
  public var channels: Int
  public var seededChannels: Int
  public var sessions: Int
  public var seededSessions: Int
  public var liveSessions: Int

  public init(
    channels: Int = 0, seededChannels: Int = 0, sessions: Int = 0, seededSessions: Int = 0, liveSessions: Int = 0
  ) {
    self.channels = channels
    self.seededChannels = seededChannels
    self.sessions = sessions
    self.seededSessions = seededSessions
    self.liveSessions = liveSessions
  }

  public var endedSessions: Int { sessions - liveSessions }
}

/// Why a store could not do what it was asked.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence, without a full stop.
  public let description: String
  /// What to do.
  public let help: String?

  public init(_ description: String, help: String? = nil) {
    self.description = description
    self.help = help
  }
}
