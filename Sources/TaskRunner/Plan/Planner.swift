import OrderedCollections
public import TaskKit

/// Turns the tasks asked for into a plan: which calls, in which order, with which values.
public struct Planner {
  /// Steps that call steps multiply; beyond this a plan is a mistake.
  private static let mostCalls = 100_000

  let settler: Settler
  private let given: GivenValues
  private var plan = Plan()
  private var problems: [Diagnostic] = []
  /// Needs and tasks of the command line run once: by their identity, their index.
  private var shared: [String: Int] = [:]
  private var sharedPaths: [String: Int] = [:]
  private var secrets: Set<String> = []
  private var names: Set<String> = []

  /// - Throws: A `DiagnosticError` with the faults of the file, or of what the user gave.
  public init(file: TaskFile, catalog: PluginCatalog, given: GivenValues) throws(DiagnosticError) {
    try TaskFileCheck.check(file, catalog)
    settler = Settler(file: file, catalog: catalog, shared: try SharedLayers(file: file, given: given))
    self.given = given
  }

  /// Plans tasks in the order asked for.
  ///
  /// - Throws: A `DiagnosticError` with every fault of every call.
  public mutating func plan(tasks: [String]) throws(DiagnosticError) -> Plan {
    for name in tasks {
      guard let task = settler.file.task(named: name), !task.isPrivate else {
        problems.append(unknown(name))
        continue
      }
      if let index = addShared(task, nil, caller: nil) { plan.roots.append(index) }
    }
    var next = 0
    while next < plan.calls.count {
      try requireReasonableSize()
      addChildren(of: next)
      next += 1
    }
    checkAssignments()
    guard problems.isEmpty else { throw DiagnosticError(problems) }
    plan.masker = SecretMasker(secrets)
    if secrets.contains(where: { !$0.isEmpty && $0.utf8.count < SecretMasker.shortestSecret }) {
      plan.warnings.append(.shortSecret)
    }
    return plan
  }

  private mutating func addChildren(of index: Int) {
    let call = plan.calls[index]
    let scope = call.settlement.scope
    var scopeOfFinally = scope
    scopeOfFinally.runtime = .pending
    for need in call.task.needs {
      guard let task = settler.file.task(named: need.task.text) else { continue }
      if let child = addShared(task, need, caller: scope) { plan.calls[index].needs.append(child) }
    }
    for (number, step) in call.task.steps.enumerated() {
      let path = "\(call.path)/\(number + 1):\(step.task.text)"
      if let child = add(step, at: path, caller: scope, .none) { plan.calls[index].steps.append(child) }
    }
    for (number, step) in call.task.finally.enumerated() {
      let path = "\(call.path)/finally-\(number + 1):\(step.task.text)"
      if let child = add(step, at: path, caller: scopeOfFinally, .finally) { plan.calls[index].finally.append(child) }
    }
  }

  private mutating func add(
    _ definition: CallDefinition, at path: String, caller: Scope, _ runtime: PlannedCall.RuntimeAccess
  ) -> Int? {
    guard let task = settler.file.task(named: definition.task.text),
      let settlement = settle(task, definition, caller, path: path)
    else { return nil }
    return append(PlannedCall(path: path, settlement: settlement, definition: definition, runtime: runtime))
  }

  /// The same task with the same values, env and dir is one call, whoever needs it.
  private mutating func addShared(_ task: TaskDefinition, _ definition: CallDefinition?, caller: Scope?) -> Int? {
    guard let settlement = settle(task, definition, caller, path: task.name) else { return nil }
    if let index = shared[settlement.identity] { return index }
    let variant = sharedPaths[task.name, default: 0] + 1
    sharedPaths[task.name] = variant
    let path = variant == 1 ? task.name : "\(task.name)#\(variant)"
    let index = append(PlannedCall(path: path, settlement: settlement, definition: definition, runtime: .none))
    shared[settlement.identity] = index
    return index
  }

  private mutating func append(_ call: PlannedCall) -> Int {
    plan.calls.append(call)
    return plan.calls.count - 1
  }

  private mutating func settle(
    _ task: TaskDefinition, _ definition: CallDefinition?, _ caller: Scope?, path: String
  ) -> Settlement? {
    do throws(DiagnosticError) {
      let settlement = try settler.settle(task, as: definition, by: caller)
      note(settlement, path: path)
      return settlement
    } catch {
      for problem in error.diagnostics where !problems.contains(where: { $0.isSame(as: problem) }) {
        problems.append(problem)
      }
      return nil
    }
  }

  private mutating func note(_ settlement: Settlement, path: String) {
    secrets.formUnion(settlement.secrets)
    names.formUnion(settlement.references)
    names.formUnion(settlement.inputs.filter { !$0.declaration.isFileOnly }.map(\.declaration.name))
    names.formUnion(settlement.freeValues.map(\.name))
    if settlement.entry == nil { names.formUnion(settlement.scope.writtenNames) }
    for refusal in settlement.refusals where !plan.refusals.contains(where: { $0.isSame(as: refusal) }) {
      plan.refusals.append(refusal)
    }
    for value in settlement.values where value.winner.layer == .commandLine {
      guard let replaced = value.overridden.first, replaced.layer.isYAML || replaced.layer == .dotenv else { continue }
      plan.replacements.append(
        Replacement(
          call: path, name: value.name, isSecret: value.isSecret, value: value.content.text, replaced: replaced))
    }
  }

  /// A `KEY=` that no planned task has is a mistake.
  private mutating func checkAssignments() {
    guard !given.assignments.isEmpty, problems.isEmpty else { return }
    let variables = names.map(InputName.variable).sorted()
    for (variable, value) in given.assignments where !variables.contains(variable) {
      problems.append(.unknownAssignment(variable, value, known: variables))
    }
  }

  private func unknown(_ name: String) -> Diagnostic {
    guard settler.file.task(named: name) == nil else { return .privateTask(name) }
    let known = settler.file.tasks.values.filter { !$0.isPrivate }.map(\.name) + settler.file.aliases.keys.sorted()
    return .unknownTask(name, known: known, at: nil)
  }

  private func requireReasonableSize() throws(DiagnosticError) {
    guard plan.calls.count <= Self.mostCalls else { throw DiagnosticError(.tooManyCalls(Self.mostCalls)) }
  }
}
