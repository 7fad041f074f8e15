import Foundation
import TaskKit
import Testing

@testable import TaskRunner

@Suite struct HashedFilesTests {
  private func stamp(_ changed: Int = 1) -> FileStamp {
    FileStamp(size: 3, modified: 1, changed: changed, inode: 1, device: 1, isExecutable: false)
  }

  @Test func `files whose stamp is known are not read`() throws {
    let folder = "/tmp/ugc-tasks-hashed-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["a", "b"] { try Data("one".utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
    let files: [FoundPath: FileStamp] = ["a": stamp(), "b": stamp()]
    let first = try HashedFiles(files, in: folder, known: HashedFiles())
    #expect(first.readCount == 2)
    try FileManager.default.removeItem(atPath: "\(folder)/a")
    let second = try HashedFiles(files, in: folder, known: first)
    #expect(second.readCount == 0 && second == first && second.fingerprint == first.fingerprint)
    try Data("two".utf8).write(to: URL(filePath: "\(folder)/b"))
    let third = try HashedFiles(["a": stamp(), "b": stamp(2)], in: folder, known: second)
    #expect(third.readCount == 1 && third.changes(since: second) == ["`b` changed"])
    #expect(throws: CancellationError.self) {
      try HashedFiles(["b": stamp(3)], in: folder, known: third, isStopped: { true })
    }
    #expect(throws: DiagnosticError.self) { try HashedFiles(["a": stamp(2)], in: folder, known: third) }
  }

  @Test func `a file that was just written is read again, as another write could look the same`() throws {
    let folder = "/tmp/ugc-tasks-hashed-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data("one".utf8).write(to: URL(filePath: "\(folder)/a"))
    let files: [FoundPath: FileStamp] = ["a": stamp(FileStamp.now)]
    let first = try HashedFiles(files, in: folder, known: HashedFiles())
    #expect(try HashedFiles(files, in: folder, known: first).readCount == 1)
  }

  @Test func `a clock of whole seconds is trusted later`() {
    func stamp(_ time: Int) -> FileStamp {
      FileStamp(size: 1, modified: time, changed: time, inode: 1, device: 1, isExecutable: false)
    }
    let second = 1_000_000_000
    #expect(stamp(10 * second).isFresh(at: 12 * second) && !stamp(10 * second).isFresh(at: 13 * second))
    #expect(!stamp(10 * second + 1).isFresh(at: 11 * second) && stamp(10 * second + 1).isFresh(at: 10 * second + 2))
  }

  @Test func `differences are told in the order of the names`() {
    func files(_ contents: [FoundPath: String]) -> HashedFiles {
      var files = HashedFiles()
      files.entries = contents.mapValues { .init(stamp: stamp(), hash: $0, isSettled: true) }
      return files
    }
    let earlier = files(["a": "1", "b": "1", "c": "1"])
    #expect(earlier.changes(since: earlier).isEmpty)
    #expect(files(["a": "1", "b": "2", "c": "1"]).changes(since: earlier) == ["`b` changed"])
    #expect(files(["a": "1", "c": "1", "d": "1"]).changes(since: earlier) == ["`b` is gone", "`d` is new"])
  }
}
