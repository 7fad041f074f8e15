/// Which of the two tables, and what its rows look like.
enum PlatformTable: CaseIterable, Sendable {
  case channels
  case streams

  /// The attributes of the primary key.
  var keyNames: [String] { self == .channels ? ["id"] : ["channelArn", "id"] }

  var seedPrefix: String { self == .channels ? Channel.seedPrefix : StreamSession.seedPrefix }

  var oneRow: RowCounts { self == .channels ? RowCounts(channels: 1) : RowCounts(sessions: 1) }
}
