/// The two tables of a stack.
///
/// Every implementation passes `PlatformStoreConformance`.
public protocol PlatformStore: Sendable {
  /// Puts rows; a row of the same key is replaced.
  ///
  /// A channel and its sessions are never seen apart where the store has transactions. Entries are taken as they are
  /// written, so that any number of them takes little memory; no two rows of them have the same key.
  ///
  /// - Parameters:
  ///   - entries: What is put, in order.
  ///   - progress: Called with the rows put so far.
  /// - Throws: A `PartialWork` that says how far it got, where it did not get to the end.
  func put(
    _ entries: some Collection<SeedEntry> & Sendable, progress: @escaping @Sendable (RowCounts) -> Void
  ) async throws(PartialWork)

  /// Deletes every row whose id has a seed prefix, and the sessions of seeded channels; no other.
  ///
  /// - Parameter progress: Called with the rows deleted so far.
  /// - Returns: How many rows were deleted.
  /// - Throws: A `PartialWork` that says how far it got; what was deleted stays deleted.
  func deleteSeeded(progress: @escaping @Sendable (RowCounts) -> Void) async throws(PartialWork) -> RowCounts

  /// Applies events of streams to their sessions, each once.
  ///
  /// What the rows come to follows from the set of events, not from their order nor from how often they were applied. A
  /// channel never has two open sessions, not even for a moment. Several calls may be underway at the same time.
  ///
  /// - Parameter events: Any number; they are kept in memory.
  /// - Returns: What has become of each.
  func apply(_ events: [StreamEvent]) async -> [EventOutcome]

  /// How many calls of `apply` are worth making at the same time, each with channels of its own.
  var eventLanes: Int { get }

  /// Counts what the stack holds; a stack that was never written to is empty.
  func census() async throws -> Census

  /// Gives back what the store holds, so that other programs find its files free; another call takes it again.
  func close()
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

  public var counts: RowCounts { RowCounts(channels: channel == nil ? 0 : 1, sessions: sessions.count) }
}

/// Rows of the two tables.
public struct RowCounts: Sendable, Hashable {
  public var channels: Int
  public var sessions: Int

  public init(channels: Int = 0, sessions: Int = 0) {
    self.channels = channels
    self.sessions = sessions
  }

  public var rows: Int { channels + sessions }

  public static func + (left: Self, right: Self) -> Self {
    Self(channels: left.channels + right.channels, sessions: left.sessions + right.sessions)
  }

  public static func += (left: inout Self, right: Self) { left = left + right }
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
