import AWSClient
import AWSTestSupport
import Foundation
import Synchronization
import Testing

@testable import UGCPlatform

@Suite(.enabled(if: Emulator.areThere, "Tests/Emulators/with-emulators starts what this needs"))
struct DynamoDBPlatformStoreTests {
  private func store(
    _ tables: PlatformTables, at proxy: FaultProxy? = nil, on emulator: Emulator = .moto,
    patience: DynamoDBPlatformStore.Patience = .init()
  ) throws -> DynamoDBPlatformStore {
    let stack = DeployedStack(
      name: try #require(StackName("T")), place: PlatformPlace(region: Emulator.region, account: "1"),
      channelsTable: tables.channels, streamsTable: tables.streams)
    let session = try emulator.session(at: proxy?.url)
    return DynamoDBPlatformStore(stack, database: session.dynamoDB(region: Emulator.region), patience: patience)
  }

  private func entries(_ range: Range<Int>, prefix: String = "mock-user-id-") -> [SeedEntry] {
    range.map { number in
      let arn = "arn:aws:ivs:us-west-2:1:channel/\(prefix)\(number)"
      let channel: JSONValue = [
        "id": .string("\(prefix)\(number)"), "channelArn": .string(arn), "username": .string("u\(number)"),
        "email": "e",
      ]
      let session: JSONValue = [
        "id": .string(prefix == "mock-user-id-" ? "mock-stream-id-\(number)" : "real-\(number)"),
        "channelArn": .string(arn), "startTime": "2026-01-01T00:00:00Z", "isOpen": "true",
      ]
      return SeedEntry(
        channel: Channel(item: channel), sessions: [StreamSession(item: session)].compactMap { $0 })
    }
  }

  @Test(arguments: Emulator.open)
  func `it is a platform store`(emulator: Emulator) async throws {
    let kept = Mutex<[ObjectIdentifier: PlatformTables]>([:])
    try await PlatformStoreConformance(
      makeStore: {
        let tables = try await PlatformTables.make(on: emulator)
        let store = KeyedStore(try self.store(tables, on: emulator))
        kept.withLock { $0[ObjectIdentifier(store)] = tables }
        return store
      },
      items: { store in
        let keyed = try #require(store as? KeyedStore)
        let tables = try #require(kept.withLock { $0[ObjectIdentifier(keyed)] })
        let items = try await tables.rows().map { try #require(AttributeValue.decodedItem($0)) }
        return Set(items)
      }
    ).run()
  }

  @Test(arguments: Emulator.open)
  func `it keeps what events say`(emulator: Emulator) async throws {
    let kept = Mutex<[ObjectIdentifier: PlatformTables]>([:])
    let wanted = StreamEventConformance.wantedPermutations ?? 60
    try await StreamEventConformance(
      makeStore: {
        let tables = try await PlatformTables.make(on: emulator)
        let store = KeyedStore(try self.store(tables, on: emulator))
        kept.withLock { $0[ObjectIdentifier(store)] = tables }
        return store
      },
      sessions: { store in
        let keyed = try #require(store as? KeyedStore)
        let tables = try #require(kept.withLock { $0[ObjectIdentifier(keyed)] })
        let items = try await tables.rows().map { try #require(AttributeValue.decodedItem($0)) }
        return items.filter { $0["startTime"] != nil }
      },
      dispose: { store in
        let keyed = try #require(store as? KeyedStore)
        try await kept.withLock { $0[ObjectIdentifier(keyed)] }?.delete()
      },
      permutations: wanted, mixtures: max(3, wanted / 84), isAtomic: emulator != .moto
    ).run()
  }

  @Test func `batches are always full, the tables' rows in one queue`() async throws {
    let tables = try await PlatformTables.make(on: .moto)
    let proxy = try await FaultProxy(to: .moto, faults: [:])
    try await store(tables, at: proxy).put(entries(0..<110)) { _ in }
    #expect(proxy.calls(of: "BatchWriteItem") == 9)
    await proxy.close()
  }

  @Test(arguments: [
    [Fault.unprocessed: 0.3], [.throttled: 0.3], [.serverError: 0.3], [.reset: 0.3], [.lostAnswer: 0.3],
    [.truncated: 0.3], [.corrupted: 0.3], [.slow: 0.2],
    [
      .unprocessed: 0.1, .throttled: 0.1, .serverError: 0.1, .reset: 0.1, .lostAnswer: 0.1, .truncated: 0.1,
      .corrupted: 0.1,
    ],
  ])
  func `whatever goes wrong on the way, all is put once, and just that is deleted`(faults: [Fault: Double]) async throws
  {
    let tables = try await PlatformTables.make(on: .moto)
    let proxy = try await FaultProxy(to: .moto, faults: faults)
    let store = try store(tables, at: proxy)
    try await self.store(tables).put(entries(0..<30, prefix: "foreign-")) { _ in }
    let foreign = Set(try await tables.rows())
    let last = Mutex(RowCounts())
    try await store.put(entries(0..<200)) { counts in last.withLock { $0 = counts } }
    #expect(last.withLock { $0 } == RowCounts(channels: 200, sessions: 200))
    let rows = try await tables.rows()
    #expect(rows.count == 460)
    #expect(Set(rows).count == 460)
    let deleted = try await store.deleteSeeded { _ in }
    #expect(deleted == RowCounts(channels: 200, sessions: 200))
    #expect(Set(try await tables.rows()) == foreign)
    for fault in faults.keys { #expect(proxy.counts[fault, default: 0] > 0, "\(fault) was never met") }
    await proxy.close()
  }

  @Test func `where nothing works, the store gives up when its patience is over`() async throws {
    let tables = try await PlatformTables.make(on: .moto)
    let proxy = try await FaultProxy(to: .moto, faults: [.throttled: 1])
    let store = try store(tables, at: proxy, patience: .init(withoutProgress: .milliseconds(200)))
    let work = try await #require(throws: PartialWork.self) { try await store.put(entries(0..<100)) { _ in } }
    #expect(work.done == RowCounts())
    #expect(work.uncertain == RowCounts())
    guard case .failed(let error) = work.reason else {
      Issue.record("\(work)")
      return
    }
    #expect(error.description.contains("ProvisionedThroughputExceededException"))
    #expect(try await tables.rows().isEmpty)
    await proxy.close()
  }

  @Test func `rows whose answers were all lost are uncertain, not undone`() async throws {
    let tables = try await PlatformTables.make(on: .moto)
    let proxy = try await FaultProxy(to: .moto, faults: [.lostAnswer: 1])
    let store = try store(tables, at: proxy, patience: .init(withoutProgress: .milliseconds(200)))
    let work = try await #require(throws: PartialWork.self) { try await store.put(entries(0..<10)) { _ in } }
    #expect(work.done == RowCounts())
    #expect(work.uncertain == RowCounts(channels: 10, sessions: 10))
    await proxy.close()
  }

  @Test(arguments: [
    "null", "[]", #"{"nowhere":[{"PutRequest":{"Item":{"id":{"S":"x"}}}}]}"#,
  ])
  func `an answer that is not understood leaves all rows uncertain`(unprocessed: String) async throws {
    let peer = try await HTTPPeer { _ in .text(#"{"UnprocessedItems":\#(unprocessed)}"#) }
    var environment = Emulator.moto.environment(at: peer.url)
    environment["HOME"] = "/nonexistent"
    let session = try AWSSession(AWSSession.Settings(environment: environment), http: Emulator.http)
    let stack = DeployedStack(
      name: try #require(StackName("T")), place: PlatformPlace(region: Emulator.region, account: "1"),
      channelsTable: "c", streamsTable: "s")
    let store = DynamoDBPlatformStore(
      stack, database: session.dynamoDB(region: Emulator.region),
      patience: .init(withoutProgress: .milliseconds(200)))
    let work = try await #require(throws: PartialWork.self) { try await store.put(entries(0..<10)) { _ in } }
    #expect(work.done == RowCounts())
    #expect(work.uncertain == RowCounts(channels: 10, sessions: 10))
    await peer.close()
  }

  @Test(arguments: [[:], [Fault.unprocessed: 0.3, .lostAnswer: 0.2]])
  func `what is told of cancelled work is what is there`(faults: [Fault: Double]) async throws {
    let tables = try await PlatformTables.make(on: .moto)
    let proxy = try await FaultProxy(to: .moto, faults: faults)
    let store = try store(tables, at: proxy, patience: .init(afterCancellation: .seconds(60)))
    let entries = entries(0..<2_000)
    let work = Task { try await store.put(entries) { _ in } }
    proxy.watch { calls in if calls == 20 { work.cancel() } }
    let partial = try await #require(throws: PartialWork.self) { try await work.value }
    #expect(partial.reason == .cancelled)
    let rows = try await tables.rows()
    #expect(rows.count >= partial.done.rows && rows.count <= partial.done.rows + partial.uncertain.rows)
    #expect(partial.done.rows > 0 && rows.count < 4_000)
    // Doing it again completes it.
    try await self.store(tables).put(entries) { _ in }
    #expect(try await tables.rows().count == 4_000)
    await proxy.close()
  }

  @Test func `a table that is not there is told by name`() async throws {
    let session = try Emulator.moto.session()
    let tables = PlatformTables(channels: "nowhere", streams: "neither", session: session)
    let error = await #expect(throws: StoreError.self) { try await store(tables).census() }
    #expect(
      error?.description == "the stack T names the tables nowhere and neither, and one is not there")
  }
}

/// A store that can be told from others.
private final class KeyedStore: PlatformStore {
  private let store: DynamoDBPlatformStore

  init(_ store: DynamoDBPlatformStore) { self.store = store }

  func put(
    _ entries: some Collection<SeedEntry> & Sendable, progress: @escaping @Sendable (RowCounts) -> Void
  ) async throws(PartialWork) {
    try await store.put(entries, progress: progress)
  }

  func deleteSeeded(progress: @escaping @Sendable (RowCounts) -> Void) async throws(PartialWork) -> RowCounts {
    try await store.deleteSeeded(progress: progress)
  }

  var eventLanes: Int { store.eventLanes }

  func apply(_ events: [StreamEvent]) async -> [EventOutcome] { await store.apply(events) }

  func census() async throws -> Census { try await store.census() }

  func close() { store.close() }
}

@Suite struct EmulatorTests {
  @Test func `in CI the emulators are there`() {
    guard ProcessInfo.processInfo.environment["CI"] == "true" else { return }
    #expect(Emulator.areThere)
  }
}

@Suite struct ContainerEnvironmentTests {
  @Test func `values are JSON strings at the starts of lines`() {
    let environment = ContainerEnvironment(
      #"""
      ACCOUNT_ID="111122223333" \
      ALLOWED_ORIGINS="[\"*\"]" \
      X_REGION="wrong" \
      NOTE="REGION=\"wrong\" \
      REGION="us-west-2" \
      EMPTY="" \
      MISSING=undefined \
      CONFIGURATION="{\"enabled\":false,\"a\":\"\\\\\"}" \
      SERVICE_NAME="Metrics"
      """#)
    #expect(environment["ACCOUNT_ID"] == "111122223333")
    #expect(environment["ALLOWED_ORIGINS"] == #"["*"]"#)
    #expect(environment["REGION"] == "us-west-2")
    #expect(environment["CONFIGURATION"] == #"{"enabled":false,"a":"\\"}"#)
    #expect(environment["SERVICE_NAME"] == "Metrics")
    for name in ["EMPTY", "MISSING", "NOTE", "ORIGINS"] { #expect(environment[name] == nil) }
  }
}
