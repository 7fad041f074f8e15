import FoundationEssentials
import Glibc
import SystemPackage
import TaskKit

/// A script that is to run: its program, its text, its environment.
struct Script {
  let shell: [String]
  let text: String
  let context: TaskContext
  /// Where it writes its outputs to.
  let outputFile: String

  /// How the names of files for outputs begin.
  static let outputPrefix = "output-"

  /// - Returns: How the script's process ended.
  /// - Throws: A `DiagnosticError` where it cannot be started.
  func run() async throws -> TerminationStatus {
    guard let program = shell.first else { throw DiagnosticError("the script has no shell") }
    let path = try ProgramSearch(context: context).path(of: program)
    let processes = context.run.resources.shared { ScriptProcesses(context.run) }
    let relay = OrderRelay()
    return try await context.stopSwitch.handling(with: relay.take) {
      try await relay.start { () throws(DiagnosticError) in try start(path, processes) }.untilEnded()
    }
  }

  private func start(_ path: String, _ processes: ScriptProcesses) throws(DiagnosticError) -> ScriptProcess {
    let terminal = context.isInteractive && context.run.lendsTerminal ? LentTerminal() : nil
    let streams = try ScriptStreams(context)
    defer { streams.closeScriptEnds() }
    let request = SpawnRequest(
      program: path, arguments: shell + [text, context.task] + context.arguments, environment: environment,
      directory: context.directory, input: streams.input, output: streams.output, error: streams.error,
      terminal: terminal.map { _ in LentTerminal.descriptor })
    switch request.start() {
    case .success(let process):
      return try ScriptProcess(
        process: process, streams: streams.sources, terminal: terminal, context: context, processes: processes)
    case .failure(let reason):
      for (_, descriptor) in streams.sources { try? descriptor.close() }
      throw startError(reason)
    }
  }

  private var environment: [String] {
    var environment = context.environment
    environment["UGC_OUTPUT"] = outputFile
    return environment.map { "\($0.key)=\($0.value)" }
  }

  private func startError(_ reason: Errno) -> DiagnosticError {
    var isDirectory = false
    let exists = FileManager.default.fileExists(atPath: context.directory, isDirectory: &isDirectory)
    if !exists || !isDirectory {
      return DiagnosticError(
        "the script cannot work in \(context.directory)", help: "make the folder, or change `dir`")
    }
    return reason == .argListTooLong
      ? DiagnosticError("the script and its environment are too large to start", help: "put the script into a file")
      : DiagnosticError("the script cannot be started: \(reason)", help: "check `shell` and the limits of this machine")
  }
}
