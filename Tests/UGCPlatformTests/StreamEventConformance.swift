import AWSTestSupport
import Foundation
import Testing

@testable import Instants
@testable import UGCPlatform

/// What every store must make of events; each implementation's tests run it on stores of their own.
struct StreamEventConformance {
  let makeStore: () async throws -> any PlatformStore
  /// The items of a store's sessions.
  let sessions: (any PlatformStore) async throws -> [JSONValue]
  /// Takes a store away that is not needed any more.
  var dispose: (any PlatformStore) async throws -> Void = { _ in }
  /// How many orders of a session's events are tried, spread over all 5,040.
  var permutations = 5_040
  var mixtures = 60
  /// Whether its transactions are atomic: one of moto's that fails takes back what others wrote.
  var isAtomic = true

  /// `UGC_TEST_PERMUTATIONS=5040` tries every order.
  static var wantedPermutations: Int? {
    ProcessInfo.processInfo.environment["UGC_TEST_PERMUTATIONS"].flatMap(Int.init)
  }

  func run() async throws {
    try await aLifeIsKept()
    try await everyOrderOfASessionEndsInOneState()
    try await anyOrderOfAChannelEndsInOneState()
    try await whatIsTooOldToBeKeptTellsTheStart()
    try await oneSessionIsOpen()
    try await whatIsNotOursIsSkipped()
    try await manyDeliveriesAtOnce()
    try await rowsOfOthersAreKept()
    try await anUnreadableRowBlocksItsChannel()
    try await sessionsOfSeededChannelsAreDeleted()
  }

  private static func arn(_ channel: Int) -> String { "arn:aws:ivs:us-west-2:000000000000:channel/mock-\(channel)" }

  private func store(channels: Int, sessions: [StreamSession] = []) async throws -> any PlatformStore {
    let store = try await makeStore()
    var entries = (0..<channels).map { number in
      let item: JSONValue = [
        "id": .string("mock-user-id-\(number)"), "channelArn": .string(Self.arn(number)),
        "username": .string("u\(number)"), "email": .string("e\(number)"),
      ]
      return SeedEntry(channel: Channel(item: item), sessions: [])
    }
    if !sessions.isEmpty { entries.append(SeedEntry(channel: nil, sessions: sessions)) }
    try await store.put(entries) { _ in }
    return store
  }

  /// Seconds after a moment.
  private static func time(_ seconds: Int) -> Instant {
    Instant(millisecondsSince1970: 1_767_225_600_000 + seconds * 1000)
  }

  private static func event(
    _ name: String, at seconds: Int, channel: Int = 0, session: String? = "st-1", id: String? = nil,
    type: String = "IVS Stream State Change"
  ) -> StreamEvent {
    StreamEvent(
      channelArn: arn(channel), streamID: session,
      event: SessionEvent(
        id: id ?? "\(session ?? "")-\(name)-\(seconds)", type: type, name: name, time: time(seconds)))
  }

  private static let life = [
    event("Session Created", at: 0), event("Stream Start", at: 1),
    event("Starvation Start", at: 5, type: "IVS Stream Health Change"),
    event("Starvation End", at: 9, type: "IVS Stream Health Change"),
    event("Ingest Bitrate", at: 12, type: "IVS Limit Breach"), event("Stream End", at: 60),
    event("Session Ended", at: 61),
  ]

  private func aLifeIsKept() async throws {
    let store = try await store(channels: 1)
    for event in Self.life {
      #expect(await store.apply([event]) == [.applied])
      #expect(await store.apply([event]) == [.duplicate])
    }
    let session = try #require(try await sessions(store).first)
    #expect(session["startTime"] == "2026-01-01T00:00:00Z")
    #expect(session["endTime"] == "2026-01-01T00:01:01Z")
    #expect(session["isOpen"] == nil)
    #expect(session["isHealthy"] == true)
    #expect(session["hasErrorEvent"] == true)
    #expect(session["userSub"] == "mock-user-id-0")
    let events = session["truncatedEvents"]?.items ?? []
    #expect(
      events.map { $0["name"]?.string } == [
        "Session Created", "Stream Start", "Starvation Start", "Starvation End", "Ingest Bitrate", "Stream End",
        "Session Ended",
      ])
    #expect(events.first.map(sorted)?["id"] == "st-1-Session Created-0")
    #expect(events.allSatisfy { $0["type"] != nil && $0["eventTime"] != nil })
  }

  /// Each order of the events on a channel of its own, all of them event by event.
  private func everyOrderOfASessionEndsInOneState() async throws {
    let orders = Self.permutations(of: 7)
    let step = max(1, orders.count / permutations)
    let chosen = stride(from: 0, to: orders.count, by: step).map { orders[$0] }
    var random = SplitMix(seed: 7)
    var states: Set<JSONValue> = []
    // An emulator copies whole tables for each transaction: small ones take a fraction of the time.
    for start in stride(from: 0, to: chosen.count, by: 120) {
      let orders = chosen[start..<min(start + 120, chosen.count)]
      let store = try await store(channels: orders.count)
      let deliveries = orders.enumerated().map { channel, order in
        var order = order
        for _ in 0..<Int.random(in: 0...3, using: &random) {
          order.insert(Int.random(in: 0..<7, using: &random), at: Int.random(in: 0...order.count, using: &random))
        }
        return order.map { Self.life[$0].on(Self.arn(channel)) }
      }
      for round in 0..<(deliveries.map(\.count).max() ?? 0) {
        let outcomes = await store.apply(deliveries.compactMap { round < $0.count ? $0[round] : nil })
        #expect(outcomes.allSatisfy { $0 == .applied || $0 == .duplicate })
      }
      let items = try await sessions(store)
      #expect(items.count == orders.count)
      states.formUnion(items.map { sorted($0.with("channelArn", nil).with("userSub", nil)) })
      try await dispose(store)
    }
    #expect(states.count == 1)
  }

  /// Sessions that follow each other, that overlap, that begin in one second, or whose events are missing.
  private func anyOrderOfAChannelEndsInOneState() async throws {
    let store = try await store(channels: mixtures * 3)
    for mixture in 0..<mixtures {
      var random = SplitMix(seed: UInt64(mixture))
      let events = Self.mixture(&random)
      for copy in 0..<3 {
        let arn = Self.arn(mixture * 3 + copy)
        var rest = (events + events.filter { _ in Bool.random(using: &random) }).map { $0.on(arn) }
        if copy > 0 { rest.shuffle(using: &random) }
        while !rest.isEmpty {
          let count = copy == 0 ? 1 : Int.random(in: 1...4, using: &random)
          _ = await store.apply(Array(rest.prefix(count)))
          rest.removeFirst(min(count, rest.count))
        }
      }
    }
    let items = Dictionary(grouping: try await sessions(store)) { $0["channelArn"]?.string ?? "" }
    for mixture in 0..<mixtures {
      let states = (0..<3).map { copy in
        let ofChannel = items[Self.arn(mixture * 3 + copy)] ?? []
        #expect(ofChannel.filter { $0["isOpen"] != nil }.count <= 1)
        return Set(ofChannel.map { sorted($0.with("channelArn", nil).with("userSub", nil)) })
      }
      #expect(Set(states).count == 1, "mixture \(mixture) depends on the order of its events")
    }
  }

  private static func mixture(_ random: inout SplitMix) -> [StreamEvent] {
    var events: [StreamEvent] = []
    let span = Bool.random(using: &random) ? 3 : 20
    for number in 0..<Int.random(in: 2...4, using: &random) {
      let id = "st-\(number)"
      let start = Int.random(in: 0...span, using: &random)
      let length = Int.random(in: 1...15, using: &random)
      var own = [
        event("Session Created", at: start, session: id),
        event("Stream Start", at: start + Int.random(in: 0...1, using: &random), session: id),
        event("Starvation Start", at: start + 2, session: id, type: "IVS Stream Health Change"),
        event("Stream End", at: start + length, session: id),
        event("Session Ended", at: start + length + Int.random(in: 0...1, using: &random), session: id),
        event("Stream Start", at: start + length + 3, session: id),
      ]
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        own.remove(at: Int.random(in: 0..<own.count, using: &random))
      }
      events += own
    }
    return events
  }

  /// Where the session's own beginning is never told.
  private func whatIsTooOldToBeKeptTellsTheStart() async throws {
    let store = try await store(channels: 2)
    let old = Self.event("Recording Start", at: 1, type: "IVS Recording State Change")
    let rest =
      (0..<44).map { Self.event("Event \($0)", at: 20 + $0) } + [Self.event("Stream Start", at: 100)]
    for (channel, events) in [rest + [old], [old] + rest].enumerated() {
      for event in events { _ = await store.apply([event.on(Self.arn(channel))]) }
    }
    let items = try await sessions(store)
    #expect(items.map { $0["startTime"] } == ["2026-01-01T00:00:01Z", "2026-01-01T00:00:01Z"])
    #expect(Set(items.map { sorted($0["truncatedEvents"] ?? .null) }).count == 1)
  }

  private func oneSessionIsOpen() async throws {
    let store = try await store(channels: 1)
    func states() async throws -> [String: String] {
      let items = try await sessions(store)
      return Dictionary(
        items.map { item in
          (item["id"]?.string ?? "", item["isOpen"] != nil ? "open" : item["endTime"]?.string ?? "closed")
        }, uniquingKeysWith: { first, _ in first })
    }
    _ = await store.apply([Self.event("Session Created", at: 0, session: "a")])
    #expect(try await states() == ["a": "open"])
    _ = await store.apply([Self.event("Session Created", at: 100, session: "c")])
    #expect(try await states() == ["a": "2026-01-01T00:01:40Z", "c": "open"])
    // A late beginning closes no newer session, and ends the older one when it began.
    _ = await store.apply([Self.event("Session Created", at: 50, session: "b")])
    #expect(
      try await states() == ["a": "2026-01-01T00:00:50Z", "b": "2026-01-01T00:01:40Z", "c": "open"])
    // A late end of an old one neither.
    _ = await store.apply([Self.event("Session Ended", at: 101, session: "b")])
    #expect(
      try await states() == ["a": "2026-01-01T00:00:50Z", "b": "2026-01-01T00:01:41Z", "c": "open"])
    // Where IVS forgets to tell that the session ended, its stream's end does; a start after it takes that back.
    _ = await store.apply([Self.event("Stream End", at: 130, session: "c")])
    #expect(try await states()["c"] == "2026-01-01T00:02:10Z")
    _ = await store.apply([Self.event("Stream Start", at: 140, session: "c")])
    #expect(try await states()["c"] == "open")
    // What comes before its session's beginning opens nothing.
    _ = await store.apply([
      Self.event("Starvation Start", at: 205, session: "d", type: "IVS Stream Health Change")
    ])
    #expect(try await states()["c"] == "open")
    #expect(try await states()["d"] == "closed")
    _ = await store.apply([Self.event("Stream Start", at: 201, session: "d")])
    #expect(try await states()["d"] == "open")
    #expect(try await states()["c"] == "2026-01-01T00:03:21Z")
    _ = await store.apply([Self.event("Session Created", at: 200, session: "d")])
    #expect(try await states()["c"] == "2026-01-01T00:03:20Z")
    // Without a session's id, it is the newest that had started by then.
    let nameless = Self.event(
      "Ingest Resolution", at: 150, session: nil, id: "nameless", type: "IVS Limit Breach")
    #expect(await store.apply([nameless]) == [.applied])
    let faulty = try await sessions(store).filter { $0["hasErrorEvent"] == true }
    #expect(faulty.map { $0["id"]?.string } == ["c"])
    #expect(
      await store.apply([Self.event("Ingest Resolution", at: -1, session: nil, type: "IVS Limit Breach")])
        == [.skipped(.noSession)])
  }

  private func whatIsNotOursIsSkipped() async throws {
    let store = try await store(channels: 1)
    #expect(
      await store.apply([Self.event("Session Created", at: 0, channel: 9), Self.life[0]])
        == [.skipped(.unknownChannel), .applied])
    #expect(try await sessions(store).count == 1)
    #expect(try await makeStore().apply([Self.life[0]]) == [.skipped(.unknownChannel)])
  }

  private func manyDeliveriesAtOnce() async throws {
    let store = try await store(channels: 1)
    let events = (0..<20).map { Self.event("Event \($0)", at: $0) }
    let outcomes = await withTaskGroup(of: [EventOutcome].self) { group in
      var outcomes: [EventOutcome] = []
      for number in 0..<40 {
        group.addTask { await store.apply([events[number % 20]]) }
        if !isAtomic { outcomes += await group.next() ?? [] }
      }
      return await group.reduce(into: outcomes) { $0 += $1 }
    }
    #expect(Dictionary(grouping: outcomes) { $0 }.mapValues(\.count) == [.applied: 20, .duplicate: 20])
    #expect(try await sessions(store).first?["truncatedEvents"]?.items.count == 20)
    // Many more do not outgrow the row, and what says something of the state stays.
    let later = (0..<200).map { Self.event("Event \($0)", at: 100 + $0) } + Self.life.shuffled()
    _ = await store.apply(later.shuffled())
    let session = try #require(try await sessions(store).first)
    let names = session["truncatedEvents"]?.items.compactMap { $0["name"]?.string } ?? []
    #expect(names.count == 50)
    // That it starved is past, once it does no more.
    #expect(Set(Self.life.map(\.event.name)).subtracting(["Starvation Start"]).isSubset(of: names))
    #expect(session["endTime"] == "2026-01-01T00:01:01Z")
    #expect(await store.apply([Self.event("Event 1", at: 1)]) == [.skipped(.olderThanKept)])
  }

  /// Rows that other programs wrote: unknown attributes, events without time or id, several open sessions.
  private func rowsOfOthersAreKept() async throws {
    func session(_ id: String, _ start: String, _ more: [JSONValue.Member]) throws -> StreamSession {
      let item = JSONValue.object(
        [
          .init("channelArn", .string(Self.arn(0))), .init("id", .string(id)), .init("startTime", .string(start)),
          .init("note", ["x": "1"]),
        ] + more)
      return try #require(StreamSession(item: item))
    }
    let store = try await store(
      channels: 1,
      sessions: [
        try session("closed", "2025-12-01T00:00:00Z", [.init("truncatedEvents", [["name": "Stream Start"]])]),
        try session("open-1", "2025-12-02T00:00:00.500Z", [.init("isOpen", "true"), .init("hasErrorEvent", true)]),
        try session("open-2", "2025-12-02T00:00:00Z", [.init("isOpen", "true"), .init("isHealthy", false)]),
        try session("given", "2025-12-03T00:00:00Z", [.init("endTime", "2025-12-03T01:00:00Z")]),
      ])
    #expect(
      await store.apply([
        Self.event("Starvation End", at: 1, session: "closed", type: "IVS Stream Health Change"),
        Self.event("Session Created", at: 0, session: "st-1"),
        Self.event("Odd", at: 1, session: "open-2"),
      ]) == [.applied, .applied, .applied])
    let items = try await sessions(store)
    func value(_ id: String, _ name: String) -> JSONValue? { items.first { $0["id"] == .string(id) }?[name] }
    #expect(items.filter { $0["isOpen"] != nil }.map { $0["id"] } == ["st-1"])
    #expect(value("closed", "endTime") == nil)
    #expect(value("closed", "truncatedEvents")?.items.first == ["name": "Stream Start"])
    #expect(value("open-2", "endTime") == "2025-12-02T00:00:00.500Z")
    #expect(value("open-1", "endTime") == "2025-12-03T00:00:00Z")
    #expect(value("open-1", "hasErrorEvent") == true)
    #expect(value("open-2", "isHealthy") == false)
    #expect(value("given", "endTime") == "2025-12-03T01:00:00Z")
    for id in ["closed", "open-1", "open-2", "given"] { #expect(value(id, "note") == ["x": "1"]) }
    // An end that no event tells is as good as one that is told, whatever comes in whatever order.
    let late = [
      Self.event("Stream End", at: -9, session: "given"), Self.event("Stream Start", at: -5, session: "given"),
    ]
    for event in late.shuffled() { #expect(await store.apply([event]) == [.applied]) }
    let given = try await sessions(store).first { $0["id"] == "given" }
    #expect(given?["endTime"] == "2025-12-03T01:00:00Z" && given?["isOpen"] == nil)
    #expect(
      given?["truncatedEvents"]?.items.compactMap { $0["name"]?.string }.sorted() == [
        "Session Ended", "Stream End", "Stream Start",
      ])
  }

  private func anUnreadableRowBlocksItsChannel() async throws {
    func broken(_ channel: Int, _ isOpen: Bool) throws -> StreamSession {
      let members: [JSONValue.Member] = [
        .init("channelArn", .string(Self.arn(channel))), .init("id", "broken"), .init("startTime", "yesterday"),
      ]
      let open = isOpen ? [JSONValue.Member("isOpen", "true")] : []
      return try #require(StreamSession(item: .object(members + open)))
    }
    let store = try await store(channels: 3, sessions: [try broken(0, true), try broken(1, false)])
    let outcomes = await store.apply([
      Self.event("Stream End", at: 1, channel: 0, session: "broken"), Self.event("Session Created", at: 0, channel: 0),
      Self.event("Session Created", at: 0, channel: 1), Self.event("Session Created", at: 0, channel: 2),
    ])
    // What is open and cannot be read could make two open ones.
    #expect(
      outcomes.map {
        if case .blocked(let error) = $0 { error.description } else { "\($0)" }
      } == [
        "the row of the session broken cannot be read", "the row of the session broken cannot be read", "applied",
        "applied",
      ])
  }

  private func sessionsOfSeededChannelsAreDeleted() async throws {
    let store = try await store(channels: 1)
    let real: JSONValue = [
      "id": "real", "channelArn": .string(Self.arn(7)), "username": "real", "email": "real",
    ]
    try await store.put([SeedEntry(channel: Channel(item: real), sessions: [])]) { _ in }
    _ = await store.apply([Self.life[0], Self.life[0].on(Self.arn(7))])
    #expect(
      try await store.census()
        == Census(channels: 2, seededChannels: 1, sessions: 2, seededSessions: 1, liveSessions: 2))
    #expect(try await store.deleteSeeded { _ in } == RowCounts(channels: 1, sessions: 1))
    #expect(try await sessions(store).map { $0["userSub"] } == ["real"])
  }

  private func sorted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members):
      .object(members.map { .init($0.key, sorted($0.value)) }.sorted { $0.key < $1.key })
    case .array(let items): .array(items.map(sorted))
    default: value
    }
  }

  private static func permutations(of count: Int) -> [[Int]] {
    (0..<count).reduce([[]]) { orders, number in
      orders.flatMap { order in
        (0...order.count).map { position in
          var order = order
          order.insert(number, at: position)
          return order
        }
      }
    }
  }
}

extension StreamEvent {
  /// The event on another channel.
  fileprivate func on(_ arn: String) -> StreamEvent {
    StreamEvent(channelArn: arn, streamID: streamID, event: event)
  }
}
