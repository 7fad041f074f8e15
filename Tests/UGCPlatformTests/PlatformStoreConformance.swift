import Synchronization
import Testing

@testable import UGCPlatform

/// What every `PlatformStore` must do; each implementation's tests run it on stores of their own.
struct PlatformStoreConformance {
  /// Makes a store that nobody has written to.
  let makeStore: () async throws -> any PlatformStore
  /// Every item of a store, channels and sessions.
  let items: (any PlatformStore) async throws -> Set<JSONValue>

  func run() async throws {
    try await anUntouchedStoreIsEmpty()
    try await whatIsPutIsThere()
    try await puttingAgainReplaces()
    try await onlySeededRowsAreDeleted()
    try await manyRowsAreDeleted()
    try await itemsAreKeptLosslessly()
  }

  private func anUntouchedStoreIsEmpty() async throws {
    let store = try await makeStore()
    #expect(try await store.census() == Census())
    #expect(try await store.deleteSeeded { _ in } == RowCounts())
  }

  private func whatIsPutIsThere() async throws {
    let store = try await makeStore()
    try await store.put([
      entry("mock-user-id-1", "mock-stream-id-1", isOpen: true), entry("real", "real", isOpen: false),
    ]) { _ in }
    #expect(
      try await store.census()
        == Census(channels: 2, seededChannels: 1, sessions: 2, seededSessions: 1, liveSessions: 1))
  }

  private func puttingAgainReplaces() async throws {
    let store = try await makeStore()
    try await store.put([entry("mock-user-id-1", "mock-stream-id-1", isOpen: true)]) { _ in }
    try await store.put([entry("mock-user-id-1", "mock-stream-id-1", isOpen: false, note: "again")]) { _ in }
    #expect(try await store.census().liveSessions == 0)
    #expect(try await items(store).count == 2)
    #expect(try await items(store).allSatisfy { $0["note"] == "again" })
  }

  private func onlySeededRowsAreDeleted() async throws {
    let store = try await makeStore()
    let foreign = ["mock-user-id", "mock-user-idX", "mock-user-id.", "mock-user-ic-", "a", "z"]
    for id in foreign { try await store.put([entry(id, "foreign-\(id)", isOpen: true)]) { _ in } }
    let kept = try await items(store)
    try await store.put((1...60).map { entry("mock-user-id-\($0)", "mock-stream-id-\($0)", isOpen: $0 > 3) }) { _ in }
    let last = Mutex(RowCounts())
    let deleted = try await store.deleteSeeded { counts in last.withLock { $0 = counts } }
    #expect(deleted == RowCounts(channels: 60, sessions: 60))
    #expect(last.withLock { $0 } == deleted)
    #expect(try await items(store) == kept)
  }

  private func manyRowsAreDeleted() async throws {
    let store = try await makeStore()
    let count = 6_000
    let last = Mutex(RowCounts())
    try await store.put(
      (0..<count).map { entry("mock-user-id-\($0)", "mock-stream-id-\($0)", isOpen: true) }
    ) { counts in last.withLock { $0 = counts } }
    #expect(last.withLock { $0 } == RowCounts(channels: count, sessions: count))
    #expect(try await store.deleteSeeded { _ in } == RowCounts(channels: count, sessions: count))
    #expect(try await store.census() == Census())
  }

  private func itemsAreKeptLosslessly() async throws {
    let store = try await makeStore()
    let odd: JSONValue = ["list": [.null, true, .number("1.5"), "ü😀\n"], "empty": "", "object": [:]]
    try await store.put([entry("mock-user-id-1", "mock-stream-id-1", isOpen: true, note: odd)]) { _ in }
    for item in try await items(store) { #expect(item["note"].map(sorted) == sorted(odd)) }
  }

  /// The value with its objects' keys in order: a store need not keep that.
  private func sorted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members):
      .object(members.map { .init($0.key, sorted($0.value)) }.sorted { $0.key < $1.key })
    case .array(let items): .array(items.map(sorted))
    default: value
    }
  }

  private func entry(_ channel: String, _ session: String, isOpen: Bool, note: JSONValue = "") -> SeedEntry {
    let arn = "arn:aws:ivs:us-west-2:000000000000:channel/\(channel)"
    var members: [JSONValue.Member] = [
      .init("channelArn", .string(arn)), .init("id", .string(session)), .init("startTime", "2026-01-01T00:00:00Z"),
      .init("note", note),
    ]
    if isOpen { members.append(.init("isOpen", "true")) }
    let item: JSONValue = [
      "id": .string(channel), "channelArn": .string(arn), "username": "u", "email": "e", "note": note,
    ]
    return SeedEntry(channel: Channel(item: item), sessions: [StreamSession(item: .object(members))].compactMap { $0 })
  }
}
