import HeapModule
import OrderedCollections
import TaskKit

/// How plugins work, and steps follow one another.
extension RunState {
  mutating func startReady() {
    while let next = ready.min {
      guard case .ready = calls[next.index].phase else {
        ready.removeMin()
        continue
      }
      if let bar = bar(of: next.index) {
        ready.removeMin()
        end(next.index, .skipped(bar))
        continue
      }
      let wantsAll = plan.calls[next.index].task.interactive != nil
      guard working.count < surroundings.jobs, !isExclusive, !wantsAll || working.isEmpty else { return }
      ready.removeMin()
      isExclusive = wantsAll
      start(next.index)
    }
  }

  mutating func start(_ index: Int) {
    guard let settlement = calls[index].settlement else { return }
    let stopSwitch = StopSwitch()
    let kind: Work.Kind
    switch calls[index].stage {
    case .comparing: kind = .comparing(needs: tracesOfNeeds(of: index))
    case .preconditions:
      started(index)
      kind = .preconditions
    case .work:
      started(index)
      kind = .attempt(calls[index].snapshot)
      if let reason = calls[index].runReason, calls[index].attempts == 0 {
        let identity = CallIdentity(plan.calls[index])
        effects.append(.emit(.log(identity, .debug, masker.mask("runs because \(reason)"))))
      }
      calls[index].attempts += 1
      calls[index].hasBegunWork = true
      calls[index].hasRunWork = true
      worksStarted += 1
    }
    calls[index].phase = .working
    calls[index].stopSwitch = stopSwitch
    working.insert(index)
    effects.append(
      .start(
        Work(
          kind: kind, attempt: calls[index].attempts, index: index, identity: CallIdentity(plan.calls[index]),
          settlement: settlement, masker: masker,
          stopSwitch: stopSwitch)))
  }

  mutating func workEnded(_ index: Int, _ end: WorkEnd) {
    working.remove(index)
    isExclusive = false
    calls[index].trouble = trouble(of: index, end)
    switch calls[index].stage {
    case .comparing, .preconditions:
      guard calls[index].trouble == nil else { return conclude(index) }
      if let bar = bar(of: index) { return self.end(index, .skipped(bar)) }
      return calls[index].stage == .comparing ? take(end.verdict, of: index) : enter(.work, of: index)
    case .work: break
    }
    if let attempt = failedAttempt(of: index, end) { return pause(index, after: attempt) }
    let secretNames = calls[index].settlement?.scope.secretNames ?? []
    calls[index].outputs = CallOutputs.Known(outputs: end.outputs, secretNames: secretNames)
    masker = masker.adding(
      Set(end.outputs.values.filter { secretNames.contains($0.name) }.map(\.value.description)))
    calls[index].trace = end.trace
    beginFinally(of: index)
  }

  mutating func take(_ verdict: UpToDateVerdict?, of index: Int) {
    switch verdict {
    case .upToDate(let record, let reason)?:
      let secretNames = calls[index].settlement?.scope.secretNames ?? []
      calls[index].outputs = CallOutputs.Known(outputs: record.outputs, secretNames: secretNames)
      calls[index].trace = record.trace
      end(index, .upToDate(reason))
    case .run(let reason, let snapshot)?:
      calls[index].runReason = reason
      calls[index].snapshot = snapshot
      enter(.preconditions, of: index)
    case nil:
      enter(.preconditions, of: index)
    }
  }

  /// What the needs of a call made, by path.
  func tracesOfNeeds(of index: Int) -> [String: String?] {
    plan.calls[index].needs.reduce(into: [:]) { traces, need in
      traces.updateValue(calls[need].trace, forKey: plan.calls[need].path)
    }
  }

  /// The attempt that failed, where the work is to be tried again: never after a signal or a wrong value.
  func failedAttempt(of index: Int, _ end: WorkEnd) -> FailedAttempt? {
    guard let retry = plan.calls[index].task.retry, calls[index].attempts < retry.attempts,
      case .failed(let failure)? = calls[index].trouble, !failure.isInvalidInput, bar(of: index) == nil,
      end.hasTimedOut || calls[index].stopSwitch?.isStopped != true
    else { return nil }
    // Tasks that failed together should not come back together.
    let pause = retry.pause(after: calls[index].attempts) * Double.random(in: 0.5...1)
    return FailedAttempt(number: calls[index].attempts, most: retry.attempts, failure: failure, pause: pause)
  }

  mutating func pause(_ index: Int, after attempt: FailedAttempt) {
    effects.append(.emit(.retrying(CallIdentity(plan.calls[index]), attempt)))
    let stopSwitch = StopSwitch()
    calls[index].trouble = nil
    calls[index].phase = .pausing
    calls[index].stopSwitch = stopSwitch
    pausing.insert(index)
    effects.append(.watch(index, attempt.pause, until: stopSwitch))
  }

  mutating func trouble(of index: Int, _ end: WorkEnd) -> CallEnding? {
    let call = plan.calls[index]
    let identity = CallIdentity(call)
    if end.hasTimedOut, let timeout = call.task.timeout {
      if calls[index].stage == .preconditions {
        return .failed(RunFailure(DiagnosticError(.unmetInTime(call.task.name, timeout)), in: identity, masker))
      }
      return .failed(RunFailure(DiagnosticError(.timedOut(call.task.name, timeout)), in: identity, masker))
    }
    switch end.error {
    case nil: return nil
    case let interruption as TaskInterruption:
      stop(by: interruption.signal)
      return .cancelled(bar(of: index) ?? RunFailure(signal: interruption.signal))
    case let error? where error is CancellationError || error is TaskCancellation:
      return .cancelled(bar(of: index) ?? RunFailure(error, in: identity, masker))
    case let error?:
      return .failed(RunFailure(error, in: identity, masker))
    }
  }

  mutating func advance(_ index: Int) {
    guard case .steps(let number) = calls[index].phase else { return }
    let steps = plan.calls[index].steps
    if calls[index].trouble == nil, number < steps.count, let bar = bar(of: index) {
      calls[index].trouble = .cancelled(bar)
    }
    guard calls[index].trouble == nil else {
      if let cause = calls[index].trouble?.failure {
        for step in steps[number...] { skip(step, for: .call(index), because: cause) }
      }
      return beginFinally(of: index)
    }
    guard number < steps.count else { return beginFinally(of: index) }
    agenda.append(.demand(steps[number], by: .call(index)))
  }

  mutating func childEnded(of index: Int, _ child: Int) {
    let call = plan.calls[index]
    switch calls[index].phase {
    case .waiting(let left):
      calls[index].phase = .waiting(left - 1)
      if left == 1 { agenda.append(.needsEnded(index)) }
    case .steps(let number):
      if calls[child].startedAt != nil { calls[index].hasRunWork = true }
      // A step that had nothing to do has had its turn.
      if calls[child].isRecorded || calls[child].ending?.reason != nil { calls[index].hasBegunWork = true }
      mind(child, of: index)
      calls[index].phase = .steps(number + 1)
      advance(index)
    case .cells(let left):
      if calls[child].startedAt != nil { calls[index].hasRunWork = true }
      mind(child, of: index)
      calls[index].phase = .cells(left - 1)
      if left == 1 { endCells(of: index) }
    case .finally(let number):
      if let failure = failureThatCounts(of: child) { calls[index].trouble = calls[index].trouble ?? .failed(failure) }
      calls[index].phase = .finally(number + 1)
      guard number + 1 < call.finally.count else { return conclude(index) }
      agenda.append(.demand(call.finally[number + 1], by: .call(index)))
    default: break
    }
  }

  mutating func mind(_ child: Int, of index: Int) {
    guard let trouble = trouble(from: child, for: index) else { return }
    calls[index].trouble = calls[index].trouble ?? trouble
    if case .failed(let failure) = trouble { concern(failure, of: index) }
  }

  /// The outputs of a matrix are those of its cells.
  mutating func endCells(of index: Int) {
    let cells = plan.calls[index].cells.map { (plan.calls[$0].cell?.name, calls[$0].outputs?.outputs) }
    let secretNames = plan.calls[index].settlement.scope.secretNames
    calls[index].outputs = CallOutputs.Known(
      outputs: [:], secretNames: secretNames, cells: Dictionary(cellOutputs: cells))
    conclude(index)
  }

  /// What a step's or a cell's end means for the task that it belongs to.
  func trouble(from child: Int, for index: Int) -> CallEnding? {
    guard failureThatCounts(of: child) != nil else { return nil }
    return switch calls[child].ending {
    case .failed(let failure)?: .failed(failure)
    case .cancelled(let failure)?: .cancelled(failure)
    case .skipped(let failure)?:
      firstFailure(among: plan.calls[child].needs) == nil ? .cancelled(failure) : .failed(failure)
    case .succeeded?, .upToDate?, .passedOver?, nil: nil
    }
  }

  mutating func beginFinally(of index: Int) {
    if case .steps = calls[index].phase { calls[index].stopSwitch?.give(.stop(signal: 0, grace: .zero)) }
    // The others are not to wait for what comes now.
    noteOwnFailure(of: index, calls[index].trouble)
    guard let first = plan.calls[index].finally.first, calls[index].hasBegunWork else { return conclude(index) }
    calls[index].phase = .finally(0)
    agenda.append(.demand(first, by: .call(index)))
  }

  mutating func conclude(_ index: Int) {
    end(index, calls[index].trouble ?? .succeeded)
  }
}

extension [MatrixCell.Name: TaskOutputs] {
  init(cellOutputs cells: [(name: MatrixCell.Name?, outputs: TaskOutputs?)]) {
    self = cells.reduce(into: [:]) { outputs, cell in
      if let name = cell.name { outputs[name] = cell.outputs }
    }
  }
}
