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

  /// Makes the folder of the file, sees that a file can be there, and empties the one of an earlier run.
  ///
  /// - Throws: A `DiagnosticError` where it cannot.
  public func prepare() throws(DiagnosticError) {
    guard case .file(let target) = target else { return }
    do {
      try FileManager.default.createDirectory(atPath: Path.parent(of: target), withIntermediateDirectories: true)
    } catch {
      throw DiagnosticError(
        "the folder of the \(format.rawValue) report, \(Path.parent(of: target)), cannot be made: \(FileProblem(error))",
        help: "name another file with --report \(format.rawValue)=FILE")
    }
    var status = stat()
    let exists = stat(target, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw DiagnosticError(
        "the \(format.rawValue) report cannot be written to \(path), which is a folder",
        help: "name a file with --report \(format.rawValue)=FILE")
    }
    let isReplaced = !exists || status.st_mode & S_IFMT == S_IFREG
    guard access(isReplaced ? Path.parent(of: target) : target, W_OK) == 0 else {
      throw DiagnosticError(
        "the \(format.rawValue) report cannot be written to \(path): \(FileProblem(Errno(rawValue: errno)))",
        help: "name another file with --report \(format.rawValue)=FILE")
    }
    // Where this run is killed, the report of an earlier one must not pass for its own. The file keeps its permissions.
    if exists, isReplaced, status.st_size > 0, truncate(target, 0) != 0 { unlink(target) }
  }

  /// Writes the file: a reader never finds a part of it.
  ///
  /// What is no regular file, such as a pipe, is added to.
  ///
  /// - Parameter text: The report.
  /// - Throws: A `FileProblem` where it cannot be written.
  public func write(_ text: String) throws(FileProblem) {
    switch target {
    case .descriptor(let descriptor):
      do {
        _ = try descriptor.writeAll(Array(text.utf8))
      } catch {
        throw FileProblem(error)
      }
    case .file(let target):
      var status = stat()
      let exists = stat(target, &status) == 0
      guard !exists || status.st_mode & S_IFMT == S_IFREG else { return try JobFile.append(text, to: target) }
      try replace(target, by: text, mode: exists ? status.st_mode & 0o7777 : nil)
    }
  }

  private func replace(_ target: String, by text: String, mode: mode_t?) throws(FileProblem) {
    let written = "\(target).\(UUID().uuidString)"
    do {
      let file = try FileDescriptor.open(
        FilePath(written), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o666))
      try file.closeAfter {
        if let mode { fchmod(file.rawValue, mode) }
        _ = try file.writeAll(Array(text.utf8))
      }
      if rename(written, target) != 0 { throw Errno(rawValue: errno) }
    } catch {
      unlink(written)
      throw FileProblem(error)
    }
  }

  private enum Target {
    case file(String)
    /// What this process has open: it is not to be opened again, so that what others write to it comes after the report.
    case descriptor(FileDescriptor)
  }

  private var target: Target {
    for (name, descriptor) in [("/dev/stdout", STDOUT_FILENO), ("/dev/stderr", STDERR_FILENO)] where path == name {
      return .descriptor(FileDescriptor(rawValue: descriptor))
    }
    for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
      if let number = CInt(path.dropFirst(folder.count)) { return .descriptor(FileDescriptor(rawValue: number)) }
    }
    return .file(Self.followingLinks(path))
  }

  /// The path with links followed, so that the file is replaced and not a link to it.
  ///
  /// - Parameter path: An absolute path; the file need not exist.
  /// - Returns: An absolute path: two that are the same lead to one file.
  public static func followingLinks(_ path: String) -> String {
    var path = path
    for _ in 0..<40 {
      if let resolved = realpath(path, nil) {
        defer { free(resolved) }
        return String(cString: resolved)
      }
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
      path = Path.absolute(next, from: Path.parent(of: path))
    }
    guard let folder = realpath(Path.parent(of: path), nil) else { return path }
    defer { free(folder) }
    return "\(String(cString: folder))/\(path.split(separator: "/").last ?? "")"
  }
}

/// A file of a CI job that steps add to.
public enum JobFile {
  /// - Throws: A `FileProblem` where it cannot be written, or where it is a pipe that nobody reads.
  public static func append(_ text: String, to path: String) throws(FileProblem) {
    do {
      // A pipe without a reader is not waited for.
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.append, .create, .closeOnExec, .nonBlocking],
        permissions: FilePermissions(rawValue: 0o666))
      try file.closeAfter {
        _ = fcntl(file.rawValue, F_SETFL, O_APPEND)
        _ = try file.writeAll(Array(text.utf8))
      }
    } catch {
      throw FileProblem(error)
    }
  }
}
