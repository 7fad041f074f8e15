import OrderedCollections
import TaskKit

/// Follows every name of a task file: tasks, plugins, inputs, rings.
///
/// Nothing is settled, nothing is run.
struct TaskFileCheck {
  /// Beyond this many faults, looking for what was meant costs more than it helps.
  private static let mostSuggestions = 50

  private let file: TaskFile
  private let catalog: PluginCatalog
  private var problems = DiagnosticSet()
  /// The plugins that the file's tasks use, by name.
  private var used: OrderedDictionary<String, PluginCatalog.Entry> = [:]

  /// - Throws: A `DiagnosticError` with every fault.
  static func check(_ file: TaskFile, _ catalog: PluginCatalog) throws(DiagnosticError) {
    var check = TaskFileCheck(file: file, catalog: catalog)
    for task in file.tasks.values { try check.checkTask(task) }
    check.checkSharedValues()
    check.checkIncludedValues()
    check.checkNameLists()
    check.problems.formUnion(CallRings.problems(in: file))
    // What is written wrongly is not missing.
    if check.problems.isEmpty { check.problems.formUnion(MissingInputs.problems(in: file, check.used)) }
    guard check.problems.isEmpty else { throw DiagnosticError(check.problems.inOrder(of: file.parts.map(\.source))) }
  }

  private init(file: TaskFile, catalog: PluginCatalog) {
    self.file = file
    self.catalog = catalog
    problems.formUnion(file.problems)
  }

  private mutating func checkTask(_ task: TaskDefinition) throws(DiagnosticError) {
    let plugin = try plugin(of: task)
    checkNames(task.values, plugin)
    checkValues(task.values, of: task, plugin)
    for (name, values) in task.matrix.axes {
      for value in values { checkValues([name: value], of: task, plugin) }
    }
    checkIds(of: task)
    checkWork(of: task, plugin)
    try checkOutputs(of: task)
    if let place = task.interactive, plugin?.manifest.runsScript != true {
      problems.insert(.interactiveWithoutScript(task.name, at: .source(place)))
    }
    for call in task.needs + task.steps + task.finally {
      guard let called = file.task(calledBy: call) else {
        let known = problems.count < Self.mostSuggestions ? file.namesInReach(of: call) : []
        let origin = Origin.source(call.task.location)
        problems.insert(
          catalog.contains(call.task.text)
            ? .undeclaredTask(call.task.text, at: origin) : .unknownTask(call.task.text, known: known, at: origin))
        continue
      }
      checkCall(call, of: called, by: task)
      guard !call.values.isEmpty else { continue }
      let plugin = try called.pluginName.flatMap { name throws(DiagnosticError) in try catalog.plugin(named: name) }
      checkNames(call.values, plugin)
      checkValues(call.values, of: called, plugin)
    }
  }

  private mutating func checkIds(of task: TaskDefinition) {
    for calls in [task.needs, task.steps] {
      var seen: Set<String> = []
      for id in calls.compactMap(\.id) where !seen.insert(id.text).inserted {
        problems.insert(.idTaken(id.text, at: .source(id.location)))
      }
    }
    for id in task.finally.compactMap(\.id) { problems.insert(.uselessId(at: .source(id.location))) }
  }

  /// Follows `${needs.ID.key}` and `${steps.ID.key}`.
  private mutating func checkOutputs(of task: TaskDefinition) throws(DiagnosticError) {
    var own = RuntimeValues()
    own.needs = CallOutputs(.needs, of: task)
    var ofStep = own
    let steps = CallOutputs(.steps, of: task)
    let patterns = (task.sources ?? []) + (task.generates ?? [])
    let surroundings =
      Array(task.environment.values) + [task.directory].compactMap { $0 }
      + patterns.map { WrittenValue(content: .text($0.text), location: $0.location) }
    let whens = [task.when].compactMap { $0?.writtenValue }
    let messages = task.preconditions.compactMap(\.message)
    for value in Array(task.values.values) + surroundings + whens + messages { try checkOutputs(in: value, own) }
    for value in task.needs.flatMap(\.writtenValues) { try checkOutputs(in: value, RuntimeValues()) }
    for (number, step) in task.steps.enumerated() {
      ofStep.steps = steps.before(number)
      for value in step.writtenValues { try checkOutputs(in: value, ofStep) }
    }
    ofStep.steps = steps
    ofStep.work = .pending
    for value in task.finally.flatMap(\.writtenValues) { try checkOutputs(in: value, ofStep) }
  }

  private mutating func checkOutputs(in value: WrittenValue, _ runtime: RuntimeValues) throws(DiagnosticError) {
    for text in value.content.texts where Template.isNeeded(for: text) {
      for (reference, written) in (try? Template(text))?.runtimeReferences ?? [] {
        let origin = Origin.source(value.location).narrowed(to: written)
        do throws(DiagnosticError) {
          _ = try runtime.value(of: reference, at: origin, written: written)
          if case .output(let group, let id, let cell, let key) = reference, let outputs = runtime.outputs(of: group) {
            try checkKey(key, cell, of: outputs[try outputs.number(of: id, at: origin)], at: origin)
          }
        } catch {
          problems.formUnion(error.diagnostics)
        }
      }
    }
  }

  /// A script may give any output, a plugin those that it declares.
  private func checkKey(
    _ key: String, _ cell: MatrixCell.Name?, of call: CallDefinition, at origin: Origin
  ) throws(DiagnosticError) {
    guard let called = file.task(calledBy: call) else { return }
    try checkCell(cell, of: called, call, at: origin)
    let plugin = try called.pluginName.flatMap { name throws(DiagnosticError) in try catalog.plugin(named: name) }
    // What an unknown plugin gives is not known.
    if plugin?.manifest.runsScript == true || plugin == nil && called.uses != nil { return }
    let known = plugin?.manifest.outputs.map(\.name) ?? []
    if !known.contains(key) { throw DiagnosticError(.unknownOutput(key, of: called.name, known: known, at: origin)) }
  }

  /// Outputs of a matrix are those of one of its cells.
  private func checkCell(
    _ cell: MatrixCell.Name?, of called: TaskDefinition, _ call: CallDefinition, at origin: Origin
  ) throws(DiagnosticError) {
    let cells = called.matrix.cells.map(\.name)
    switch cell {
    case nil where !cells.isEmpty:
      throw DiagnosticError(
        .cellNeeded(
          call.id?.text ?? call.task.text, task: called.name, cells: cells.map(\.description), at: origin))
    case let cell? where !cells.contains(cell):
      throw DiagnosticError(
        .unknownCell(cell.description, task: called.name, cells: cells.map(\.description), at: origin))
    default: break
    }
  }

  /// What is about a task's own work.
  private mutating func checkWork(of task: TaskDefinition, _ plugin: PluginCatalog.Entry?) {
    if plugin == nil, task.uses == nil, task.saysWhatItDoes {
      let fields: [(key: String, location: SourceLocation?)] = [
        ("retry", task.retry?.location), ("sources", task.sources.map { $0.first?.location ?? task.location }),
        ("generates", task.generates.map { $0.first?.location ?? task.location }),
      ]
      for (key, location) in fields {
        if let location { problems.insert(.fieldOfWork(key, task: task.name, at: .source(location))) }
      }
    }
    for (key, patterns) in [("sources", task.sources), ("generates", task.generates)] {
      let patterns = patterns ?? []
      for pattern in patterns where !Template.isNeeded(for: pattern.text) && FilePattern(pattern.text) == nil {
        problems.insert(.badPattern(pattern.text, at: .source(pattern.location)))
      }
      if let first = patterns.first, patterns.allSatisfy({ $0.text.hasPrefix("!") }) {
        problems.insert(.onlyExclusions(key, task: task.name, at: .source(first.location)))
      }
    }
    if let sources = task.sources, sources.isEmpty, task.generates == nil {
      problems.insert(.sourcesOfNothing(task.name, at: .source(task.location)))
    }
    checkMatrix(of: task, plugin)
    if let precondition = task.preconditions.first, !catalog.runsScripts {
      problems.insert(.noScriptPlugin(at: .source(precondition.script.location)))
    }
  }

  /// A key of a matrix has its values from there, and names calls.
  private mutating func checkMatrix(of task: TaskDefinition, _ plugin: PluginCatalog.Entry?) {
    let secrets = Set((file.secrets + task.secrets).map(\.text))
    for (name, values) in task.matrix.axes {
      guard let matrix = values.first.map({ Origin.source($0.location) }) else { continue }
      if let value = task.values[name] {
        problems.insert(
          .keyOfMatrixSet(
            name, task: task.name, at: .source(value.nameLocation ?? value.location), matrix: matrix))
      }
      if secrets.contains(name) || plugin?.inputsByName[name]?.isSecret == true {
        problems.insert(.secretInMatrix(name, task: task.name, at: matrix))
      }
    }
  }

  /// What a call gives to a task with a matrix.
  private mutating func checkCall(_ call: CallDefinition, of called: TaskDefinition, by caller: TaskDefinition) {
    for (name, values) in called.matrix.axes {
      guard let matrix = values.first.map({ Origin.source($0.location) }) else { continue }
      if let value = call.values[name] {
        problems.insert(
          .keyOfMatrixSet(
            name, task: called.name, at: .source(value.nameLocation ?? value.location), matrix: matrix))
      }
      if let when = call.when, when.condition.requiredNames.contains(name), caller.values[name] == nil,
        caller.matrix.axes[name] == nil, !file.parts.contains(where: { $0.defaults[name] != nil })
      {
        problems.insert(.keyOfMatrixInCall(name, task: called.name, at: .source(when.location)))
      }
    }
  }

  private mutating func plugin(of task: TaskDefinition) throws(DiagnosticError) -> PluginCatalog.Entry? {
    if let name = task.pluginName, let plugin = try catalog.plugin(named: name) {
      if used.updateValue(plugin, forKey: name) == nil, !plugin.manifest.runsScript {
        for part in file.parts {
          checkValues(part.defaults, of: task, plugin)
          for profile in part.profiles.values { checkValues(profile, of: task, plugin) }
        }
      }
      return plugin
    }
    if let uses = task.uses {
      problems.insert(.unknownPlugin(uses.text, known: catalog.names, at: .source(uses.location)))
    } else if !task.saysWhatItDoes {
      problems.insert(.taskDoesNothing(task.name, plugins: catalog.names, at: .source(task.location)))
    }
    return nil
  }

  /// Only scripts and tasks that call others take names of their own.
  private mutating func checkNames(_ values: WrittenValues, _ plugin: PluginCatalog.Entry?) {
    for (name, value) in values {
      let declaration = plugin?.inputsByName[name]
      if let plugin, declaration == nil, !plugin.manifest.runsScript {
        problems.insert(
          .unknownInput(
            name, of: plugin.manifest.name, known: plugin.inputs.map(\.name),
            at: .source(value.nameLocation ?? value.location)))
      } else if declaration == nil {
        checkReserved(name, value)
      }
    }
  }

  private mutating func checkReserved(_ name: String, _ value: WrittenValue) {
    let variable = InputName.variable(for: name)
    if InputName.isReserved(variable: variable) {
      problems.insert(.reservedName(name, variable: variable, at: .source(value.nameLocation ?? value.location)))
    }
  }

  /// What is written without `${}` can be converted now.
  private mutating func checkValues(_ values: WrittenValues, of task: TaskDefinition, _ plugin: PluginCatalog.Entry?) {
    for (name, value) in values {
      guard let declaration = plugin?.inputsByName[name], !value.content.isTemplate,
        case .failure(let problem) = declaration.value(of: value.content)
      else { continue }
      let isSecret = declaration.isSecret || (task.secrets + file.secrets).contains { $0.text == name }
      problems.insert(
        .badValue(name, of: task.name, value.content, problem, at: .source(value.location), isSecret: isSecret))
    }
  }

  /// No value of `defaults` or of a profile may take over a variable of every script.
  private mutating func checkSharedValues() {
    let fileOnly = Set(used.values.flatMap { $0.inputs.filter(\.isFileOnly).map(\.name) })
    for values in file.parts.flatMap({ [$0.defaults] + $0.profiles.values }) {
      for (name, value) in values where !fileOnly.contains(name) { checkReserved(name, value) }
    }
  }

  /// Of two files that are included beside each other, neither decides.
  private mutating func checkIncludedValues() {
    guard file.parts.count > 2 else { return }
    let groups = Dictionary(grouping: file.parts.indices) { file.parts[$0].group }
    for members in groups.values where members.count > 2 {
      checkTaken(in: "`defaults`", by: members) { $0.defaults }
      for profile in Set(members.flatMap { file.parts[$0].profiles.keys }) {
        checkTaken(in: "the profile `\(profile)`", by: members) { $0.profiles[profile] ?? [:] }
      }
    }
  }

  private mutating func checkTaken(
    in place: String, by members: [Int], _ values: (TaskFilePart) -> WrittenValues
  ) {
    var givers: [String: Int] = [:]
    for member in members.sorted() {
      for (name, value) in values(file.parts[member]) {
        guard let first = givers[name] else {
          givers[name] = member
          continue
        }
        // A file that includes both decides.
        guard !file.chain(to: member).contains(first), let other = values(file.parts[first])[name] else { continue }
        problems.insert(
          .valueTaken(
            name, in: place, at: .source(value.nameLocation ?? value.location),
            by: .source(other.nameLocation ?? other.location)))
      }
    }
  }

  /// A misspelt name under `protected` would protect nothing.
  private mutating func checkNameLists() {
    let written = file.parts.flatMap { [$0.defaults] + $0.profiles.values } + file.tasks.values.map(\.values)
    let known = Set(used.values.flatMap { $0.inputs.map(\.name) } + written.flatMap(\.keys))
    for (name, values) in file.protected where !known.contains(name) {
      guard let first = values.first else { continue }
      problems.insert(.unknownProtected(name, known: known.sorted(), at: .source(first.location)))
    }
  }
}

extension CallDefinition {
  /// The texts that `${name}` is expanded in, with their places.
  fileprivate var writtenValues: [WrittenValue] {
    values.values.elements + [when?.writtenValue].compactMap { $0 }
  }
}

extension LocatedCondition {
  fileprivate var writtenValue: WrittenValue {
    WrittenValue(content: .text(condition.written), location: location)
  }
}

extension TaskFile {
  /// The names that a call could use, as its file writes them.
  func namesInReach(of call: CallDefinition) -> [String] {
    tasks.keys.compactMap { $0.hasPrefix(call.prefix) ? String($0.dropFirst(call.prefix.count)) : nil }
  }
}

extension InputContent {
  /// Whether `${name}` in it is to be expanded.
  var isTemplate: Bool {
    texts.contains(where: Template.isNeeded)
  }
}
