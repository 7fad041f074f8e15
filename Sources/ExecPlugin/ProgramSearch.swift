import FoundationEssentials
import Glibc
import TaskKit

/// Finds programs where a script's own PATH says.
struct ProgramSearch {
  let context: TaskContext

  /// - Returns: The absolute path of a program.
  /// - Throws: A `DiagnosticError` where it is not there.
  func path(of program: String) throws(DiagnosticError) -> String {
    if program.contains("/") {
      let path = program.hasPrefix("/") ? program : "\(context.directory)/\(program)"
      guard FileManager.default.fileExists(atPath: path) else { throw missing(program) }
      guard isProgram(path) else {
        throw DiagnosticError("`\(program)` cannot be run", help: "name a program, or let it be run with chmod +x")
      }
      return path
    }
    for folder in (context.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":") {
      let path = folder.hasPrefix("/") ? "\(folder)/\(program)" : "\(context.directory)/\(folder)/\(program)"
      if isProgram(path) { return path }
    }
    throw missing(program)
  }

  private func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }

  private func missing(_ program: String) -> DiagnosticError {
    DiagnosticError("there is no program `\(program)` to run the script", help: "install it, or name another `shell`")
  }
}
