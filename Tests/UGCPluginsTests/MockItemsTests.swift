import FoundationEssentials
import TaskKit
import Testing
import UGCPlatform

@testable import UGCPlugins

@Suite struct MockItemsTests {
  private let now = Date(timeIntervalSince1970: 1_800_000_000.75)
  private func items(ended: Int = 5, seed: UInt64 = 1) -> MockItems {
    MockItems(
      seed: seed, startAt: now, place: PlatformPlace(region: "eu-west-1", account: "111122223333"), endedCount: ended)
  }

  private func instant(_ item: JSONValue, _ key: String) throws -> Date {
    try #require(item[key]?.string.flatMap { Date(inputText: $0) })
  }

  @Test func `a channel has every attribute, its ARN naming region and account`() throws {
    let channel = try #require(items().entry(0).channel)
    guard case .object(let members) = channel.item else {
      Issue.record("no object")
      return
    }
    #expect(
      members.map(\.key) == [
        "id", "avatar", "channelArn", "chatRoomArn", "color", "email", "ingestEndpoint", "playbackUrl", "streamKeyArn",
        "streamKeyValue", "username",
      ])
    #expect(channel.id.hasPrefix("mock-user-id-"))
    #expect(channel.channelArn.hasPrefix("arn:aws:ivs:eu-west-1:111122223333:channel/mock-"))
    #expect(channel.email.hasSuffix("@ugc.com"))
  }

  @Test func `a session belongs to its channel's user`() throws {
    let entry = items().entry(3)
    let session = try #require(entry.sessions.first)
    #expect(session.channelArn == entry.channel?.channelArn)
    #expect(session.item["userSub"]?.string == entry.channel?.id)
    #expect(session.id.hasPrefix("mock-stream-id-"))
  }

  @Test func `ended sessions lasted minutes to hours and ended before the start, live ones are open`() throws {
    let items = items(ended: 400)
    for number in 0..<800 {
      let session = try #require(items.entry(number).sessions.first)
      let start = try instant(session.item, "startTime")
      #expect(start < now)
      let events = try #require(session.item["truncatedEvents"])
      guard case .array(let list) = events else { continue }
      let names = list.compactMap { $0["name"]?.string }
      #expect(list.allSatisfy { $0["eventTime"] != nil && $0["type"] == "IVS Stream State Change" })
      if number < 400 {
        let duration = try instant(session.item, "endTime").timeIntervalSince(start)
        #expect((120...14_400).contains(duration))
        #expect(try instant(session.item, "endTime") < now)
        #expect(!session.isOpen)
        #expect(names == ["Session Created", "Stream Start", "Stream End", "Session Ended"])
      } else {
        #expect(session.item["isOpen"] == "true")
        #expect(session.item["endTime"] == nil)
        #expect(names == ["Session Created", "Stream Start"])
      }
    }
  }

  @Test func `start times are ninety seconds apart`() throws {
    let starts = try (0..<10).map { try instant(try #require(items().entry($0).sessions.first).item, "startTime") }
    #expect(zip(starts, starts.dropFirst()).allSatisfy { $0.timeIntervalSince($1) == 90 })
  }

  @Test func `the same seed and number give the same item, others give others`() {
    #expect(items().entry(7) == items().entry(7))
    #expect(items().entry(7) != items().entry(8))
    #expect(items().entry(7) != items(seed: 2).entry(7))
  }

  @Test func `names stay unique among many, and across neighbouring seeds`() {
    var names: Set<String> = []
    for seed in UInt64(0)..<4 {
      for number in 0..<5_000 {
        var random = MockRandom(seed: seed, item: number)
        names.insert(random.uuid())
      }
    }
    #expect(names.count == 20_000)
    #expect(
      names.allSatisfy { name in
        let digits = Array(name)
        return name.count == 36 && digits[14] == "4" && "89ab".contains(digits[19])
      })
  }
}

@Suite struct SeedCountsTests {
  @Test(arguments: [
    (50, 0, 1, "0 1 49"), (40, 3, 10, "3 10 27"), (2, 5, 1, "5 0 0"), (5, 3, 9, "3 2 0"), (0, 0, 1, "0 0 0"),
  ])
  func `the total is of channels, the JSON's first`(total: Int, fromFile: Int, offline: Int, expected: String) {
    let counts = SeedCounts(
      total: total, file: RowCounts(channels: fromFile, sessions: fromFile), offline: offline)
    #expect("\(counts.fromFile) \(counts.offline) \(counts.live)" == expected)
    #expect(counts.channels == counts.fromFile + counts.offline + counts.live)
  }
}

@Suite struct PluginDeclarationTests {
  @Test func `every plugin is declared as it should be`() {
    for plugin in ugcPlugins { #expect(DeclarationCheck.mistakes(of: plugin).isEmpty) }
  }
}
