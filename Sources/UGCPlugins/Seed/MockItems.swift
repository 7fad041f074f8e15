import FoundationEssentials
import UGCPlatform

/// Makes mock channels with one stream session each; each follows from the seed, the start and its number.
struct MockItems: Sendable {
  let seed: UInt64
  /// The instant that sessions started before.
  let startAt: Date
  let place: PlatformPlace
  /// How many of the items, from the first on, have a session that has ended.
  let endedCount: Int

  private static let secondsBetweenStarts = 90.0
  /// The youngest session is this old, so that even it can have ended after some minutes.
  private static let youngestAge = 600.0
  private static let shortestSession = 120.0
  private static let longestSession = 4 * 3600.0

  /// A channel with its session.
  ///
  /// - Parameter number: The item's number among the generated ones, from 0.
  /// - Returns: The same for the same seed, start and number.
  func entry(_ number: Int) -> SeedEntry {
    var random = MockRandom(seed: seed, item: number)
    let channelName = random.uuid()
    let channelArn = place.channelArn("mock-\(channelName)")
    let userID = Channel.seedPrefix + channelName
    let channel = Channel(item: channelItem(channelName, userID, channelArn, &random))
    let session = StreamSession(item: sessionItem(number, userID, channelArn, &random))
    return SeedEntry(channel: channel, sessions: session.map { [$0] } ?? [])
  }

  private func channelItem(
    _ name: String, _ userID: String, _ channelArn: String, _ random: inout MockRandom
  ) -> JSONValue {
    // The whole UUID: a part of it would clash among millions.
    let digits = name.filter { $0 != "-" }
    return [
      "id": .string(userID),
      "avatar": .string(Self.pick(Self.avatars, &random)),
      "channelArn": .string(channelArn),
      "chatRoomArn": "",
      "color": .string(Self.pick(Self.colors, &random)),
      "email": .string("fake+\(digits)@ugc.com"),
      "ingestEndpoint": "",
      "playbackUrl": .string(Self.pick(Self.playbackURLs, &random)),
      "streamKeyArn": "",
      "streamKeyValue": "",
      "username": .string("mockUser\(digits)"),
    ]
  }

  private func sessionItem(
    _ number: Int, _ userID: String, _ channelArn: String, _ random: inout MockRandom
  ) -> JSONValue {
    let id = StreamSession.seedPrefix + random.uuid()
    let now = startAt.timeIntervalSince1970.rounded(.down)
    let age = Self.youngestAge + Double(number) * Self.secondsBetweenStarts
    let start = now - age
    var members: [JSONValue.Member] = [
      .init("id", .string(id)), .init("channelArn", .string(channelArn)), .init("userSub", .string(userID)),
      .init("startTime", .string(Self.time(start))),
    ]
    var events = [
      Self.event("Session Created", at: start),
      Self.event("Stream Start", at: start + 1),
    ]
    if number < endedCount {
      let longest = min(age - 60, Self.longestSession)
      let end = start + Double.random(in: Self.shortestSession...longest, using: &random).rounded(.down)
      events.append(Self.event("Stream End", at: end - 1))
      events.append(Self.event("Session Ended", at: end))
      members.append(.init("endTime", .string(Self.time(end))))
    } else {
      members.append(.init("isOpen", "true"))
    }
    members.append(.init("hasErrorEvent", false))
    members.append(.init("isHealthy", true))
    members.append(.init("truncatedEvents", .array(events)))
    return .object(members)
  }

  private static func event(_ name: String, at seconds: Double) -> JSONValue {
    ["eventTime": .string(time(seconds)), "name": .string(name), "type": "IVS Stream State Change"]
  }

  /// `2026-01-31T12:00:00Z`.
  private static func time(_ seconds: Double) -> String {
    Date(timeIntervalSince1970: seconds).formatted(.iso8601)
  }

  private static func pick(_ choices: [String], _ random: inout MockRandom) -> String {
    choices[Int.random(in: choices.indices, using: &random)]
  }

  private static let avatars = [
    "bear", "bird", "bird2", "dog", "dog2", "dog3", "giraffe", "hedgehog", "hippo", "horse", "ibex", "jellyfish",
    "sheep", "tiger",
  ]

  private static let colors = ["blue", "green", "lavender", "purple", "salmon", "turquoise", "yellow"]

  /// Amazon IVS's public demo streams.
  private static let playbackURLs = [
    "https://4c62a87c1810.us-west-2.playback.live-video.net/api/video/v1/us-west-2.049054135175.channel.WP4bWqiALo67.m3u8",
    "https://4c62a87c1810.us-west-2.playback.live-video.net/api/video/v1/us-west-2.049054135175.channel.FMaC7IMoyDEA.m3u8",
    "https://fcc3ddae59ed.us-west-2.playback.live-video.net/api/video/v1/us-west-2.893648527354.channel.DmumNckWFTqz.m3u8",
    "https://3d26876b73d7.us-west-2.playback.live-video.net/api/video/v1/us-west-2.913157848533.channel.xJ2tVekwmMGd.m3u8",
  ]
}
