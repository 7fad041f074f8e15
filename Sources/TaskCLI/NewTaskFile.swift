import FoundationEssentials
import Glibc
import SystemPackage
import TaskRunner

/// A task file that is to be written where there is none.
struct NewTaskFile {
  /// The absolute path.
  let path: String
  /// As messages name it.
  let name: String

  /// Writes the file, whole or not at all.
  ///
  /// - Parameter text: What is to be in it.
  /// - Throws: A `DiagnosticError` where there is one already, or where it cannot be written.
  func write(_ text: String) throws(DiagnosticError) {
    do {
      try writeAll(Array(text.utf8))
    } catch let reason as Errno where reason == .fileExists {
      throw DiagnosticError(
        "\(name) is there already, and was left as it is", help: "name another file with -f FILE, or remove it first")
    } catch let reason as Errno where reason == .noSuchFileOrDirectory {
      throw DiagnosticError("\(name) cannot be written: there is no such folder", help: "make it first")
    } catch {
      throw DiagnosticError("\(name) cannot be written: \(FileProblem(error))", help: "name another file with -f FILE")
    }
  }

  private func writeAll(_ bytes: [UInt8]) throws {
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: FilePermissions(rawValue: 0o666))
    do {
      try file.closeAfter { _ = try file.writeAll(bytes) }
    } catch {
      unlink(path)
      throw error
    }
  }
}
