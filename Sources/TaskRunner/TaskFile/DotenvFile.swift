import Documents
import TaskKit

/// An entry of `dotenv`.
public struct DotenvFile: Sendable {
  /// The file's path.
  public let file: LocatedText
  var isOptional = false
}

/// Reads `dotenv`.
enum DotenvReader {
  static func read(_ node: Node, _ fields: inout FieldReader) -> [DotenvFile] {
    fields.items(node, in: "dotenv").compactMap { item in
      guard case .mapping = item.content else {
        return fields.text(item, in: "dotenv").map { DotenvFile(file: $0) }
      }
      return entry(item, &fields)
    }
  }

  private static func entry(_ node: Node, _ fields: inout FieldReader) -> DotenvFile? {
    var file: LocatedText?
    var isOptional = false
    fields.forEachField(of: node, in: "dotenv", as: DotenvKey.self) { fields, key, field in
      switch key {
      case .file: file = fields.text(field.value, in: "`file` in dotenv")
      case .optional: isOptional = fields.flag(field.value, in: "`optional` in dotenv")
      }
    }
    if node["file"] == nil { fields.add(.dotenvWithoutFile(at: fields.origin(node.range))) }
    return file.map { DotenvFile(file: $0, isOptional: isOptional) }
  }
}
