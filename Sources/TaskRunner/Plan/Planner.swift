import OrderedCollections
public import TaskKit

/// Turns the tasks asked for into a plan: which calls, in which order, with which values.
public struct Planner {
  /// Steps that call steps multiply; beyond this a plan is a mistake.
  private static let mostCalls = 100_000

  let settler: Settler
  private let given: GivenValues
  private var plan: Plan
  private var problems = DiagnosticSet()
  private var refusals = DiagnosticSet()
  private var warnings = DiagnosticSet()
  /// Needs and tasks of the command line run once: by their signature, their index.
  private var shared: [CallSignature: Int] = [:]
  private var variants: [String: Int] = [:]
  private var secrets: Set<String> = []
  private var names: Set<String> = []
  /// The values whose replacement is noted: call and name.
  private var replaced: Set<[String]> = []

  /// - Throws: A `DiagnosticError` with the faults of the file, or of what the user gave.
  public init(file: TaskFile, catalog: PluginCatalog, given: GivenValues) throws(DiagnosticError) {
    do throws(DiagnosticError) {
      try TaskFileCheck.check(file, catalog)
      settler = Settler(file: file, catalog: catalog, shared: try SharedLayers(file: file, given: given))
      plan = Plan(directory: file.directory)
    } catch {
      throw Secrecy(of: file, given: given).conceal(error)
    }
    self.given = given
  }

  /// Plans tasks in the order asked for.
  ///
  /// - Throws: A `DiagnosticError` with every fault of every call.
  public mutating func plan(tasks: [String]) throws(DiagnosticError) -> Plan {
    for written in tasks {
      let (name, cell) = MatrixCell.Name.split(written[...])
      guard let task = settler.file.task(named: name), !task.isPrivate else {
        problems.insert(unknown(name))
        continue
      }
      let cells = task.matrix.cells.filter { $0.name == cell }
      if let cell, cells.isEmpty {
        let known = task.matrix.cells.map(\.name.description)
        problems.insert(.unknownCellAsked(cell.description, task: task.name, cells: known))
        continue
      }
      if let index = addShared(task, nil, caller: nil, nil, cells.first) { plan.roots.append(index) }
    }
    var next = 0
    while next < plan.calls.count {
      guard plan.calls.count <= Self.mostCalls else { throw DiagnosticError(.tooManyCalls(Self.mostCalls)) }
      addChildren(of: next)
      next += 1
    }
    checkAssignments()
    guard problems.isEmpty else { throw secrecy.conceal(DiagnosticError(problems.all)) }
    plan.masker = SecretMasker(secrets)
    plan.warnings = warnings.all
    plan.names = names
    plan.secretNames = Set((settler.file.secrets + settler.file.tasks.values.flatMap(\.secrets)).map(\.text))
    if !refusals.isEmpty { plan.refusals = refusals.all.map(secrecy.conceal) }
    return plan
  }

  /// Made where there is a fault to tell: it goes over the whole file.
  private var secrecy: Secrecy {
    Secrecy(of: settler.file, given: given, dotenv: settler.shared.allDotenvVariables)
  }

  private mutating func addChildren(of index: Int) {
    let call = plan.calls[index]
    guard !call.isMatrix, call.settlement.unmetCondition == nil else { return }
    var scope = call.settlement.scope
    let steps = CallOutputs(.steps, of: call.task)
    var scopeOfNeeds = scope
    scopeOfNeeds.runtime.needs = nil
    var scopeOfFinally = scope
    scopeOfFinally.runtime.work = .pending
    scopeOfFinally.runtime.steps = steps
    for need in call.task.needs {
      guard let task = settler.file.task(calledBy: need) else { continue }
      if let child = addShared(task, need, caller: scopeOfNeeds, index) { plan.calls[index].needs.append(child) }
    }
    for (number, step) in call.task.steps.enumerated() {
      let path = "\(call.path)/\(number + 1):\(step.name)"
      scope.runtime.steps = steps.before(number)
      if let child = add(step, at: path, caller: scope, index) { plan.calls[index].steps.append(child) }
    }
    for (number, step) in call.task.finally.enumerated() {
      let path = "\(call.path)/finally-\(number + 1):\(step.name)"
      if let child = add(step, at: path, caller: scopeOfFinally, index) { plan.calls[index].finally.append(child) }
    }
  }

  private mutating func add(
    _ definition: CallDefinition, at path: String, caller: Scope, _ callerIndex: Int
  ) -> Int? {
    guard let task = settler.file.task(calledBy: definition),
      let call = settle(task, definition, caller)
    else { return nil }
    return append(call, at: path, definition, callerIndex)
  }

  /// The same task with the same values, env and dir is one call, whoever needs it.
  private mutating func addShared(
    _ task: TaskDefinition, _ definition: CallDefinition?, caller: Scope?, _ callerIndex: Int?,
    _ cell: MatrixCell? = nil
  ) -> Int? {
    guard let call = settle(task, definition, caller, cell) else { return nil }
    // What the caller does not know yet cannot be the same.
    if !call.awaitsCaller, let index = shared[call.identity] { return index }
    let name = task.name + (cell.map { "[\($0.name)]" } ?? "")
    let variant = variants[name, default: 0] + 1
    variants[name] = variant
    let path = variant == 1 ? name : "\(name)#\(variant)"
    let index = append(call, at: path, definition, callerIndex, isShared: true)
    if let cell { plan.calls[index].cell = cell }
    if !call.awaitsCaller { shared[call.identity] = index }
    return index
  }

  private mutating func append(
    _ call: SettledCall, at path: String, _ definition: CallDefinition?, _ callerIndex: Int?, isShared: Bool = false
  ) -> Int {
    let index = append(
      PlannedCall(path: path, settlement: call.settlement, definition: definition, caller: callerIndex))
    for (cell, settlement) in call.cells {
      let canBeShared = isShared && !settlement.awaitsCaller
      // A cell that was asked for by itself is the same call.
      if canBeShared, let known = shared[settlement.identity] {
        plan.calls[index].cells.append(known)
        continue
      }
      var planned = PlannedCall(
        path: "\(path)[\(cell.name)]", settlement: settlement, definition: definition, caller: callerIndex)
      planned.cell = cell
      let number = append(planned)
      plan.calls[index].cells.append(number)
      if canBeShared { shared[settlement.identity] = number }
    }
    return index
  }

  private mutating func append(_ call: PlannedCall) -> Int {
    note(call)
    plan.calls.append(call)
    return plan.calls.count - 1
  }

  private mutating func settle(
    _ task: TaskDefinition, _ definition: CallDefinition?, _ caller: Scope?, _ cell: MatrixCell? = nil
  ) -> SettledCall? {
    do throws(DiagnosticError) {
      guard !task.matrix.isEmpty, cell == nil else {
        return SettledCall(settlement: try settler.settle(task, as: definition, by: caller, cell: cell))
      }
      var call = SettledCall(settlement: try settler.settleMatrix(task, as: definition, by: caller))
      guard call.settlement.unmetCondition == nil else { return call }
      for cell in task.matrix.cells {
        call.cells.append((cell, try settler.settle(task, as: definition, by: caller, cell: cell)))
      }
      return call
    } catch {
      problems.formUnion(error.diagnostics)
      return nil
    }
  }

  private mutating func note(_ call: PlannedCall) {
    let settlement = call.settlement
    secrets.formUnion(settlement.read.secrets)
    // What only the file can give is not known to the command line.
    let fileOnly = settlement.inputs.map(\.declaration).filter(\.isFileOnly).map(\.name)
    names.formUnion(settlement.read.names.subtracting(fileOnly))
    names.formUnion(settlement.inputs.map(\.declaration.name).filter { !fileOnly.contains($0) })
    names.formUnion(settlement.freeValues.map(\.name))
    refusals.formUnion(settlement.refusals)
    warnings.formUnion(settlement.warnings)
    guard !given.assignments.isEmpty else { return }
    let values = Set(settlement.values.map(\.name)).union(settlement.read.names)
    for name in values.sorted() { noteReplacement(of: name, in: call) }
  }

  private mutating func noteReplacement(of name: String, in call: PlannedCall) {
    let candidates = call.settlement.scope.candidates(for: name)
    guard let winner = candidates.first, winner.layer == .commandLine,
      let loser = candidates.dropFirst().first(where: { $0.layer.isYAML || $0.layer == .dotenv })
    else { return }
    // What is the same in all cells of a matrix is said once.
    let path = call.cell.map { String(call.path.dropLast($0.name.description.count + 2)) } ?? call.path
    guard replaced.insert([path, name]).inserted else { return }
    let isSecret = call.settlement.scope.isSecret(name) || winner.isSecret || loser.isSecret
    plan.replacements.append(
      Replacement(
        call: path, name: name, value: isSecret ? "***" : winner.content.text,
        replacedValue: isSecret ? "***" : loser.content.text, replaced: loser))
  }

  /// A `KEY=` that no planned task has is a mistake.
  private mutating func checkAssignments() {
    guard !given.assignments.isEmpty, problems.isEmpty else { return }
    let keys = Set(plan.calls.flatMap { $0.cell?.values.keys.elements ?? [] }.map(InputName.variable))
    for (variable, value) in given.assignments where keys.contains(variable) {
      problems.insert(.matrixKeyGiven(variable, at: .commandLine(variable: variable, value: value)))
    }
    guard problems.isEmpty else { return }
    let given = Set(given.assignments.map(\.variable))
    var variables = Set(names.map(InputName.variable))
    if given.isSubset(of: variables) { return }
    variables.formUnion(namesBelow().union(namesOfIdleTasks()).map(InputName.variable))
    for variable in self.given.assignments.map(\.variable) where !variables.contains(variable) {
      problems.insert(.unknownAssignment(variable, known: variables.subtracting(keys).sorted()))
    }
  }

  /// Every name of the tasks that would run if conditions held: a value for one of them is no mistake.
  private func namesOfIdleTasks() -> Set<String> {
    let idle = plan.calls.filter { $0.settlement.unmetCondition != nil }.map(\.task)
    return ReachedNames(from: idle, of: settler.file, settler.catalog).names
  }

  /// Every name that a value of the planned tasks would read, if another value did not win.
  private func namesBelow() -> Set<String> {
    var all: Set<String> = []
    for call in plan.calls {
      let settlement = call.settlement
      var known = settlement.read.names.union(settlement.values.map(\.name))
      if settlement.entry?.manifest.runsScript == true { known.formUnion(settlement.scope.secretNames) }
      var pending = Array(known)
      while let name = pending.popLast() {
        for candidate in settlement.scope.candidates(for: name) where candidate.isTemplate {
          for below in candidate.content.templateNames where known.insert(below).inserted { pending.append(below) }
        }
      }
      let fileOnly = settlement.entry?.inputs.filter(\.isFileOnly).map(\.name) ?? []
      all.formUnion(known.subtracting(fileOnly))
    }
    return all
  }

  private func unknown(_ name: String) -> Diagnostic {
    guard settler.file.task(named: name) == nil else { return .privateTask(name) }
    if settler.catalog.contains(name) { return .undeclaredTask(name, at: nil) }
    let known = settler.file.tasks.values.filter { !$0.isPrivate }.map(\.name) + settler.file.aliases.keys.sorted()
    return .unknownTask(name, known: known, in: settler.file.source.name)
  }
}

/// A call with its values: of a task with a matrix, those of each combination.
private struct SettledCall {
  let settlement: Settlement
  var cells: [(cell: MatrixCell, settlement: Settlement)] = []

  /// Whether values are still to come from the task that calls it.
  var awaitsCaller: Bool {
    settlement.awaitsCaller || cells.contains { $0.settlement.awaitsCaller }
  }

  var identity: CallSignature {
    var identity = settlement.identity
    identity.cells = cells.map(\.settlement.identity)
    return identity
  }
}
