import Documents
import OrderedCollections
import TaskKit

/// Reads tasks.yaml: every fault of its structure is found in one pass.
struct TaskFileReader {
  private var fields: FieldReader
  private var file: TaskFile

  /// - Throws: A `DiagnosticError` where the text is no YAML.
  static func read(_ source: SourceText, directory: String) throws(DiagnosticError) -> TaskFile {
    let document = try YAML.parse(source)
    var reader = TaskFileReader(
      fields: FieldReader(source: source, problems: document.problems),
      file: TaskFile(source: source, directory: directory))
    reader.readFile(document.root)
    reader.file.problems = reader.fields.problems
    return reader.file
  }

  private enum FileKey: String, CaseIterable {
    case version, defaults, profiles, dotenv, protected, secrets, tasks
  }

  private mutating func readFile(_ root: Node) {
    guard case .mapping = root.content else {
      return fields.add(.notATaskFile(found: root.kindName, at: fields.origin(root.range)))
    }
    let start = SourceRange(start: root.range.start, end: root.range.start)
    var seen: Set<FileKey> = []
    fields.forEachField(of: root, in: "tasks.yaml", as: FileKey.self) { fields, key, entry in
      seen.insert(key)
      switch key {
      case .version: Self.requireVersion(entry.value, &fields)
      case .defaults: file.defaults = fields.values(entry.value, in: "defaults")
      case .profiles:
        fields.forEachEntry(of: entry.value, in: "profiles") { fields, profile in
          file.profiles[profile.key] = fields.values(profile.value, in: "the profile `\(profile.key)`")
        }
      case .dotenv: file.dotenv = fields.texts(entry.value, in: "dotenv")
      case .protected:
        fields.forEachEntry(of: entry.value, in: "protected") { fields, input in
          if !InputName.isValid(input.key) {
            fields.add(.badInputName(input.key, in: "protected", at: fields.origin(input.keyRange)))
          }
          file.protected[input.key] = fields.texts(input.value, in: "protected")
        }
      case .secrets: file.secrets = fields.inputNames(entry.value, in: "secrets")
      case .tasks: break
      }
    }
    if !seen.contains(.version) { fields.add(.missingVersion(at: fields.origin(start))) }
    if let tasks = root["tasks"] {
      readTasks(tasks)
    } else {
      fields.add(.missingTasks(at: fields.origin(start)))
    }
  }

  private static func requireVersion(_ node: Node, _ fields: inout FieldReader) {
    guard case .integer("1") = node.content else {
      return fields.add(.unknownVersion(found: node.versionText, at: fields.origin(node.range)))
    }
  }

  private mutating func readTasks(_ node: Node) {
    fields.forEachEntry(of: node, in: "tasks") { fields, entry in
      if !TaskName.isValid(entry.key) { fields.add(.badTaskName(entry.key, at: fields.origin(entry.keyRange))) }
      file.tasks[entry.key] = TaskDefinitionReader.read(entry, &fields)
    }
    for task in file.tasks.values {
      for alias in task.aliases {
        if !TaskName.isValid(alias.text) {
          fields.add(.badTaskName(alias.text, at: .source(alias.location)))
        } else if let other = file.aliases[alias.text] ?? file.tasks[alias.text]?.name {
          fields.add(.aliasTaken(alias.text, by: other, at: .source(alias.location)))
        } else {
          file.aliases[alias.text] = task.name
        }
      }
    }
  }
}

/// What tasks may be called.
enum TaskName {
  static func isValid(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: "-") else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:".contains($0)) }
  }
}

extension Node {
  /// The version as written, quotes shown where they are what is wrong.
  fileprivate var versionText: String {
    if case .string(let text) = content { "the text \"\(text)\"" } else { scalarText ?? kindName }
  }
}
