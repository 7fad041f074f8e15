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
    check.checkNameLists()
    check.problems.formUnion(CallRings.problems(in: file))
    guard check.problems.isEmpty else { throw DiagnosticError(check.problems.inOrderOfTheFile) }
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
    checkIds(of: task)
    try checkOutputs(of: task)
    if let place = task.interactive, plugin?.manifest.runsScript != true {
      problems.insert(.interactiveWithoutScript(task.name, at: .source(place)))
    }
    for call in task.needs + task.steps + task.finally {
      guard let called = file.task(named: call.task.text) else {
        let known = problems.count < Self.mostSuggestions ? Array(file.tasks.keys) : []
        let origin = Origin.source(call.task.location)
        problems.insert(
          catalog.contains(call.task.text)
            ? .undeclaredTask(call.task.text, at: origin) : .unknownTask(call.task.text, known: known, at: origin))
        continue
      }
      guard !call.values.isEmpty, let name = called.pluginName, let plugin = try catalog.plugin(named: name) else {
        continue
      }
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
    let surroundings = Array(task.environment.values) + [task.directory].compactMap { $0 }
    for value in Array(task.values.values) + surroundings { try checkOutputs(in: value, own) }
    for value in task.needs.flatMap(\.values.values) { try checkOutputs(in: value, RuntimeValues()) }
    for (number, step) in task.steps.enumerated() {
      ofStep.steps = steps.before(number)
      for value in step.values.values { try checkOutputs(in: value, ofStep) }
    }
    ofStep.steps = steps
    ofStep.work = .pending
    for value in task.finally.flatMap(\.values.values) { try checkOutputs(in: value, ofStep) }
  }

  private mutating func checkOutputs(in value: WrittenValue, _ runtime: RuntimeValues) throws(DiagnosticError) {
    for text in value.content.texts where Template.isNeeded(for: text) {
      for (reference, written) in (try? Template(text))?.runtimeReferences ?? [] {
        let origin = Origin.source(value.location).narrowed(to: written)
        do throws(DiagnosticError) {
          _ = try runtime.value(of: reference, at: origin, written: written)
          if case .output(let group, let id, let key) = reference, let outputs = runtime.outputs(of: group) {
            try checkKey(key, of: outputs[try outputs.number(of: id, at: origin)], at: origin)
          }
        } catch {
          problems.formUnion(error.diagnostics)
        }
      }
    }
  }

  /// A script may give any output, a plugin those that it declares.
  private mutating func checkKey(_ key: String, of call: CallDefinition, at origin: Origin) throws(DiagnosticError) {
    guard let called = file.task(named: call.task.text) else { return }
    let plugin = try called.pluginName.flatMap { name throws(DiagnosticError) in try catalog.plugin(named: name) }
    if plugin?.manifest.runsScript == true { return }
    let known = plugin?.manifest.outputs.map(\.name) ?? []
    if !known.contains(key) { throw DiagnosticError(.unknownOutput(key, of: called.name, known: known, at: origin)) }
  }

  private mutating func plugin(of task: TaskDefinition) throws(DiagnosticError) -> PluginCatalog.Entry? {
    if let name = task.pluginName, let plugin = try catalog.plugin(named: name) {
      if used.updateValue(plugin, forKey: name) == nil, !plugin.manifest.runsScript {
        checkValues(file.defaults, of: task, plugin)
        for profile in file.profiles.values { checkValues(profile, of: task, plugin) }
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
    for values in [file.defaults] + file.profiles.values {
      for (name, value) in values where !fileOnly.contains(name) { checkReserved(name, value) }
    }
  }

  /// A misspelt name under `protected` would protect nothing.
  private mutating func checkNameLists() {
    let written = [file.defaults] + file.profiles.values + file.tasks.values.map(\.values)
    let known = Set(used.values.flatMap { $0.inputs.map(\.name) } + written.flatMap(\.keys))
    for (name, values) in file.protected where !known.contains(name) {
      guard let first = values.first else { continue }
      problems.insert(.unknownProtected(name, known: known.sorted(), at: .source(first.location)))
    }
  }
}

extension InputContent {
  /// Whether `${name}` in it is to be expanded.
  var isTemplate: Bool {
    texts.contains(where: Template.isNeeded)
  }
}
