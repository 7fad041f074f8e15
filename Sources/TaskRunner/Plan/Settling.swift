import OrderedCollections
import TaskKit

/// The settlement of one call while it is being made.
struct Settling {
  private(set) var settlement: Settlement
  private(set) var problems: [Diagnostic] = []
  private var expander: Expander
  private var settled: [SettledInput] = []

  init(_ settlement: Settlement) {
    self.settlement = settlement
    expander = Expander(scope: settlement.scope)
  }

  /// What does not run has its values for those who ask, asks nothing, and no fault of it matters.
  var idle: Settlement {
    var idle = settlement
    idle.plugin = nil
    idle.preconditions = []
    idle.confirm = nil
    idle.refusals = []
    idle.isDeferred = false
    idle.awaitsCaller = false
    return idle
  }

  mutating func settleCondition() {
    guard settlement.unmetCondition == nil, let when = settlement.task.when else { return }
    attempt { settling throws(DiagnosticError) in
      let outcome = try settling.expander.outcome(of: when)
      settling.settlement.read.formUnion(outcome.read)
      settling.settlement.warnings += outcome.warnings
      switch outcome.holds {
      case true?: break
      case false?: settling.settlement.unmetCondition = outcome.reason
      case nil: settling.settlement.isDeferred = true
      }
    }
  }

  mutating func settleInputs() {
    for declaration in settlement.entry?.inputs ?? [] {
      attempt { settling throws(DiagnosticError) in
        let resolution = try settling.expander.resolve(declaration.name)
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
        guard let resolution = try settling.expander.resolve(name) else { return }
        settling.note(resolution)
        settling.settlement.freeValues.append(resolution)
        guard settling.settlement.entry != nil else { return }
        let variable = InputName.variable(for: name)
        settling.settlement.variables[variable] = resolution.content.text
      }
    }
  }

  /// `env`, `dir` and `confirm`.
  mutating func settleSurroundings() {
    for (variable, value) in settlement.task.environment {
      guard let text = expand(value) else { continue }
      requireNoNull(in: text, of: variable, at: .source(value.location))
      settlement.variables[variable] = text
    }
    if let directory = settlement.task.directory, let path = expand(directory), !path.isEmpty {
      settlement.directory = path.hasPrefix("/") ? path : "\(settlement.directory)/\(path)"
    }
    settlement.sources = expandAll(settlement.task.sources)
    settlement.generates = expandAll(settlement.task.generates)
    if let question = settlement.task.confirm { settleQuestion(question) }
  }

  private mutating func expandAll(_ patterns: [LocatedText]?) -> [LocatedText]? {
    patterns?.compactMap { pattern in
      let value = WrittenValue(content: .text(pattern.text), location: pattern.location)
      guard let text = expand(value) else { return nil }
      if !settlement.isDeferred, FilePattern(text) == nil {
        problems.append(.badPattern(text, at: .source(pattern.location)))
      }
      return LocatedText(text: text, location: pattern.location)
    }
  }

  /// A question is asked before anything runs, so that it must be known by then, and there must be one.
  private mutating func settleQuestion(_ question: WrittenValue) {
    attempt { settling throws(DiagnosticError) in
      let origin = Origin.source(question.location)
      let expansion = try settling.expander.expand(question.content.text, at: origin)
      guard !expansion.isDeferred else { throw DiagnosticError(.lateQuestion(at: origin)) }
      guard !expansion.text.isEmpty else { throw DiagnosticError(.emptyQuestion(at: origin)) }
      settling.settlement.read.formUnion(expansion.read)
      settling.settlement.confirm = expansion.text
    }
  }

  /// A secret is masked wherever it comes up, also where a script finds it in its environment by itself.
  mutating func noteSecrets() {
    for (variable, text) in settlement.variables {
      if let name = InputName.name(for: variable), settlement.scope.isSecret(name) {
        settlement.read.secrets.insert(text)
      }
    }
    for name in settlement.scope.secretNames {
      // What cannot be expanded cannot be shown either; the tasks that use it will say so.
      guard let secret = try? expander.resolve(name) else { continue }
      settlement.read.secrets.formUnion(secret.read.secrets)
      if secret.content.texts.contains(where: SecretMasker.leavesLines) {
        settlement.warnings.append(.shortSecret(name, at: secret.winner.origin))
      }
    }
  }

  mutating func settleProtection(_ protected: OrderedDictionary<String, [LocatedText]>) {
    guard let entry = settlement.entry, entry.manifest.effects == .writes else { return }
    for (variable, value) in settlement.task.environment {
      guard let name = InputName.name(for: variable), let text = settlement.variables[variable],
        let match = protected[name]?.first(where: { $0.text == text })
      else { continue }
      settlement.refusals.append(
        .protectedValue(
          name, settlement.scope.isSecret(name) ? "***" : text, task: settlement.task.name,
          at: .source(value.location), rule: .source(match.location)))
    }
    let names = Set(settlement.values.map(\.name)).union(settlement.read.names)
    for (name, texts) in protected where names.contains(name) {
      attempt { settling throws(DiagnosticError) in
        guard let value = try settling.expander.resolve(name),
          let match = texts.first(where: { settling.isSame($0.text, value, name) })
        else { return }
        settling.settlement.refusals.append(
          .protectedValue(
            name, value.isSecret ? "***" : value.content.text, task: settling.settlement.task.name,
            at: value.winner.origin, rule: .source(match.location)))
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

  /// Preconditions are scripts: those of the plugin that runs scripts.
  mutating func makePreconditions(_ catalog: PluginCatalog) throws(DiagnosticError) {
    guard problems.isEmpty, !settlement.isDeferred, !settlement.task.preconditions.isEmpty,
      let entry = try catalog.scriptPlugin()
    else { return }
    var scope = settlement.scope
    scope.declarations = entry.inputsByName
    var scriptExpander = Expander(scope: scope)
    for precondition in settlement.task.preconditions {
      attempt { settling throws(DiagnosticError) in
        let message = try settling.message(of: precondition)
        guard let plugin = try settling.script(precondition.script, entry, &scriptExpander) else { return }
        settling.settlement.preconditions.append(
          SettledPrecondition(plugin: plugin, script: precondition.script, message: message))
      }
    }
  }

  /// What to tell the user; a secret in it is masked, not the whole.
  private mutating func message(of precondition: Precondition) throws(DiagnosticError) -> String? {
    guard let message = precondition.message else { return nil }
    let expansion = try expander.expand(message.content.text, at: .source(message.location))
    settlement.read.formUnion(expansion.read)
    return expansion.text
  }

  /// The plugin that runs a script, with the shell that the task file asks for.
  private mutating func script(
    _ text: LocatedText, _ entry: PluginCatalog.Entry, _ expander: inout Expander
  ) throws(DiagnosticError) -> (any TaskPlugin)? {
    var inputs: [SettledInput] = []
    for declaration in entry.inputs {
      let isScript = declaration.name == PluginManifest.scriptInput
      let resolution = isScript ? nil : try expander.resolve(declaration.name)
      let content = isScript ? .text(text.text) : resolution?.content ?? .text("")
      let origin = isScript ? .source(text.location) : resolution?.winner.origin ?? .plugin
      switch declaration.value(of: content) {
      case .success(let value):
        inputs.append(
          SettledInput(
            name: declaration.name, value: value, written: content.text, origin: origin, isSecret: false))
      case .failure(let problem):
        throw DiagnosticError(
          .badValue(declaration.name, of: settlement.task.name, content, problem, at: origin, isSecret: false))
      }
    }
    do {
      return try entry.type.init(settled: inputs)
    } catch {
      problems.append(.pluginMistake(entry.manifest.name, "its inputs cannot be filled: \(error)"))
      return nil
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
    let content = resolution.rooted(declaration)
    switch declaration.value(of: content) {
    case .success(let value):
      settlement.identities[declaration.name] = value.inputContent?.texts ?? []
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

  /// Whether a protected text is the value: `1000` is `+1000`.
  private func isSame(_ text: String, _ value: Resolution, _ name: String) -> Bool {
    if value.content.text == text { return true }
    guard let declaration = settlement.scope.declarations[name],
      case .success(let first) = declaration.value(of: .text(text)),
      case .success(let second) = declaration.value(of: value.content)
    else { return false }
    return first.inputContent == second.inputContent
  }

  private mutating func requireNoNull(in text: String, of variable: String, at origin: Origin) {
    if text.utf8.contains(0) { problems.append(.nullInVariable(variable, at: origin)) }
  }

  private mutating func expand(_ value: WrittenValue) -> String? {
    attempt { settling throws(DiagnosticError) in
      let expansion = try settling.expander.expand(value.content.text, at: .source(value.location))
      settling.settlement.read.formUnion(expansion.read)
      settling.settlement.isDeferred = settling.settlement.isDeferred || expansion.isDeferred
      if expansion.isSecret { settling.settlement.read.secrets.insert(expansion.text) }
      return expansion.text
    }
  }

  private mutating func note(_ resolution: Resolution) {
    settlement.read.formUnion(resolution.read)
    settlement.isDeferred = settlement.isDeferred || resolution.isDeferred
    settlement.identities[resolution.name] = resolution.content.texts
    requireNoNull(
      in: resolution.content.text, of: InputName.variable(for: resolution.name), at: resolution.winner.origin)
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
    let parts = path.split(separator: "/").filter { $0 != "." }
    return .text(([winner.directory] + parts.map(String.init)).joined(separator: "/"))
  }
}
