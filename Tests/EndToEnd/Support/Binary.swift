import Foundation

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
  func shell(_ command: String) throws -> Result {
    try start(command).finish()
  }

  func start(_ command: String) throws -> Running {
    try Running(command, in: folder.path, environment.merging(["UGC": Self.path]) { _, new in new })
  }

  /// A process under way.
  final class Running {
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

    func finish() -> Result {
      let output = output.fileHandleForReading.readDataToEndOfFile()
      let error = error.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return Result(
        code: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
        error: String(decoding: error, as: UTF8.self))
    }
  }
}
