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
    let target = target
    var status = stat()
    let exists = stat(target, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw DiagnosticError(
        "the \(format.rawValue) report cannot be written to \(path), which is a folder",
        help: "name a file with --report \(format.rawValue)=FILE")
    }
    let isReplaced = !isDevice && (!exists || status.st_mode & S_IFMT == S_IFREG)
    guard access(isReplaced ? Path.parent(of: target) : target, W_OK) == 0 else {
      throw DiagnosticError(
        "the \(format.rawValue) report cannot be written to \(path): \(FileProblem(Errno(rawValue: errno)))",
        help: "name another file with --report \(format.rawValue)=FILE")
    }
  }

  /// Writes the file: a reader finds the old one or the new one, whole.
  ///
  /// What is no regular file, such as a pipe, is added to.
  ///
  /// - Parameter text: The report.
  /// - Throws: A `FileProblem` where it cannot be written.
  public func write(_ text: String) throws(FileProblem) {
    let target = target
    var status = stat()
    let exists = stat(target, &status) == 0
    let isReplaced = !isDevice && (!exists || status.st_mode & S_IFMT == S_IFREG)
    guard isReplaced else { return try JobFile.append(text, to: target) }
    let written = "\(target).\(UUID().uuidString)"
    do {
      let file = try FileDescriptor.open(
        FilePath(written), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o666))
      try file.closeAfter {
        if exists { fchmod(file.rawValue, status.st_mode & 0o7777) }
        _ = try file.writeAll(Array(text.utf8))
      }
      if rename(written, target) != 0 { throw Errno(rawValue: errno) }
    } catch {
      unlink(written)
      throw FileProblem(error)
    }
  }

  /// Whether it leads to what this process has open, such as /dev/stdout: that may be a file, and is not ours to replace.
  private var isDevice: Bool { path.hasPrefix("/dev/") || path.hasPrefix("/proc/") }

  /// The path with links followed, so that the file is replaced and not a link to it.
  private var target: String {
    guard !isDevice, let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
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
