import HeapModule
import TaskKit

/// How calls come to their turn: their needs, their values, what was done before the run was resumed.
extension RunState {
  mutating func nextRoot() {
    guard rootsBegun < plan.roots.count else { return }
    let root = plan.roots[rootsBegun]
    rootsBegun += 1
    agenda.append(.demand(root, by: .commandLine))
  }

  mutating func demand(_ index: Int, by caller: CallState.Caller) {
    let isCleanup = isCleanup(caller)
    if isCleanup { prepareForCleanup(index) }
    switch calls[index].phase {
    case .ended:
      tell(caller, ofEndOf: index)
    case .idle:
      calls[index].callers.append(caller)
      calls[index].isCleanup = isCleanup
      open(index, for: caller)
    default:
      calls[index].callers.append(caller)
    }
  }

  /// What a `finally` needs is no longer stopped with the rest, and begins anew where it was stopped already.
  mutating func prepareForCleanup(_ index: Int) {
    var pending = [index]
    while let index = pending.popLast(), !calls[index].isCleanup {
      let call = plan.calls[index]
      switch calls[index].ending {
      case .skipped?, .cancelled?:
        calls[index] = CallState()
        for child in call.steps + call.finally + call.cells { calls[child] = CallState() }
        pending += call.steps + call.cells
      case .succeeded?, .upToDate?, .passedOver?, .failed?: break
      case nil:
        guard calls[index].stopSwitch?.isStopped != true else { break }
        if case .idle = calls[index].phase { break }
        calls[index].isCleanup = true
        pending += call.needs
        pending += call.cells
        if case .steps(let number) = calls[index].phase, number < call.steps.count {
          pending.append(call.steps[number])
        }
      }
    }
  }

  func isCleanup(_ caller: CallState.Caller) -> Bool {
    guard case .call(let index) = caller else { return false }
    if case .finally = calls[index].phase { return true }
    return calls[index].isCleanup
  }

  /// A call's turn has come: its needs come first.
  mutating func open(_ index: Int, for caller: CallState.Caller) {
    let call = plan.calls[index]
    calls[index].mayBeRecorded = mayBeRecorded(index, for: caller)
    if surroundings.begunBefore.contains(call.path) { noteBegin(of: index) }
    if let recorded = recorded(index) { return restore(index, recorded) }
    if let bar = bar(of: index) { return end(index, .skipped(bar)) }
    var settlement = call.settlement
    if settlement.awaitsCaller {
      do throws(DiagnosticError) {
        settlement = try settled(index, by: scope(of: caller, for: index), needs: nil)
        masker = masker.adding(settlement.read.secrets)
      } catch {
        return end(index, .failed(RunFailure(error, in: CallIdentity(call), masker)))
      }
    }
    calls[index].settlement = settlement
    if let reason = settlement.unmetCondition { return end(index, .passedOver(masker.mask(reason))) }
    if call.isMatrix { return beginCells(of: index) }
    calls[index].phase = .waiting(call.needs.count)
    if call.needs.isEmpty {
      agenda.append(.needsEnded(index))
    } else {
      agenda += call.needs.reversed().map { .demand($0, by: .call(index)) }
    }
  }

  /// What was run in `finally` before the run was resumed is due again where steps have run since.
  func mayBeRecorded(_ index: Int, for caller: CallState.Caller) -> Bool {
    guard case .call(let parent) = caller else { return true }
    switch calls[parent].phase {
    case .finally: return calls[parent].mayBeRecorded && !calls[parent].hasRunWork && calls[parent].trouble == nil
    case .steps, .cells: return calls[parent].mayBeRecorded
    default: return true
    }
  }

  func recorded(_ index: Int) -> RecordedCall? {
    let call = plan.calls[index]
    guard calls[index].mayBeRecorded, let recorded = surroundings.recorded[call.path] else { return nil }
    let cells = call.cells.map { surroundings.recorded[plan.calls[$0].path] }
    // The outputs of a matrix are those of its cells.
    guard cells.allSatisfy({ $0?.hasConcealedOutputs != true }) else { return nil }
    return recorded.hasConcealedOutputs ? nil : recorded
  }

  /// Ends a call that is not to begin; where it ended well before the run was resumed, that stays.
  mutating func skip(_ index: Int, for caller: CallState.Caller, because cause: RunFailure) {
    guard case .idle = calls[index].phase else { return }
    calls[index].mayBeRecorded = mayBeRecorded(index, for: caller)
    if let recorded = recorded(index) { restore(index, recorded) } else { end(index, .skipped(cause)) }
  }

  mutating func restore(_ index: Int, _ recorded: RecordedCall) {
    let cells = plan.calls[index].cells.map { cell in
      let call = plan.calls[cell]
      return (call.cell?.name, surroundings.recorded[call.path]?.outputs)
    }
    calls[index].outputs = CallOutputs.Known(
      outputs: recorded.outputs, secretNames: [], cells: Dictionary(cellOutputs: cells))
    calls[index].isRecorded = true
    calls[index].phase = .ended
    calls[index].ending = .succeeded
    var result = TaskResult(status: .succeeded, duration: recorded.duration, outputs: recorded.outputs, failure: nil)
    result.isRecorded = true
    result.concealedOutputs = recorded.concealedOutputs
    effects.append(.emit(.taskFinished(CallIdentity(plan.calls[index]), result)))
    tellCallers(ofEndOf: index)
  }

  mutating func needsEnded(_ index: Int) {
    let call = plan.calls[index]
    if let cause = firstFailure(among: call.needs) {
      concern(cause, of: index)
      return end(index, .skipped(bar(of: index) ?? cause))
    }
    if let bar = bar(of: index) { return end(index, .skipped(bar)) }
    guard var settlement = calls[index].settlement else { return }
    do throws(DiagnosticError) {
      if settlement.isDeferred { settlement = try settled(index, settlement) }
      guard settlement.refusals.isEmpty || surroundings.allowsProtected || !call.settlement.isDeferred else {
        throw DiagnosticError(settlement.refusals)
      }
    } catch {
      return end(index, .failed(RunFailure(error, in: CallIdentity(call), masker)))
    }
    calls[index].settlement = settlement
    if let reason = settlement.unmetCondition { return end(index, .passedOver(masker.mask(reason))) }
    if call.settlement.isDeferred {
      effects.append(.emit(.settled(CallIdentity(call), settlement.configuration, masker)))
    }
    enter(.comparing, of: index)
  }

  /// Goes on with the first stage, from one on, in which a call has something to do.
  mutating func enter(_ first: CallState.Stage, of index: Int) {
    guard let settlement = calls[index].settlement else { return }
    let stage: CallState.Stage
    if first <= .comparing, settlement.sources != nil {
      stage = .comparing
    } else if first <= .preconditions, !settlement.preconditions.isEmpty {
      stage = .preconditions
    } else if settlement.entry != nil {
      stage = .work
    } else {
      return beginSteps(of: index)
    }
    calls[index].stage = stage
    calls[index].phase = .ready
    ready.insert(ReadyCall(rank: ranks[index], index: index))
  }

  func firstFailure(among indices: [Int]) -> RunFailure? {
    for index in indices {
      if let failure = failureThatCounts(of: index) { return failure }
    }
    return nil
  }

  /// Settles what waited for the outputs of its needs.
  mutating func settled(_ index: Int, _ settlement: Settlement) throws(DiagnosticError) -> Settlement {
    let call = plan.calls[index]
    var needs = CallOutputs(.needs, of: call.task)
    needs.known = known(call.needs, call.needs.indices)
    var caller: Scope?
    if let parent = call.caller { caller = scope(of: .call(parent), for: index) }
    let settlement = try settled(index, by: caller, needs: needs)
    masker = masker.adding(settlement.read.secrets)
    return settlement
  }

  /// A call settled anew, with what has become known.
  func settled(
    _ index: Int, by caller: Scope?, needs: CallOutputs?
  ) throws(DiagnosticError) -> Settlement {
    let call = plan.calls[index]
    return call.isMatrix
      ? try settler.settleMatrix(call.task, as: call.definition, by: caller)
      : try settler.settle(call.task, as: call.definition, by: caller, cell: call.cell, needs: needs)
  }

  func known(_ indices: [Int], _ numbers: some Sequence<Int>) -> [Int: CallOutputs.Known] {
    var known: [Int: CallOutputs.Known] = [:]
    for number in numbers { known[number] = calls[indices[number]].outputs }
    return known
  }

  /// The values that a call's `with` is made of, where it is written.
  mutating func scope(of caller: CallState.Caller, for child: Int) -> Scope? {
    guard case .call(let index) = caller else { return nil }
    let call = plan.calls[index]
    // A cell is written where its matrix is called.
    if call.isMatrix {
      guard let parent = call.caller else { return nil }
      return scope(of: .call(parent), for: child)
    }
    var scope = (calls[index].settlement ?? call.settlement).scope
    var steps = calls[index].steps ?? CallOutputs(.steps, of: call.task)
    calls[index].steps = steps
    // Only what the child reads is handed over: a chain of steps would copy all before it each time.
    let definition = plan.calls[child].definition
    steps.known = known(call.steps, steps.numbers(readIn: definition))
    if var needs = scope.runtime.needs, needs.known == nil {
      needs.known = known(call.needs, needs.numbers(readIn: definition))
      scope.runtime.needs = needs
    }
    switch calls[index].phase {
    case .steps(let number):
      scope.runtime.steps = steps.before(number)
    case .finally:
      scope.runtime.steps = steps
      scope.runtime.work = .known(
        status: (calls[index].trouble?.status ?? .succeeded).rawValue,
        error: calls[index].trouble?.failure?.message ?? "")
    default:
      scope.runtime.needs = nil
    }
    return scope
  }

  mutating func beginCells(of index: Int) {
    started(index)
    let cells = plan.calls[index].cells
    calls[index].phase = .cells(cells.count)
    agenda += cells.reversed().map { .demand($0, by: .call(index)) }
  }

  mutating func beginSteps(of index: Int) {
    started(index)
    calls[index].phase = .steps(0)
    if let timeout = plan.calls[index].task.timeout {
      let stopSwitch = StopSwitch()
      calls[index].stopSwitch = stopSwitch
      effects.append(.watch(index, timeout.duration, until: stopSwitch))
    }
    advance(index)
  }

  mutating func started(_ index: Int) {
    guard calls[index].startedAt == nil else { return }
    calls[index].startedAt = .now
    noteBegin(of: index)
    effects.append(.emit(.taskStarted(CallIdentity(plan.calls[index]))))
  }

  /// The `finally` of the task that a step belongs to is due from here on.
  mutating func noteBegin(of index: Int) {
    for case .call(let parent) in calls[index].callers {
      if case .steps = calls[parent].phase { calls[parent].hasBegunWork = true }
    }
  }
}
