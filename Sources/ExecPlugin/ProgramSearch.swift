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
      return path
    }
    for folder in (context.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":") {
      let path = folder.hasPrefix("/") ? "\(folder)/\(program)" : "\(context.directory)/\(folder)/\(program)"
      if access(path, X_OK) == 0 { return path }
    }
    throw missing(program)
  }

  private func missing(_ program: String) -> DiagnosticError {
    DiagnosticError("there is no program `\(program)` to run the script", help: "install it, or name another `shell`")
  }
}
