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

  /// - Returns: How the script's process ended.
  /// - Throws: A `DiagnosticError` where it cannot be started.
  func run() async throws -> TerminationStatus {
    guard let program = shell.first else { throw DiagnosticError("the script has no shell") }
    let path = try path(of: program)
    let processes = context.run.resources.shared { ScriptProcesses(context.run) }
    return try await start(path, processes).run()
  }

  private func start(_ path: String, _ processes: ScriptProcesses) throws(DiagnosticError) -> ScriptProcess {
    let wake = try Pipe()
    let terminal = lentTerminal
    let isLent = context.isInteractive && context.run.lendsTerminal
    let output = isLent ? nil : try Pipe()
    let error = isLent || context.run.joinsStreams ? output : try Pipe()
    let input = context.isInteractive ? STDIN_FILENO : open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { if !context.isInteractive { close(input) } }
    let request = SpawnRequest(
      program: path, arguments: shell + [text, context.task] + context.arguments, environment: environment,
      directory: context.directory, input: input, output: output?.writeEnd.rawValue ?? STDOUT_FILENO,
      error: error?.writeEnd.rawValue ?? STDERR_FILENO, terminal: terminal.map { _ in LentTerminal.descriptor })
    let process = request.start()
    var sources: [OutputPump.Source] = []
    if let output { sources.append((.standardOutput, output.readEnd)) }
    if let error, !context.run.joinsStreams { sources.append((.standardError, error.readEnd)) }
    try? output?.writeEnd.close()
    if !context.run.joinsStreams { try? error?.writeEnd.close() }
    switch process {
    case .success(let process):
      return try ScriptProcess(
        process: process, streams: sources, wake: wake, terminal: terminal, context: context, processes: processes)
    case .failure(let reason):
      wake.close()
      for (_, descriptor) in sources { try? descriptor.close() }
      throw startError(reason)
    }
  }

  private var lentTerminal: LentTerminal? {
    context.isInteractive ? LentTerminal() : nil
  }

  private var environment: [String] {
    var environment = context.environment
    environment["UGC_OUTPUT"] = outputFile
    return environment.map { "\($0.key)=\($0.value)" }
  }

  /// The program's path, looked for where the script's own PATH says.
  private func path(of program: String) throws(DiagnosticError) -> String {
    if program.contains("/") {
      let path = program.hasPrefix("/") ? program : "\(context.directory)/\(program)"
      guard FileManager.default.fileExists(atPath: path) else { throw noProgram(program) }
      return path
    }
    for folder in (context.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":") {
      let path = folder.hasPrefix("/") ? "\(folder)/\(program)" : "\(context.directory)/\(folder)/\(program)"
      if access(path, X_OK) == 0 { return path }
    }
    throw noProgram(program)
  }

  private func noProgram(_ program: String) -> DiagnosticError {
    DiagnosticError("there is no program `\(program)` to run the script", help: "install it, or name another `shell`")
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
