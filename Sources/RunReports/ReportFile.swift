import FoundationEssentials
import Glibc
import SystemPackage
public import TaskKit

/// A file that a report is written to.
public struct ReportFile: Sendable {
  public let format: ReportFormat
  /// The absolute path.
  public let path: String

  public init(_ format: ReportFormat, path: String) {
    self.format = format
    self.path = path
  }

  /// Makes the folder of the file, and sees that a file can be there.
  ///
  /// - Throws: A `DiagnosticError` where it cannot.
  public func prepare() throws(DiagnosticError) {
    do {
      try FileManager.default.createDirectory(atPath: Path.parent(of: path), withIntermediateDirectories: true)
    } catch {
      throw DiagnosticError(
        "the folder of the \(format.rawValue) report, \(Path.parent(of: path)), cannot be made: \(FileProblem(error))",
        help: "name another file with --report \(format.rawValue)=FILE")
    }
    var isFolder = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
      throw DiagnosticError(
        "the \(format.rawValue) report cannot be written to \(path), which is a folder",
        help: "name a file with --report \(format.rawValue)=FILE")
    }
  }

  /// Writes the file: a reader finds the old one or the new one, whole.
  ///
  /// - Parameter text: The report.
  /// - Throws: A `FileProblem` where it cannot be written.
  public func write(_ text: String) throws(FileProblem) {
    let isReplaceable = !FileManager.default.fileExists(atPath: path) || isRegular
    let written = isReplaceable ? "\(path).\(UUID().uuidString)" : path
    do {
      let file = try FileDescriptor.open(
        FilePath(written), .writeOnly,
        options: isReplaceable ? [.create, .exclusiveCreate, .closeOnExec] : [.closeOnExec],
        permissions: FilePermissions(rawValue: 0o666))
      try file.closeAfter { _ = try file.writeAll(Array(text.utf8)) }
      if isReplaceable, rename(written, path) != 0 { throw Errno(rawValue: errno) }
    } catch {
      if isReplaceable { unlink(written) }
      throw FileProblem(error)
    }
  }

  /// Whether it is no device or pipe.
  private var isRegular: Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}

/// A file of a CI job that steps add to.
public enum JobFile {
  /// - Throws: A `FileProblem` where it cannot be written.
  public static func append(_ text: String, to path: String) throws(FileProblem) {
    do {
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.append, .create, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o666))
      try file.closeAfter { _ = try file.writeAll(Array(text.utf8)) }
    } catch {
      throw FileProblem(error)
    }
  }
}
