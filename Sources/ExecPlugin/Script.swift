import Subprocess
import SystemPackage
import TaskKit

/// One run of a script: its process, and its output passed through as it comes.
struct Script {
  let shell: [String]
  let text: String
  let context: TaskContext

  /// - Returns: How the script's process ended.
  /// - Throws: A `DiagnosticError` where it cannot be started.
  func run() async throws -> TerminationStatus {
    guard let program = shell.first else { throw DiagnosticError("the script has no shell") }
    let pump = try OutputPump(context)
    async let pumped: Void = pump.run()
    do {
      let result = try await Subprocess.run(
        program.contains("/") ? .path(FilePath(program)) : .name(program),
        arguments: Arguments(shell.dropFirst() + [text, context.task] + context.arguments),
        environment: .custom(environment), workingDirectory: FilePath(context.directory), input: .none,
        output: .fileDescriptor(pump.output.writeEnd, closeAfterSpawningProcess: true),
        error: .fileDescriptor(pump.error.writeEnd, closeAfterSpawningProcess: true))
      pump.processEnded()
      await pumped
      return result.terminationStatus
    } catch {
      pump.processEnded()
      await pumped
      throw startError(error, program: program)
    }
  }

  private var environment: [Environment.Key: String] {
    var environment: [Environment.Key: String] = [:]
    for (name, value) in context.environment {
      if let key = Environment.Key(rawValue: name) { environment[key] = value }
    }
    return environment
  }

  private func startError(_ error: any Error, program: String) -> any Error {
    switch (error as? SubprocessError)?.code {
    case .executableNotFound?:
      DiagnosticError("there is no program `\(program)` to run the script", help: "install it, or name another `shell`")
    case .failedToChangeWorkingDirectory?:
      DiagnosticError("the script cannot work in \(context.directory)", help: "make the folder, or change `dir`")
    default: startError(errno: (error as? SubprocessError)?.underlyingError) ?? error
    }
  }

  private func startError(errno: Errno?) -> DiagnosticError? {
    guard let errno else { return nil }
    return errno == .argListTooLong
      ? DiagnosticError("the script and its environment are too large to start", help: "put the script into a file")
      : DiagnosticError("the script cannot be started: \(errno)", help: "check `shell` and the limits of this machine")
  }
}
