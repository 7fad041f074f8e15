import Documents
import FoundationEssentials
import Glibc
import TaskKit

/// An entry of `include`.
struct Include: Sendable {
  /// Files that include files multiply; beyond this it is a mistake.
  static let mostFiles = 1000
  static let deepest = 50

  /// The file, or a folder with a tasks.yaml.
  let file: LocatedText
  var namespace: LocatedText?
  var isOptional = false

  /// Reads the file.
  ///
  /// - Parameter directory: The folder of the file that includes it.
  /// - Returns: Its absolute path and its bytes; nil where it is optional and not there.
  /// - Throws: A `DiagnosticError` where it cannot be read.
  func contents(from directory: String) throws(DiagnosticError) -> (path: String, bytes: [UInt8])? {
    var path = Path.absolute(file.text, from: directory)
    var isDirectory = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory { path += "/tasks.yaml" }
    if !FileManager.default.fileExists(atPath: path) {
      if isOptional { return nil }
      if isDirectory { throw DiagnosticError(.folderWithoutTasks(file.text, at: .source(file.location))) }
    }
    return try read(path)
  }

  private func read(_ path: String) throws(DiagnosticError) -> (path: String, bytes: [UInt8]) {
    do throws(FileProblem) {
      return (path, try FileContents.read(path, upTo: DocumentLimits.taskFile.bytes))
    } catch {
      throw DiagnosticError(.unreadableInclude(file.text, error, at: .source(file.location)))
    }
  }

  /// The path as its file writes it, a folder's tasks.yaml named.
  func shownPath(of path: String, from directory: String) -> String {
    file.text.hasPrefix("/") ? path : Path.shown(path, from: directory)
  }
}

/// Reads `include`.
enum IncludeReader {
  static func read(_ node: Node, _ fields: inout FieldReader) -> [Include] {
    fields.items(node, in: "include").compactMap { item in
      if case .string = item.content {
        return fields.text(item, in: "include").map { Include(file: $0) }
      }
      return entry(item, &fields)
    }
  }

  private static func entry(_ node: Node, _ fields: inout FieldReader) -> Include? {
    guard case .mapping = node.content else {
      fields.add(
        .wrongKind(
          "include", wanted: "a file's path, or `file:` with its `namespace:`", found: node,
          at: fields.origin(node.range)))
      return nil
    }
    var file: LocatedText?
    var namespace: LocatedText?
    var isOptional = false
    fields.forEachField(of: node, in: "include", as: IncludeKey.self) { fields, key, field in
      switch key {
      case .file: file = fields.text(field.value, in: "`file` in include")
      case .namespace:
        namespace = fields.text(field.value, in: "`namespace` in include")
        if let name = namespace, !TaskName.isValid(name.text) {
          fields.add(.badTaskName(name.text, at: .source(name.location)))
        }
      case .optional: isOptional = fields.flag(field.value, in: "`optional` in include")
      }
    }
    guard let file else {
      if node["file"] == nil { fields.add(.includeWithoutFile(at: fields.origin(node.range))) }
      return nil
    }
    return Include(file: file, namespace: namespace, isOptional: isOptional)
  }
}

/// Paths by which one file is the same, however it is named.
enum CanonicalPath {
  static func of(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
