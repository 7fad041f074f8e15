import TaskKit

/// How calls end, who is told, and what stops the rest.
extension RunState {
  mutating func end(_ index: Int, _ ending: CallEnding) {
    if case .ended = calls[index].phase { return }
    calls[index].phase = .ended
    calls[index].ending = ending
    let identity = CallIdentity(plan.calls[index])
    let outputs = calls[index].outputs?.outputs ?? [:]
    let masked = masker.mask(outputs)
    var result = TaskResult(
      status: ending.status, duration: calls[index].startedAt?.duration(to: .now) ?? .zero, outputs: masked,
      failure: ending.failure)
    result.reason = ending.reason
    result.attempts = max(1, calls[index].attempts)
    if case .failed = ending { result.isAllowedToFail = mayFail(index) }
    result.concealedOutputs = Set(outputs.values.map(\.name).filter { outputs[$0] != masked[$0] })
    effects.append(.emit(.taskFinished(identity, result)))
    noteTrace(of: index, ending)
    noteOwnFailure(of: index, ending)
    tellCallers(ofEndOf: index)
  }

  /// What a task makes that only calls others is what these make; what `finally` makes counts too.
  mutating func noteTrace(of index: Int, _ ending: CallEnding) {
    switch ending {
    case .passedOver(let reason):
      calls[index].trace = SaltedHash(salt: "").hash(reason)
    case .succeeded:
      let call = plan.calls[index]
      let isGroup = calls[index].settlement?.entry == nil
      guard isGroup || !call.finally.isEmpty else { return }
      let own = isGroup ? (call.needs + call.steps + call.cells).map { calls[$0].trace } : [calls[index].trace]
      let traces = own + call.finally.map { calls[$0].trace }
      let known = traces.compactMap { $0 }
      calls[index].trace = known.count == traces.count ? SaltedHash(salt: "").hash(known) : nil
    case .upToDate, .failed, .cancelled, .skipped: break
    }
  }

  mutating func noteOwnFailure(of index: Int, _ ending: CallEnding?) {
    if case .failed(let failure)? = ending, failure.call?.path == plan.calls[index].path {
      concern(failure, of: index)
    }
  }

  /// A failure that a call has to do with is the run's, unless the call may fail.
  mutating func concern(_ failure: RunFailure, of index: Int) {
    if failure.call != nil, !mayFail(index) { failed(failure) }
  }

  /// Whether a call, or each that it works for, has `allowFailure`.
  func mayFail(_ index: Int) -> Bool {
    var pending = [index]
    var seen: Set<Int> = []
    while let call = pending.popLast() {
      guard seen.insert(call).inserted, !plan.calls[call].task.allowsFailure else { continue }
      guard !calls[call].callers.isEmpty, !roots.contains(call) else { return false }
      for caller in calls[call].callers {
        guard case .call(let parent) = caller else { return false }
        pending.append(parent)
      }
    }
    return true
  }

  /// The failure of a call that its callers have to mind.
  func failureThatCounts(of index: Int) -> RunFailure? {
    guard plan.calls[index].task.allowsFailure else { return calls[index].ending?.failure }
    if case .cancelled(let failure)? = calls[index].ending { return failure }
    return nil
  }

  mutating func tellCallers(ofEndOf index: Int) {
    let callers = calls[index].callers
    calls[index].callers = []
    for caller in callers.reversed() { tell(caller, ofEndOf: index) }
  }

  mutating func tell(_ caller: CallState.Caller, ofEndOf index: Int) {
    switch caller {
    case .call(let parent):
      // What was stopped is begun anew for a `finally`.
      let isAskedAgain = isCleanup(caller) && !calls[index].isCleanup && calls[index].ending?.isStopped == true
      agenda.append(isAskedAgain ? .demand(index, by: caller) : .childEnded(of: parent, child: index))
    case .commandLine:
      let cause = surroundings.keepsGoing ? bar : failureThatCounts(of: index) ?? bar
      guard let cause else { return agenda.append(.nextRoot) }
      for root in plan.roots[rootsBegun...] { skip(root, for: .commandLine, because: cause) }
      rootsBegun = plan.roots.count
    }
  }

  /// Why a call may not begin, or not go on to its next step.
  func bar(of index: Int) -> RunFailure? {
    cleanupBar ?? calls[index].bar ?? (calls[index].isCleanup ? nil : bar)
  }

  mutating func failed(_ failure: RunFailure) {
    firstFailure = firstFailure ?? failure
    guard !surroundings.keepsGoing, bar == nil else { return }
    bar = failure
    endPauses(cleanup: false)
    giveToWorking(.stop(signal: Signals.terminate, grace: surroundings.setting.grace), cleanup: false)
  }

  /// The first signal leaves time, and lets `finally` run; the second one ends all at once.
  mutating func stop(by signal: Int32) {
    let failure = RunFailure(signal: signal)
    switch self.signal {
    case nil:
      self.signal = signal
      bar = bar ?? failure
      endPauses(cleanup: false)
      let isBrokenPipe = signal == Signals.brokenPipe
      giveToWorking(
        .stop(signal: isBrokenPipe ? Signals.terminate : signal, grace: surroundings.setting.grace), cleanup: false)
      // Told afterwards: whoever reads it may take its time.
      if !isBrokenPipe { effects.append(.emit(.stopping(signal: signal, grace: surroundings.setting.grace))) }
    case Signals.brokenPipe?:
      // Ctrl-C ends the reader of a pipe as well, and that may be seen first.
      self.signal = signal
    default:
      // A reader that goes away later does not matter any more.
      guard signal != Signals.brokenPipe else { return }
      cleanupBar = failure
      endPauses(cleanup: true)
      giveToWorking(.stop(signal: Signals.kill, grace: .zero), cleanup: true)
    }
  }

  mutating func giveToWorking(_ order: ControlOrder, cleanup: Bool) {
    for index in working.sorted() where cleanup || !calls[index].isCleanup { effects.append(.give(order, to: index)) }
  }

  /// What was to be tried again is not, because all stops.
  mutating func endPauses(cleanup: Bool) {
    for index in pausing.sorted() where cleanup || !calls[index].isCleanup {
      if let bar = bar(of: index) { endPause(of: index, because: bar) }
    }
  }

  mutating func endPause(of index: Int, because bar: RunFailure) {
    pausing.remove(index)
    calls[index].stopSwitch?.give(.stop(signal: 0, grace: .zero))
    calls[index].trouble = .cancelled(bar)
    beginFinally(of: index)
  }

  mutating func timeIsUp(_ index: Int) {
    if pausing.remove(index) != nil { return enter(.work, of: index) }
    timedOut(index)
  }

  /// The time of a call with steps is up: what works for it alone stops.
  mutating func timedOut(_ index: Int) {
    guard case .steps(let number) = calls[index].phase, let timeout = plan.calls[index].task.timeout else { return }
    let identity = CallIdentity(plan.calls[index])
    let failure = RunFailure(
      DiagnosticError(.timedOut(plan.calls[index].task.name, timeout)), in: identity, masker)
    calls[index].trouble = .failed(failure)
    let order = ControlOrder.stop(signal: Signals.terminate, grace: surroundings.setting.grace)
    var pending = [plan.calls[index].steps[number]]
    while let call = pending.popLast() {
      guard calls[call].bar == nil, calls[call].callers.allSatisfy({ isStopped($0, by: index) }) else { continue }
      calls[call].bar = failure
      switch calls[call].phase {
      case .waiting: pending += plan.calls[call].needs
      case .steps(let number): pending.append(plan.calls[call].steps[number])
      case .working: effects.append(.give(order, to: call))
      case .ready: end(call, .skipped(failure))
      case .pausing: endPause(of: call, because: failure)
      case .cells: pending += plan.calls[call].cells
      case .idle, .finally, .ended: break
      }
    }
  }

  func isStopped(_ caller: CallState.Caller, by index: Int) -> Bool {
    guard case .call(let parent) = caller else { return false }
    return parent == index || calls[parent].bar != nil
  }
}
