import OrderedCollections
import TaskKit

/// Follows every name of a task file: tasks, plugins, inputs, rings.
///
/// Nothing is settled, nothing is run.
struct TaskFileCheck {
  private let file: TaskFile
  private let catalog: PluginCatalog
  private var problems: [Diagnostic] = []

  /// - Throws: A `DiagnosticError` with every fault.
  static func check(_ file: TaskFile, _ catalog: PluginCatalog) throws(DiagnosticError) {
    var check = TaskFileCheck(file: file, catalog: catalog)
    for task in file.tasks.values { try check.checkTask(task) }
    check.checkSharedNames()
    check.problems += CallRings.problems(in: file)
    guard check.problems.isEmpty else { throw DiagnosticError(check.problems.inOrderOfTheFile) }
  }

  private init(file: TaskFile, catalog: PluginCatalog) {
    self.file = file
    self.catalog = catalog
    problems = file.problems
  }

  private mutating func checkTask(_ task: TaskDefinition) throws(DiagnosticError) {
    let plugin = try plugin(of: task)
    checkNames(task.values, of: task, plugin)
    checkValues(task.values, of: task, plugin)
    if let plugin, plugin.type.manifest.runsScript == false {
      checkValues(file.defaults, of: task, plugin)
      for profile in file.profiles.values { checkValues(profile, of: task, plugin) }
    }
    for call in task.needs + task.steps + task.finally {
      guard let called = file.task(named: call.task.text) else {
        problems.append(
          .unknownTask(call.task.text, known: Array(file.tasks.keys), at: .source(call.task.location)))
        continue
      }
      guard !call.values.isEmpty, let plugin = try? self.catalogEntry(of: called) else { continue }
      checkNames(call.values, of: called, plugin)
      checkValues(call.values, of: called, plugin)
    }
  }

  private func catalogEntry(of task: TaskDefinition) throws(DiagnosticError) -> PluginCatalog.Entry? {
    guard let name = task.pluginName else { return nil }
    return try catalog.plugin(named: name)
  }

  private mutating func plugin(of task: TaskDefinition) throws(DiagnosticError) -> PluginCatalog.Entry? {
    if let plugin = try catalogEntry(of: task) { return plugin }
    if let uses = task.uses {
      problems.append(.unknownPlugin(uses.text, known: catalog.names, at: .source(uses.location)))
    } else if !task.saysWhatItDoes {
      problems.append(.taskDoesNothing(task.name, plugins: catalog.names, at: .source(task.location)))
    }
    return nil
  }

  /// Only scripts and tasks that call others take names of their own.
  private mutating func checkNames(_ values: WrittenValues, of task: TaskDefinition, _ plugin: PluginCatalog.Entry?) {
    for (name, value) in values {
      let variable = InputName.variable(for: name)
      let declaration = plugin?.inputsByName[name]
      if let plugin, declaration == nil, !plugin.manifest.runsScript {
        problems.append(
          .unknownInput(name, of: plugin.manifest.name, known: plugin.inputs.map(\.name), at: .source(value.location)))
      } else if declaration == nil, InputName.isReserved(variable: variable) {
        problems.append(.reservedName(name, variable: variable, at: .source(value.location)))
      }
    }
  }

  /// What is written without `${}` can be converted now.
  private mutating func checkValues(_ values: WrittenValues, of task: TaskDefinition, _ plugin: PluginCatalog.Entry?) {
    for (name, value) in values {
      guard let declaration = plugin?.inputsByName[name], !value.content.isTemplate,
        case .failure(let problem) = declaration.value(of: value.content)
      else { continue }
      let isSecret = declaration.isSecret || (task.secrets + file.secrets).contains { $0.text == name }
      let diagnostic = Diagnostic.badValue(
        name, of: task.name, value.content, problem, at: .source(value.location), isSecret: isSecret)
      if !problems.contains(where: { $0.isSame(as: diagnostic) }) { problems.append(diagnostic) }
    }
  }

  private mutating func checkSharedNames() {
    let fileOnly = Set(
      catalog.names.flatMap { name in
        ((try? catalog.plugin(named: name))?.inputs ?? []).filter(\.isFileOnly).map(\.name)
      })
    for values in [file.defaults] + file.profiles.values {
      for (name, value) in values where !fileOnly.contains(name) {
        let variable = InputName.variable(for: name)
        if InputName.isReserved(variable: variable) {
          problems.append(.reservedName(name, variable: variable, at: .source(value.location)))
        }
      }
    }
  }
}

extension InputContent {
  /// Whether `${name}` in it is to be expanded.
  var isTemplate: Bool {
    switch self {
    case .text(let text): Template.isNeeded(for: text)
    case .list(let items): items.contains(where: Template.isNeeded)
    }
  }
}

extension [Diagnostic] {
  fileprivate var inOrderOfTheFile: [Diagnostic] {
    let placed = enumerated().map { index, problem in
      var start = SourcePosition(line: 0, column: 0)
      if case .source(let location)? = problem.origin { start = location.range.start }
      return (start: start, index: index, problem: problem)
    }
    return placed.sorted { ($0.start, $0.index) < ($1.start, $1.index) }.map(\.problem)
  }
}

extension Diagnostic {
  /// One fault seen from two tasks is one fault.
  func isSame(as other: Diagnostic) -> Bool {
    message == other.message && origin?.description == other.origin?.description
  }
}
