import FoundationEssentials
import Glibc

/// The folder `.ugc` beside the root tasks.yaml, where tasks keep what they must remember.
public struct StateDirectory: Sendable {
  /// The absolute path; the folder need not exist.
  public let path: String

  public init(path: String) {
    self.path = path
  }

  /// The absolute path of a folder in it; nothing is made.
  public func folder(_ name: String) -> String {
    "\(path)/\(name)"
  }

  /// Whether something can be made in it, be it there or not.
  public var isWritable: Bool {
    let files = FileManager.default
    guard files.fileExists(atPath: path) else { return access(Path.parent(of: path), W_OK) == 0 }
    let folders = [path] + ["runs", "stacks"].map(folder).filter(files.fileExists(atPath:))
    return folders.allSatisfy { folder in
      var isDirectory = false
      return files.fileExists(atPath: folder, isDirectory: &isDirectory) && isDirectory && access(folder, W_OK) == 0
    }
  }

  /// Makes a folder in it where it does not exist; the first one brings a .gitignore that covers all.
  ///
  /// - Returns: The folder's absolute path.
  /// - Throws: A `DiagnosticError` where the folder cannot be made.
  public func makeFolder(_ name: String) throws(DiagnosticError) -> String {
    let files = FileManager.default
    let folder = folder(name)
    do {
      try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let ignore = "\(path)/.gitignore"
      if !files.fileExists(atPath: ignore) {
        try Data("*\n".utf8).write(to: URL(filePath: ignore))
      }
    } catch {
      throw DiagnosticError(
        "the folder \(folder) cannot be made: \(FileProblem(error))",
        help: "check who may write to the folder of tasks.yaml")
    }
    return folder
  }
}
