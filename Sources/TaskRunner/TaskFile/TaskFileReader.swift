import Documents
import OrderedCollections
import TaskKit

/// Reads tasks.yaml and the files that it includes: every fault of their structure is found in one pass.
struct TaskFileReader {
  private var file: TaskFile
  /// What has been included, so that a file that two others include is read once.
  private var included: [IncludedFile: Int] = [:]
  /// The files that each file includes, by number.
  private var includes: [Int: Set<Int>] = [:]
  /// The tasks that have taken the place of others: name and file.
  private var overriding: Set<Override> = []

  private struct Override: Hashable {
    let task: String
    let part: Int
  }
  /// The files that are being read, each included by the one before it.
  private var path: [(source: SourceText, canonicalPath: String)] = []

  private struct IncludedFile: Hashable {
    let canonicalPath: String
    let prefix: String
  }

  /// - Throws: A `DiagnosticError` where the text is no YAML.
  static func read(_ source: SourceText, directory: String) throws(DiagnosticError) -> TaskFile {
    var reader = TaskFileReader(file: TaskFile(source: source, directory: directory))
    reader.path = [(source, CanonicalPath.of(source.path))]
    try reader.readPart(0)
    reader.checkOverrides()
    reader.nameAliases()
    return reader.file
  }

  private init(file: TaskFile) {
    self.file = file
  }

  private mutating func readPart(_ number: Int) throws(DiagnosticError) {
    let source = file.parts[number].source
    let document = try YAML.parse(source)
    var fields = FieldReader(source: source, problems: document.problems)
    var includes: [Include] = []
    var tasks: [TaskDefinition] = []
    readFile(document.root, number, &fields, &includes, &tasks)
    file.problems += fields.problems
    let replaced = Set(tasks.filter { $0.override != nil }.map(\.name))
    var foreign: OrderedDictionary<String, TaskDefinition> = [:]
    swap(&foreign, &file.tasks)
    for entry in includes {
      try include(entry, in: number)
      merge(into: &foreign, replaced)
    }
    add(tasks, to: &foreign)
    file.tasks = foreign
  }

  private mutating func readFile(
    _ root: Node, _ number: Int, _ fields: inout FieldReader, _ includes: inout [Include],
    _ tasks: inout [TaskDefinition]
  ) {
    guard case .mapping = root.content else {
      return fields.add(.notATaskFile(found: root.kindName, at: fields.origin(root.range)))
    }
    let start = SourceRange(start: root.range.start, end: root.range.start)
    var seen: Set<FileKey> = []
    fields.forEachField(of: root, in: "tasks.yaml", as: FileKey.self) { fields, key, entry in
      seen.insert(key)
      switch key {
      case .version: Self.requireVersion(entry.value, &fields)
      case .include: includes = IncludeReader.read(entry.value, &fields)
      case .defaults: file.parts[number].defaults = fields.values(entry.value, in: "defaults")
      case .profiles:
        fields.forEachEntry(of: entry.value, in: "profiles") { fields, profile in
          file.parts[number].profiles[profile.key] = fields.values(
            profile.value, in: "the profile `\(profile.key)`")
        }
      case .dotenv: file.parts[number].dotenv = DotenvReader.read(entry.value, &fields)
      case .protected:
        fields.forEachEntry(of: entry.value, in: "protected") { fields, input in
          if !InputName.isValid(input.key) {
            fields.add(.badInputName(input.key, in: "protected", at: fields.origin(input.keyRange)))
          }
          file.protected[input.key, default: []] += fields.texts(input.value, in: "protected")
        }
      case .secrets: file.secrets += fields.inputNames(entry.value, in: "secrets")
      case .tasks: break
      }
    }
    if !seen.contains(.version) { fields.add(.missingVersion(at: fields.origin(start))) }
    if let node = root["tasks"] {
      readTasks(node, number, &fields, &tasks)
    } else if !seen.contains(.include), file.parts[number].includer == nil {
      fields.add(.missingTasks(at: fields.origin(start)))
    }
  }

  private static func requireVersion(_ node: Node, _ fields: inout FieldReader) {
    guard case .integer("1") = node.content else {
      return fields.add(.unknownVersion(found: node.versionText, at: fields.origin(node.range)))
    }
  }

  private func readTasks(_ node: Node, _ number: Int, _ fields: inout FieldReader, _ tasks: inout [TaskDefinition]) {
    let reader = TaskDefinitionReader(part: number, prefix: file.parts[number].prefix)
    fields.forEachEntry(of: node, in: "tasks") { fields, entry in
      if !TaskName.isValid(entry.key) { fields.add(.badTaskName(entry.key, at: fields.origin(entry.keyRange))) }
      tasks.append(reader.read(entry, &fields))
    }
  }

  /// Puts the tasks of an included file to those of the files before it.
  private mutating func merge(into tasks: inout OrderedDictionary<String, TaskDefinition>, _ replaced: Set<String>) {
    for task in file.tasks.values {
      guard let other = tasks[task.name] else {
        tasks[task.name] = task
        continue
      }
      if overrides(task, other) {
        tasks[task.name] = task
      } else if !overrides(other, task), !replaced.contains(task.name) {
        file.problems.append(
          .taskNameTaken(task.name, at: .source(task.location), by: .source(other.location)))
      }
    }
    file.tasks = [:]
  }

  /// Whether a task takes the place of another one: its file says so, and includes the other's.
  private mutating func overrides(_ task: TaskDefinition, _ other: TaskDefinition) -> Bool {
    guard task.override != nil, isIncluded(other.part, by: task.part) else { return false }
    overriding.insert(Override(task: task.name, part: task.part))
    return true
  }

  private func isIncluded(_ part: Int, by includer: Int) -> Bool {
    var seen: Set<Int> = []
    var pending = [includer]
    while let next = pending.popLast() {
      for below in includes[next] ?? [] where seen.insert(below).inserted {
        if below == part { return true }
        pending.append(below)
      }
    }
    return false
  }

  /// An override of nothing is most often a slip.
  private mutating func checkOverrides() {
    for task in file.tasks.values {
      guard let override = task.override, !overriding.contains(Override(task: task.name, part: task.part)) else {
        continue
      }
      let known = file.tasks.values.filter { $0.part != task.part }.map(\.name)
      file.problems.append(.nothingToOverride(task.name, known: known, at: .source(override)))
    }
  }

  /// Puts a file's own tasks to those that it includes.
  private mutating func add(_ own: [TaskDefinition], to tasks: inout OrderedDictionary<String, TaskDefinition>) {
    var all: OrderedDictionary<String, TaskDefinition> = [:]
    for task in own {
      switch (tasks.removeValue(forKey: task.name), task.override) {
      case (let other?, nil):
        file.problems.append(
          .taskNameTaken(task.name, at: .source(task.location), by: .source(other.location)))
      case (_?, _?): overriding.insert(Override(task: task.name, part: task.part))
      case (nil, _): break
      }
      all[task.name] = task
    }
    all.merge(tasks) { own, _ in own }
    tasks = all
  }

  private mutating func nameAliases() {
    for task in file.tasks.values {
      let prefix = file.parts[task.part].prefix
      for alias in task.aliases {
        let name = prefix + alias.text
        if !TaskName.isValid(alias.text) {
          file.problems.append(.badTaskName(alias.text, at: .source(alias.location)))
        } else if let other = file.aliases[name] ?? file.tasks[name]?.name {
          file.problems.append(.aliasTaken(alias.text, by: other, at: .source(alias.location)))
        } else {
          file.aliases[name] = task.name
        }
      }
    }
  }

  /// Reads an included file; its tasks are in `file.tasks` afterwards.
  private mutating func include(_ entry: Include, in includer: Int) throws(DiagnosticError) {
    let part = file.parts[includer]
    guard path.count <= Include.deepest else {
      return file.problems.append(.includesTooDeep(Include.deepest, at: .source(entry.file.location)))
    }
    guard file.parts.count < Include.mostFiles else {
      return file.problems.append(.tooManyIncludes(Include.mostFiles, at: .source(entry.file.location)))
    }
    let found: (path: String, bytes: [UInt8])
    do throws(DiagnosticError) {
      guard let existing = try entry.contents(from: part.directory) else { return }
      found = existing
    } catch {
      return file.problems += error.diagnostics
    }
    let canonicalPath = CanonicalPath.of(found.path)
    let name = Path.shortened(part.source.nameBeside(entry.shownPath(of: found.path, from: part.directory)))
    let source = SourceText(name: name, path: found.path, bytes: found.bytes, lineBreaks: .yaml)
    if let ring = path.firstIndex(where: { $0.canonicalPath == canonicalPath }) {
      let names = path[ring...].map(\.source.name) + [path[ring].source.name]
      return file.problems.append(.includeRing(names, at: .source(entry.file.location)))
    }
    let prefix = part.prefix + (entry.namespace.map { "\($0.text):" } ?? "")
    let key = IncludedFile(canonicalPath: canonicalPath, prefix: prefix)
    let number = included[key] ?? file.parts.count
    includes[includer, default: []].insert(number)
    guard included.updateValue(number, forKey: key) == nil else { return }
    file.parts.append(
      TaskFilePart(
        source: source, directory: Path.parent(of: found.path), prefix: prefix, includer: includer,
        group: entry.namespace == nil ? part.group : number))
    path.append((source, canonicalPath))
    defer { path.removeLast() }
    do throws(DiagnosticError) {
      try readPart(number)
    } catch {
      file.problems += error.diagnostics.map {
        $0.with(Diagnostic.Note("it is included here", at: .source(entry.file.location)))
      }
    }
  }
}

/// What tasks may be called.
enum TaskName {
  static func isValid(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: ":") else {
      return false
    }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:".contains($0)) }
  }
}

extension Node {
  /// The version as written, quotes shown where they are what is wrong.
  fileprivate var versionText: String {
    if case .string(let text) = content { "the text \"\(text)\"" } else { scalarText ?? kindName }
  }
}
