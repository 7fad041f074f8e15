import GRDB
import Testing

/// A local stack's SQLite file, as a user reads it.
struct StackFile {
  private let queue: DatabaseQueue

  init(_ test: ToolTest, _ stack: String = "UGC-dev") throws {
    queue = try DatabaseQueue(path: "\(test.folder.path)/.ugc/stacks/\(stack).sqlite")
  }

  init(path: String) throws {
    queue = try DatabaseQueue(path: path)
  }

  func texts(_ sql: String) throws -> [String] {
    try queue.read { try Row.fetchAll($0, sql: sql) }.map { row in
      row.databaseValues.map { $0.isNull ? "-" : String.fromDatabaseValue($0) ?? "\($0)" }.joined(separator: "|")
    }
  }

  func text(_ sql: String) throws -> String? {
    try texts(sql).first
  }

  func execute(_ sql: String) throws {
    try queue.write { try $0.execute(sql: sql) }
  }
}
