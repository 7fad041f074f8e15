import Foundation
import Testing

/// The real binary, for what only a process shows.
struct Binary {
  /// What a process left.
  struct Result {
    let code: Int32
    let output: String
    let error: String
  }

  let folder: TemporaryFolder
  var environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"]

  /// The binary beside the tests, or the one that UGC_TASKS_BINARY names.
  static let path: String =
    ProcessInfo.processInfo.environment["UGC_TASKS_BINARY"]
    ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(
      path: "ugc-tasks"
    ).path

  init(tasks: String) {
    folder = TemporaryFolder()
    folder.write("tasks.yaml", tasks)
  }

  static var platform: Binary {
    Binary(tasks: "version: 1\ntasks:\n  seed: {}\n  deleteSeed: { confirm: Sure? }\n  stack: {}\n")
  }

  /// A shell command in the folder, `$UGC` being the binary; standard input is closed.
  func shell(_ command: String) async throws -> Result {
    try await start(command).finish()
  }

  func start(_ command: String) throws -> Running {
    try Running(command, in: folder.path, environment.merging(["UGC": Self.path]) { _, new in new })
  }

  /// Waits until a line of a file has a text and its end; gives what follows the text.
  func said(_ text: String, in name: String) async throws -> Substring {
    let end = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < end {
      let lines = (folder.read(name) ?? "").split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      for line in lines {
        if let range = line.firstRange(of: text) { return line[range.upperBound...] }
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("\(name) never had \(text)")
    return ""
  }

  /// A process under way.
  final class Running: Sendable {
    let process = Process()
    let output = Pipe()
    let error = Pipe()

    init(_ command: String, in folder: String, _ environment: [String: String]) throws {
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", command]
      process.currentDirectoryURL = URL(filePath: folder)
      process.environment = environment
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = output
      process.standardError = error
      try process.run()
    }

    /// Waits for its end on threads of its own: the tests that serve it need those of Swift's.
    func finish() async -> Result {
      async let output = onThread { [output] in output.fileHandleForReading.readDataToEndOfFile() }
      async let error = onThread { [error] in error.fileHandleForReading.readDataToEndOfFile() }
      let said = await (output: output, error: error)
      let code = await onThread { [process] in
        process.waitUntilExit()
        return process.terminationStatus
      }
      return Result(
        code: code, output: String(decoding: said.output, as: UTF8.self),
        error: String(decoding: said.error, as: UTF8.self))
    }
  }
}
