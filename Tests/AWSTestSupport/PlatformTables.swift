package import AWSClient
package import Documents
import Foundation

/// The platform's two tables on an emulator, with their indexes.
package struct PlatformTables: Sendable {
  package let channels: String
  package let streams: String
  package let session: AWSSession

  /// Makes the tables; names are unique to the caller.
  package static func make(on emulator: Emulator, prefix: String = "T") async throws -> PlatformTables {
    let name = "\(prefix)-\(UUID().uuidString.prefix(8))"
    let tables = PlatformTables(
      channels: "\(name)-channels", streams: "\(name)-streams", session: try emulator.session())
    for (table, properties) in [
      (tables.channels, PlatformTemplate.channelsTable), (tables.streams, PlatformTemplate.streamsTable),
    ] {
      guard case .object(let members) = properties else { continue }
      _ = try await tables.session.json(
        .dynamoDB, "CreateTable", .object([.init("TableName", .string(table))] + members))
    }
    return tables
  }

  package init(channels: String, streams: String, session: AWSSession) {
    self.channels = channels
    self.streams = streams
    self.session = session
  }

  package func delete() async throws {
    for table in [channels, streams] {
      _ = try await session.json(.dynamoDB, "DeleteTable", ["TableName": .string(table)])
    }
  }

  /// Every row of both tables as the wire has it, read page by page without the code under test.
  package func rows() async throws -> [JSONValue] {
    var rows: [JSONValue] = []
    for table in [channels, streams] {
      var start: JSONValue?
      repeat {
        var input: [JSONValue.Member] = [.init("TableName", .string(table)), .init("ConsistentRead", true)]
        if let start { input.append(.init("ExclusiveStartKey", start)) }
        let page = try await session.json(.dynamoDB, "Scan", .object(input))
        rows += page["Items"]?.items ?? []
        start = page["LastEvaluatedKey"]
      } while start != nil
    }
    return rows
  }
}
