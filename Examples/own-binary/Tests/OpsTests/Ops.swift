import ExecPlugin
import Foundation
import Synchronization
import TaskCLI
import WaitFor

/// The tool in process, in a folder of its own with the tasks of this package.
final class Ops: Sendable {
  static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  let folder = FileManager.default.temporaryDirectory.appending(path: "ops-test-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Self.package.appending(path: "tasks.yaml"), to: folder.appending(path: "tasks.yaml"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// What one use said on both outputs, in order, times as `(T)`, and how it ended.
  func run(_ words: [String]) async -> (said: String, status: ExitStatus) {
    let said = Said()
    let world = World(
      environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], directory: folder.path(percentEncoded: false).withoutSlash,
      output: said, error: said, joinsStreams: true)
    let tool = TaskTool(name: "ops", version: "1.0.0", plugins: [execPlugin, WaitForPlugin.self])
    let status = await tool.run(words, in: world)
    return (said.text.replacing(#/\(\d+\.\d\d s\)/#, with: "(T)"), status)
  }
}

/// Keeps what is written to it.
private final class Said: ByteSink {
  private let bytes = Mutex<[UInt8]>([])

  func write(_ bytes: [UInt8]) { self.bytes.withLock { $0 += bytes } }
  var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}

extension String {
  fileprivate var withoutSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
