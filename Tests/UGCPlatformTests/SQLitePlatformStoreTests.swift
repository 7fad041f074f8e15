import Foundation
import GRDB
import Testing

@testable import UGCPlatform

@Suite final class SQLitePlatformStoreTests {
  private let folder = "/tmp/ugc-tasks-store-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func makeStore() -> SQLitePlatformStore {
    SQLitePlatformStore(path: "\(folder)/\(UUID().uuidString).sqlite")
  }

  @Test func `it is a platform store`() async throws {
    try await PlatformStoreConformance(
      makeStore: { self.makeStore() },
      items: { store in
        let path = try #require(store as? SQLitePlatformStore).path
        let queue = try DatabaseQueue(path: path)
        return try queue.read { database in
          let texts = try ["channels", "streams"].flatMap {
            try String.fetchAll(database, sql: "SELECT item FROM \($0)")
          }
          return Set(texts.compactMap { JSONValue(parsing: $0.utf8) })
        }
      }
    ).run()
  }

  @Test func `it keeps what events say`() async throws {
    try await StreamEventConformance(
      makeStore: { self.makeStore() },
      sessions: { store in
        let path = try #require(store as? SQLitePlatformStore).path
        return try DatabaseQueue(path: path).read { database in
          // The columns say what the items do.
          let rows = try Row.fetchAll(database, sql: "SELECT * FROM streams")
          return try rows.map { row in
            let item = try #require(JSONValue(parsing: (row["item"] as String).utf8))
            #expect(item["id"]?.string == row["id"])
            #expect(item["startTime"]?.string == row["start_time"])
            #expect(item["isOpen"]?.string == row["is_open"])
            return item
          }
        }
      },
      permutations: StreamEventConformance.wantedPermutations ?? 630
    ).run()
  }

  @Test func `a store that is only read is not made`() async throws {
    let store = makeStore()
    _ = try await store.census()
    _ = try await store.deleteSeeded { _ in }
    _ = await store.apply([])
    #expect(!FileManager.default.fileExists(atPath: store.path))
  }

  @Test func `a store that was closed leaves one file, free for everyone, and opens it again`() async throws {
    let store = makeStore()
    let channel = Channel(item: ["id": "mock-user-id-1", "channelArn": "arn:1", "username": "u", "email": "e"])
    for count in 1...50 {
      try await store.put([SeedEntry(channel: channel, sessions: [])]) { _ in }
      #expect(FileManager.default.fileExists(atPath: "\(store.path)-wal"))
      #expect(try await store.census().channels == 1)
      store.close()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1, "time \(count)")
      // A queue of its own waits for nobody.
      try await DatabaseQueue(path: store.path).write { try $0.execute(sql: "PRAGMA user_version = \(count)") }
    }
  }

  @Test func `two writers of one stack wait for each other`() async throws {
    let path = makeStore().path
    try await withThrowingTaskGroup { group in
      for writer in 0..<4 {
        group.addTask {
          let store = SQLitePlatformStore(path: path, lockTimeout: .seconds(300))
          for batch in 0..<10 {
            let entries = (0..<20).map { number in
              let id = "mock-user-id-\(writer)-\(batch)-\(number)"
              let item: JSONValue = [
                "id": .string(id), "channelArn": .string("arn:\(id)"), "username": "u", "email": "e",
              ]
              return SeedEntry(channel: Channel(item: item), sessions: [])
            }
            try await store.put(entries) { _ in }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await SQLitePlatformStore(path: path).census().channels == 800)
  }

  @Test func `a folder that cannot be written to is named`() async throws {
    let store = SQLitePlatformStore(path: "/nonexistent/stack.sqlite")
    let work = await #expect(throws: PartialWork.self) {
      try await store.put([SeedEntry(channel: nil, sessions: [])]) { _ in }
    }
    #expect(work?.done == RowCounts())
    guard case .failed(let error)? = work?.reason else {
      Issue.record("\(String(describing: work))")
      return
    }
    #expect(error.description.contains("/nonexistent/stack.sqlite cannot be opened for writing"))
  }
}

@Suite struct StackNameTests {
  @Test(arguments: ["UGC-dev", "a", "A1-", String(repeating: "x", count: 128)])
  func `CloudFormation's names are taken`(name: String) {
    #expect(StackName(name)?.description == name)
  }

  @Test(arguments: ["", "1a", "-a", "a_b", "a.b", "../x", "ä", String(repeating: "x", count: 129)])
  func `others are not`(name: String) {
    #expect(StackName(name) == nil)
  }
}

@Suite struct PlatformPlaceTests {
  @Test func `ARNs name the region's partition`() {
    #expect(
      PlatformPlace(region: "cn-north-1", account: "1").channelArn("x") == "arn:aws-cn:ivs:cn-north-1:1:channel/x")
    #expect(PlatformPlace(region: "us-gov-west-1", account: "1").partition == "aws-us-gov")
    #expect(PlatformPlace(region: "eu-west-1", account: "1").partition == "aws")
  }
}
