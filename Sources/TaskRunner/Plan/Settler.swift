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
  ///   - cell: Which of its matrix it is.
  ///   - needs: What its needs gave, where they have ended.
  /// - Returns: The settled call.
  /// - Throws: A `DiagnosticError` with every fault of the values.
  func settle(
    _ task: TaskDefinition, as call: CallDefinition?, by caller: Scope?, cell: MatrixCell? = nil,
    needs: CallOutputs? = nil
  ) throws(DiagnosticError) -> Settlement {
    var entry: PluginCatalog.Entry?
    if let name = task.pluginName { entry = try catalog.plugin(named: name) }
    let called = try condition(of: call, by: caller)
    var step: Layer?
    var read = called.read
    if called.holds != false, let call, let caller, !call.values.isEmpty {
      let with = try caller.expand(call.values, for: entry?.inputsByName ?? [:])
      step = Layer(step: with.values, directory: caller.directory)
      read.formUnion(with.read)
    }
    var settlement = emptySettlement(of: task, entry, step: step, cell: cell, needs: needs)
    settlement.read = read
    settlement.awaitsCaller = called.holds == nil || step?.hasDeferredValues ?? false
    settlement.isDeferred = called.holds == nil
    if called.holds == false { settlement.unmetCondition = called.reason }
    settlement.warnings = called.warnings
    var settling = Settling(settlement)
    settling.settleCondition()
    let problemsOfCondition = settling.problems
    settling.settleInputs()
    settling.settleFreeValues(names: freeNames(of: task, call, cell, entry))
    settling.settleSurroundings()
    settling.noteSecrets()
    settling.settleProtection(file.protected)
    settling.makePlugin()
    try settling.makePreconditions(catalog)
    if settling.settlement.unmetCondition != nil, problemsOfCondition.isEmpty { return settling.idle }
    guard settling.problems.isEmpty else {
      throw DiagnosticError(settling.problems.map(SecretMasker(settling.settlement.read.secrets).mask))
    }
    return settling.settlement
  }

  /// Settles the call of a task that has a matrix: it only waits for its cells.
  ///
  /// - Throws: A `DiagnosticError` where the condition of the call cannot be decided.
  func settleMatrix(
    _ task: TaskDefinition, as call: CallDefinition?, by caller: Scope?
  ) throws(DiagnosticError) -> Settlement {
    let called = try condition(of: call, by: caller)
    var settlement = emptySettlement(of: task, nil, step: nil, cell: nil, needs: nil)
    settlement.read = called.read
    settlement.awaitsCaller = called.holds == nil
    settlement.isDeferred = called.holds == nil
    settlement.warnings = called.warnings
    if called.holds == false { settlement.unmetCondition = called.reason }
    return settlement
  }

  /// The condition of a call, decided where it is written.
  private func condition(of call: CallDefinition?, by caller: Scope?) throws(DiagnosticError) -> ConditionOutcome {
    guard let when = call?.when, let caller else { return ConditionOutcome(holds: true) }
    var expander = Expander(scope: caller)
    return try expander.outcome(of: when)
  }

  private func emptySettlement(
    of task: TaskDefinition, _ entry: PluginCatalog.Entry?, step: Layer?, cell: MatrixCell?, needs: CallOutputs?
  ) -> Settlement {
    let directory = file.parts[task.part].directory
    var scope = Scope(
      layers: shared.with(
        matrix: cell.map { Layer(.matrix, written: $0.values, directory: directory) }, step: step,
        task: Layer(.task, written: task.values, directory: directory), of: task.part),
      declarations: entry?.inputsByName ?? [:], secretNames: Set((file.secrets + task.secrets).map(\.text)),
      directory: directory)
    scope.runtime.needs = needs ?? CallOutputs(.needs, of: task)
    return Settlement(task: task, entry: entry, directory: directory, scope: scope)
  }

  /// The names of values that are no inputs; a script finds those of `defaults` and the profile too.
  private func freeNames(
    of task: TaskDefinition, _ call: CallDefinition?, _ cell: MatrixCell?, _ entry: PluginCatalog.Entry?
  ) -> OrderedSet<String> {
    var names: OrderedSet<String> = []
    if let entry {
      guard entry.manifest.runsScript else { return [] }
      names.formUnion(shared.writtenNames(seenFrom: task.part))
    }
    names.formUnion(cell?.values.keys ?? [])
    names.formUnion(task.values.keys)
    names.formUnion(call?.values.keys ?? [])
    if let entry { names.subtract(entry.inputsByName.keys) }
    return names.filter { !InputName.isReserved(variable: InputName.variable(for: $0)) }
  }
}
