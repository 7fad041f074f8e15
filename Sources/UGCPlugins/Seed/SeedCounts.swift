import UGCPlatform

/// How many rows of each kind a seed writes, or a part of it.
struct SeedCounts: Equatable {
  /// Channels of the JSON file.
  let fromFile: Int
  /// Generated channels whose session has ended.
  let offline: Int
  /// Generated channels whose session is live.
  let live: Int
  /// Sessions of the JSON file.
  let fileSessions: Int

  var generated: Int { offline + live }
  var channels: Int { fromFile + generated }
  var sessions: Int { fileSessions + generated }
  var rows: RowCounts { RowCounts(channels: channels, sessions: sessions) }

  /// - Parameters:
  ///   - total: How many channels are wanted in all.
  ///   - file: What the JSON file has; it is written whole.
  ///   - offline: How many of the others are to be offline, where there are as many.
  init(total: Int, file: RowCounts, offline: Int) {
    fromFile = file.channels
    fileSessions = file.sessions
    let generated = max(0, total - file.channels)
    self.offline = min(offline, generated)
    live = generated - self.offline
  }

  private init(fromFile: Int, offline: Int, live: Int, fileSessions: Int) {
    self.fromFile = fromFile
    self.offline = offline
    self.live = live
    self.fileSessions = fileSessions
  }

  /// The counts of some of the entries: first those of the file, then the offline ones, then the live ones.
  func part(_ range: Range<Int>, of entries: [SeedEntry]) -> SeedCounts {
    let ofFile = entries[range.clamped(to: entries.indices)].reduce(RowCounts()) { $0 + $1.counts }
    let firstLive = entries.count + offline
    return SeedCounts(
      fromFile: ofFile.channels, offline: range.clamped(to: entries.count..<firstLive).count,
      live: range.clamped(to: firstLive..<firstLive + live).count, fileSessions: ofFile.sessions)
  }
}
