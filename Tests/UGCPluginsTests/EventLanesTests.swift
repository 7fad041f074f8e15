import Foundation
import GRDB
import Instants
import Testing
import UGCPlatform

@testable import UGCPlugins

@Suite final class EventLanesTests {
  private let path = "/tmp/ugc-tasks-lanes-\(UUID().uuidString).sqlite"

  deinit {
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }

  private func event(_ name: String) -> EventEnvelope {
    .event(
      StreamEvent(
        channelArn: "arn", streamID: "st-1",
        event: SessionEvent(
          id: name, type: "IVS Stream State Change", name: name, time: Instant(millisecondsSince1970: 0))))
  }

  @Test func `more events than fit are refused, and what waits is applied together`() async throws {
    let store = SQLitePlatformStore(path: path)
    let item: JSONValue = ["id": "1", "channelArn": "arn", "username": "u", "email": "e"]
    try await store.put([SeedEntry(channel: Channel(item: item), sessions: [])]) { _ in }
    let lanes = EventLanes(store, capacity: 3)
    // Another program writes: nothing can be stored meanwhile.
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: path, configuration: configuration)
    try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let accepted = (0..<3).map { number in
      let event = event("\(number)")
      return Task { try await lanes.apply(event) }
    }
    while lanes.count < 3 { await Task.yield() }
    await #expect(throws: EventLanes.OverCapacity.self) { try await lanes.apply(event("4")) }
    #expect(try await lanes.apply(.skipped(.stage)) == .skipped(.stage))
    try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
    for task in accepted { #expect(try await task.value == .applied) }
    #expect(lanes.count == 0)
    #expect(try await lanes.apply(event("0")) == .duplicate)
  }
}
