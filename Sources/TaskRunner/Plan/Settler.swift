import OrderedCollections
import TaskKit

/// Settles the values of one call at a time; every fault of a call is found at once.
struct Settler: Sendable {
  let file: TaskFile
  let catalog: PluginCatalog
  let shared: SharedLayers

  /// Settles one call.
  ///
  /// - Parameters:
  ///   - task: The task that is called.
  ///   - call: Where it is called, or nil for the command line.
  ///   - caller: The values of the task that calls it.
  /// - Returns: The settled call.
  /// - Throws: A `DiagnosticError` with every fault of the values.
  func settle(_ task: TaskDefinition, as call: CallDefinition?, by caller: Scope?) throws(DiagnosticError) -> Settlement
  {
    let entry = try task.pluginName.flatMapThrowing { name throws(DiagnosticError) in try catalog.plugin(named: name) }
    var step: Layer?
    var references: Set<String> = []
    if let call, let caller, !call.values.isEmpty {
      let with = try caller.expand(
        call.values, for: entry?.inputsByName ?? [:], directory: file.directory)
      step = Layer(step: with.values, directory: file.directory)
      references = with.references
    }
    let layers = shared.with(
      step: step, task: Layer(.task, written: task.values, directory: file.directory))
    let scope = Scope(
      layers: layers, declarations: entry?.inputsByName ?? [:],
      secretNames: Set((file.secrets + task.secrets).map(\.text)))
    var settlement = Settlement(task: task, entry: entry, directory: file.directory, scope: scope)
    settlement.references = references
    var settling = Settling(settlement: settlement)
    settling.settleInputs()
    settling.settleFreeValues(names: freeNames(of: task, call, entry))
    settling.settleSurroundings(in: file.directory)
    settling.settleProtection(file.protected)
    settling.makePlugin()
    guard settling.problems.isEmpty else { throw DiagnosticError(settling.problems) }
    return settling.settlement
  }

  /// The names that a script finds in its environment.
  private func freeNames(
    of task: TaskDefinition, _ call: CallDefinition?, _ entry: PluginCatalog.Entry?
  ) -> OrderedSet<String> {
    guard let entry, entry.manifest.runsScript else { return [] }
    var names = OrderedSet(file.defaults.keys)
    names.formUnion(shared.profile?.writtenNames ?? [])
    names.formUnion(task.values.keys)
    names.formUnion(call?.values.keys ?? [])
    names.subtract(entry.inputsByName.keys)
    return names.filter { !InputName.isReserved(variable: InputName.variable(for: $0)) }
  }
}

/// The settlement of one call while it is being made.
private struct Settling {
  var settlement: Settlement
  var problems: [Diagnostic] = []
  private var settled: [SettledInput] = []

  init(settlement: Settlement) {
    self.settlement = settlement
  }

  mutating func settleInputs() {
    for declaration in settlement.entry?.inputs ?? [] {
      attempt { settling throws(DiagnosticError) in
        let resolution = try settling.settlement.scope.resolve(declaration.name)
        settling.settlement.inputs.append((declaration, resolution))
        guard let resolution else { return settling.settleMissing(declaration) }
        settling.note(resolution)
        if !resolution.isDeferred { settling.convert(resolution, declaration) }
      }
    }
  }

  mutating func settleFreeValues(names: OrderedSet<String>) {
    for name in names {
      attempt { settling throws(DiagnosticError) in
        guard let resolution = try settling.settlement.scope.resolve(name) else { return }
        settling.note(resolution)
        settling.settlement.freeValues.append(resolution)
        settling.settlement.variables[InputName.variable(for: name)] = resolution.content.text
      }
    }
  }

  /// `env`, `dir` and `confirm`.
  mutating func settleSurroundings(in root: String) {
    for (variable, value) in settlement.task.environment {
      settlement.variables[variable] = expand(value)
    }
    if let directory = settlement.task.directory, let path = expand(directory), !path.isEmpty {
      settlement.directory = path.hasPrefix("/") ? path : "\(root)/\(path)"
    }
    settlement.confirm = settlement.task.confirm.flatMap { expand($0) }
  }

  mutating func settleProtection(_ protected: OrderedDictionary<String, [LocatedText]>) {
    guard let entry = settlement.entry, entry.manifest.effects == .writes else { return }
    for (name, texts) in protected {
      attempt { settling throws(DiagnosticError) in
        guard let value = try settling.settlement.scope.resolve(name),
          let match = texts.first(where: { $0.text == value.content.text })
        else { return }
        settling.settlement.refusals.append(
          .protectedValue(
            name, value.content.text, task: settling.settlement.task.name, at: value.winner.origin,
            rule: .source(match.location)))
      }
    }
  }

  mutating func makePlugin() {
    guard problems.isEmpty, !settlement.isDeferred, let entry = settlement.entry else { return }
    do {
      let plugin = try entry.type.init(settled: settled)
      var found = Problems()
      plugin.validate(&found)
      problems += found.all.map { .pluginProblem($0, task: settlement.task.name) } + found.diagnostics
      settlement.plugin = plugin
    } catch {
      problems.append(.pluginMistake(entry.manifest.name, "its inputs cannot be filled: \(error)"))
    }
  }

  private mutating func settleMissing(_ declaration: InputDeclaration) {
    guard declaration.type.isOptional, case .success(let nothing) = declaration.value(of: .text("")) else {
      return problems.append(.missingInput(declaration, of: settlement.task))
    }
    settled.append(
      SettledInput(
        name: declaration.name, value: nothing, written: "", origin: .plugin, isSecret: declaration.isSecret))
  }

  private mutating func convert(_ resolution: Resolution, _ declaration: InputDeclaration) {
    switch declaration.value(of: resolution.rooted(declaration)) {
    case .success(let value):
      settled.append(
        SettledInput(
          name: declaration.name, value: value, written: resolution.content.text, origin: resolution.winner.origin,
          isSecret: resolution.isSecret))
    case .failure(let problem):
      problems.append(
        .badValue(
          declaration.name, of: settlement.task.name, resolution.content, problem, at: resolution.winner.origin,
          isSecret: resolution.isSecret))
    }
  }

  private mutating func expand(_ value: WrittenValue) -> String? {
    attempt { settling throws(DiagnosticError) in
      let expansion = try settling.settlement.scope.expand(value.content.text, at: .source(value.location))
      settling.note(expansion)
      return expansion.text
    }
  }

  private mutating func note(_ resolution: Resolution) {
    settlement.references.formUnion(resolution.references)
    settlement.isDeferred = settlement.isDeferred || resolution.isDeferred
    if resolution.isSecret { settlement.secrets.insert(resolution.content.text) }
  }

  private mutating func note(_ expansion: Expansion) {
    settlement.references.formUnion(expansion.references)
    settlement.isDeferred = settlement.isDeferred || expansion.isDeferred
    if expansion.isSecret { settlement.secrets.insert(expansion.text) }
  }

  /// Goes on after a fault, so that all are found.
  @discardableResult
  private mutating func attempt<Result>(_ work: (inout Settling) throws(DiagnosticError) -> Result) -> Result? {
    do throws(DiagnosticError) {
      return try work(&self)
    } catch {
      problems += error.diagnostics
      return nil
    }
  }
}

extension Resolution {
  /// The content, a relative path made absolute where its value was written.
  fileprivate func rooted(_ declaration: InputDeclaration) -> InputContent {
    guard declaration.isPath, case .text(let path) = content, !path.isEmpty, !path.hasPrefix("/") else {
      return content
    }
    return .text("\(winner.directory)/\(path)")
  }
}

extension Optional {
  fileprivate func flatMapThrowing<Result, Failure: Error>(
    _ transform: (Wrapped) throws(Failure) -> Result?
  ) throws(Failure) -> Result? {
    guard let self else { return nil }
    return try transform(self)
  }
}
