import Documents
import OrderedCollections
import TaskKit

/// Reads one entry of `tasks`.
struct TaskDefinitionReader {
  /// The number of the file that it is written in.
  let part: Int
  /// What the names of that file's tasks begin with.
  let prefix: String

  func read(_ entry: Node.Entry, _ fields: inout FieldReader) -> TaskDefinition {
    let name = "the task `\(entry.key)`"
    var task = TaskDefinition(
      name: prefix + entry.key, location: fields.location(entry.keyRange), part: part, localName: entry.key)
    guard !entry.value.isNull else { return task }
    let faults = fields.problems.count
    fields.forEachField(of: entry.value, in: name, as: TaskKey.self) { fields, key, field in
      let place = "`\(key.rawValue)` of \(name)"
      if [.uses, .needs, .steps].contains(key) { task.saysWhatItDoes = true }
      switch key {
      case .description: task.description = fields.text(field.value, in: place)?.text
      case .uses: task.uses = fields.text(field.value, in: place)
      case .with: task.values = fields.values(field.value, in: place)
      case .needs: task.needs = calls(field.value, in: place, &fields)
      case .steps: task.steps = calls(field.value, in: place, &fields)
      case .finally: task.finally = calls(field.value, in: place, &fields)
      case .env: task.environment = environment(field.value, in: place, &fields)
      case .dir: task.directory = fields.writtenText(field.value, in: place)
      case .when: task.when = fields.condition(field.value, in: place)
      case .preconditions:
        task.preconditions = fields.items(field.value, in: place).compactMap {
          PreconditionReader.read($0, in: place, &fields)
        }
      case .sources: task.sources = fields.patterns(field.value, in: place)
      case .generates: task.generates = fields.patterns(field.value, in: place)
      case .matrix: task.matrix = MatrixReader.read(field.value, in: place, &fields)
      case .timeout: task.timeout = fields.duration(field.value, in: place)
      case .retry: task.retry = RetryReader.read(field, in: place, &fields)
      case .allowFailure: task.allowsFailure = fields.flag(field.value, in: place)
      case .interactive:
        let isSet = fields.flag(field.value, in: place)
        task.interactive = isSet ? fields.location(field.keyRange) : nil
      case .confirm: task.confirm = fields.question(field.value, in: place)
      case .private: task.isPrivate = fields.flag(field.value, in: place)
      case .override:
        let isSet = fields.flag(field.value, in: place)
        task.override = isSet ? fields.location(field.keyRange) : nil
      case .aliases: task.aliases = fields.texts(field.value, in: place)
      case .secrets: task.secrets = fields.inputNames(field.value, in: place)
      }
    }
    // A key that is misspelt may have said what it does.
    if fields.problems.count > faults { task.saysWhatItDoes = true }
    if let uses = task.uses, let step = task.steps.first {
      fields.add(
        .usesAndSteps(task: entry.key, uses: .source(uses.location), steps: .source(step.task.location)))
    }
    return task
  }

  private func calls(_ node: Node, in place: String, _ fields: inout FieldReader) -> [CallDefinition] {
    fields.items(node, in: place).compactMap { item in
      if case .string = item.content {
        return fields.text(item, in: place).map { CallDefinition(task: $0, prefix: prefix) }
      }
      return call(item, in: place, &fields)
    }
  }

  private func call(_ node: Node, in place: String, _ fields: inout FieldReader) -> CallDefinition? {
    guard case .mapping = node.content else {
      fields.add(
        .wrongKind(
          place, wanted: "a task's name, or `task:` with its `with:`", found: node, at: fields.origin(node.range)))
      return nil
    }
    var task: LocatedText?
    var id: LocatedText?
    var values = WrittenValues()
    var when: LocatedCondition?
    fields.forEachField(of: node, in: place, as: CallKey.self) { fields, key, field in
      switch key {
      case .task: task = fields.text(field.value, in: "`task` in \(place)")
      case .id: id = fields.id(field.value, in: "`id` in \(place)")
      case .with: values = fields.values(field.value, in: "`with` in \(place)")
      case .when: when = fields.condition(field.value, in: "`when` in \(place)")
      }
    }
    guard let task else {
      if node["task"] == nil { fields.add(.callWithoutTask(place, at: fields.origin(node.range))) }
      return nil
    }
    return CallDefinition(task: task, prefix: prefix, id: id, values: values, when: when)
  }

  private func environment(
    _ node: Node, in place: String, _ fields: inout FieldReader
  ) -> OrderedDictionary<String, WrittenValue> {
    var environment: OrderedDictionary<String, WrittenValue> = [:]
    fields.forEachEntry(of: node, in: place) { fields, entry in
      guard isVariable(entry.key) else {
        return fields.add(.badVariable(entry.key, at: fields.origin(entry.keyRange)))
      }
      guard !entry.key.hasPrefix("UGC_") else {
        return fields.add(.reservedVariable(entry.key, at: fields.origin(entry.keyRange)))
      }
      environment[entry.key] = fields.writtenText(entry.value, in: "`\(entry.key)` in \(place)")
    }
    return environment
  }

  private func isVariable(_ name: String) -> Bool {
    guard let first = name.first, !first.isNumber else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
