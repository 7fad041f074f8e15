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
    started(index)
    let stopSwitch = StopSwitch()
    calls[index].phase = .working
    calls[index].hasBegunWork = true
    calls[index].hasRunWork = true
    calls[index].stopSwitch = stopSwitch
    working.insert(index)
    worksStarted += 1
    effects.append(
      .start(
        Work(
          index: index, identity: CallIdentity(plan.calls[index]), settlement: settlement, masker: masker,
          stopSwitch: stopSwitch)))
  }

  mutating func workEnded(_ index: Int, _ end: WorkEnd) {
    working.remove(index)
    isExclusive = false
    let secretNames = calls[index].settlement?.scope.secretNames ?? []
    calls[index].outputs = CallOutputs.Known(outputs: end.outputs, secretNames: secretNames)
    masker = masker.adding(
      Set(end.outputs.values.filter { secretNames.contains($0.name) }.map(\.value.description)))
    calls[index].trouble = trouble(of: index, end)
    beginFinally(of: index)
  }

  mutating func trouble(of index: Int, _ end: WorkEnd) -> CallEnding? {
    let call = plan.calls[index]
    let identity = CallIdentity(call)
    if end.hasTimedOut, let timeout = call.task.timeout {
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
      if calls[child].isRecorded { calls[index].hasBegunWork = true }
      if let trouble = trouble(from: child, for: index) { calls[index].trouble = calls[index].trouble ?? trouble }
      calls[index].phase = .steps(number + 1)
      advance(index)
    case .finally(let number):
      if let failure = calls[child].ending?.failure { calls[index].trouble = calls[index].trouble ?? .failed(failure) }
      calls[index].phase = .finally(number + 1)
      guard number + 1 < call.finally.count else { return conclude(index) }
      agenda.append(.demand(call.finally[number + 1], by: .call(index)))
    default: break
    }
  }

  /// What a step's end means for the task that it is a step of.
  func trouble(from child: Int, for index: Int) -> CallEnding? {
    switch calls[child].ending {
    case .failed(let failure)?: .failed(failure)
    case .cancelled(let failure)?: .cancelled(failure)
    case .skipped(let failure)?:
      firstFailure(among: plan.calls[child].needs) == nil ? .cancelled(failure) : .failed(failure)
    case .succeeded?, nil: nil
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
