import HeapModule
import OrderedCollections
import TaskKit

/// The state of a run: which calls wait, work and have ended, and what follows from each thing that happens.
///
/// It does nothing by itself: what is to be done comes out as `effects`.
struct RunState {
  /// What happens to a run.
  enum Happening: Sendable {
    case workEnded(Int, WorkEnd)
    /// The time of a call that has steps is up.
    case timedOut(Int)
    case signal(RunSignal)
  }

  /// What a run is to do.
  enum Effect {
    case emit(RunEvent)
    case start(Work)
    /// Tell a call that works what to do.
    case give(ControlOrder, to: Int)
    /// Tell when a time is up; the switch says that it no longer matters.
    case watch(Int, timeout: Duration, until: StopSwitch)
    /// Tell all that work to hold, suspend this process, and tell them to go on.
    case suspend
  }

  /// A call whose plugin is to work.
  struct Work {
    let index: Int
    let identity: CallIdentity
    let settlement: Settlement
    let masker: SecretMasker
    let stopSwitch: StopSwitch
  }

  /// How a plugin's work ended.
  struct WorkEnd: Sendable {
    var outputs = TaskOutputs()
    var error: (any Error)?
    var hasTimedOut = false
  }

  /// A call that could work now; the one that comes first in the plan goes first.
  private struct ReadyCall: Comparable {
    let rank: Int
    let index: Int

    static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
  }

  private enum Action {
    case demand(Int, by: CallState.Caller)
    case needsEnded(Int)
    case childEnded(of: Int, child: Int)
    case nextRoot
  }

  private let plan: Plan
  private let settler: Settler
  private let surroundings: RunSurroundings
  private let ranks: [Int]
  private var calls: [CallState]
  /// What is to be looked at next, last first.
  private var agenda: [Action] = []
  private var ready = Heap<ReadyCall>()
  private var working: Set<Int> = []
  private var isExclusive = false
  private var rootsBegun = 0
  /// Why nothing new may begin, outside of `finally`.
  private var bar: RunFailure?
  /// Why nothing at all may begin.
  private var cleanupBar: RunFailure?
  /// Grows where a call that is settled late brings new secrets.
  private var masker: SecretMasker
  private var effects: [Effect] = []

  private(set) var firstFailure: RunFailure?
  private(set) var signal: Int32?
  private(set) var worksStarted = 0

  init(plan: Plan, settler: Settler, surroundings: RunSurroundings) {
    self.plan = plan
    self.settler = settler
    self.surroundings = surroundings
    calls = Array(repeating: CallState(), count: plan.calls.count)
    masker = plan.masker
    var ranks = [Int](repeating: 0, count: plan.calls.count)
    for (rank, call) in plan.inOrder().enumerated() { ranks[call.index] = rank }
    self.ranks = ranks
  }

  /// Whether nothing works any more, and nothing is to be begun.
  var isDone: Bool {
    working.isEmpty && agenda.isEmpty && ready.isEmpty
  }

  /// Begins with the first task.
  ///
  /// - Returns: What is to be done.
  mutating func begin() -> [Effect] {
    agenda.append(.nextRoot)
    return goOn()
  }

  /// - Returns: What is to be done, because something happened.
  mutating func take(_ happening: Happening) -> [Effect] {
    switch happening {
    case .workEnded(let index, let end): workEnded(index, end)
    case .timedOut(let index): timedOut(index)
    case .signal(.stop(let signal)): stop(by: signal)
    case .signal(.suspend): effects.append(.suspend)
    }
    return goOn()
  }

  private mutating func goOn() -> [Effect] {
    repeat {
      while let action = agenda.popLast() { perform(action) }
      startReady()
    } while !agenda.isEmpty
    defer { effects = [] }
    return effects
  }

  private mutating func perform(_ action: Action) {
    switch action {
    case .demand(let index, let caller): demand(index, by: caller)
    case .needsEnded(let index): needsEnded(index)
    case .childEnded(let parent, let child): childEnded(of: parent, child)
    case .nextRoot: nextRoot()
    }
  }

  // MARK: A call's beginning

  private mutating func nextRoot() {
    guard rootsBegun < plan.roots.count else { return }
    let root = plan.roots[rootsBegun]
    rootsBegun += 1
    agenda.append(.demand(root, by: .commandLine))
  }

  private mutating func demand(_ index: Int, by caller: CallState.Caller) {
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
  private mutating func prepareForCleanup(_ index: Int) {
    var pending = [index]
    while let index = pending.popLast(), !calls[index].isCleanup {
      let call = plan.calls[index]
      switch calls[index].ending {
      case .skipped?, .cancelled?:
        calls[index] = CallState()
        for child in call.steps + call.finally { calls[child] = CallState() }
        pending += call.steps
      case .succeeded?, .failed?: break
      case nil:
        guard calls[index].stopSwitch?.isStopped != true else { break }
        if case .idle = calls[index].phase { break }
        calls[index].isCleanup = true
        pending += call.needs
        if case .steps(let number) = calls[index].phase, number < call.steps.count {
          pending.append(call.steps[number])
        }
      }
    }
  }

  private func isCleanup(_ caller: CallState.Caller) -> Bool {
    guard case .call(let index) = caller else { return false }
    if case .finally = calls[index].phase { return true }
    return calls[index].isCleanup
  }

  /// A call's turn has come: its needs come first.
  private mutating func open(_ index: Int, for caller: CallState.Caller) {
    let call = plan.calls[index]
    calls[index].mayBeRecorded = mayBeRecorded(index, for: caller)
    if surroundings.begunBefore.contains(call.path) { noteBegin(of: index) }
    if let recorded = recorded(index) { return restore(index, recorded) }
    if let bar = bar(of: index) { return end(index, .skipped(bar)) }
    var settlement = call.settlement
    if settlement.awaitsCaller {
      do throws(DiagnosticError) {
        settlement = try settler.settle(call.task, as: call.definition, by: scope(of: caller, for: index))
        masker = masker.adding(settlement.read.secrets)
      } catch {
        return end(index, .failed(RunFailure(error, in: CallIdentity(call), masker)))
      }
    }
    calls[index].settlement = settlement
    calls[index].phase = .waiting(call.needs.count)
    if call.needs.isEmpty {
      agenda.append(.needsEnded(index))
    } else {
      agenda += call.needs.reversed().map { .demand($0, by: .call(index)) }
    }
  }

  /// What was run in `finally` before the run was resumed is due again where steps have run since.
  private func mayBeRecorded(_ index: Int, for caller: CallState.Caller) -> Bool {
    guard case .call(let parent) = caller else { return true }
    switch calls[parent].phase {
    case .finally: return calls[parent].mayBeRecorded && !calls[parent].hasRunWork && calls[parent].trouble == nil
    case .steps: return calls[parent].mayBeRecorded
    default: return true
    }
  }

  private func recorded(_ index: Int) -> RecordedCall? {
    guard calls[index].mayBeRecorded, let recorded = surroundings.recorded[plan.calls[index].path] else { return nil }
    return recorded.hasConcealedOutputs ? nil : recorded
  }

  /// Ends a call that is not to begin; where it ended well before the run was resumed, that stays.
  private mutating func skip(_ index: Int, for caller: CallState.Caller, because cause: RunFailure) {
    guard case .idle = calls[index].phase else { return }
    calls[index].mayBeRecorded = mayBeRecorded(index, for: caller)
    if let recorded = recorded(index) { restore(index, recorded) } else { end(index, .skipped(cause)) }
  }

  private mutating func restore(_ index: Int, _ recorded: RecordedCall) {
    calls[index].outputs = CallOutputs.Known(outputs: recorded.outputs, secretNames: [])
    calls[index].isRecorded = true
    calls[index].phase = .ended
    calls[index].ending = .succeeded
    var result = TaskResult(status: .succeeded, duration: recorded.duration, outputs: recorded.outputs, failure: nil)
    result.isRecorded = true
    effects.append(.emit(.taskFinished(CallIdentity(plan.calls[index]), result)))
    tellCallers(ofEndOf: index)
  }

  private mutating func needsEnded(_ index: Int) {
    let call = plan.calls[index]
    if let cause = firstFailure(among: call.needs) {
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
    if settlement.entry != nil {
      calls[index].phase = .ready
      ready.insert(ReadyCall(rank: ranks[index], index: index))
    } else {
      beginSteps(of: index)
    }
  }

  private func firstFailure(among indices: [Int]) -> RunFailure? {
    for index in indices {
      if let failure = calls[index].ending?.failure { return failure }
    }
    return nil
  }

  /// Settles what waited for the outputs of its needs.
  private mutating func settled(_ index: Int, _ settlement: Settlement) throws(DiagnosticError) -> Settlement {
    let call = plan.calls[index]
    var needs = CallOutputs(.needs, of: call.task)
    needs.known = known(call.needs, call.needs.indices)
    var caller: Scope?
    if let parent = call.caller { caller = scope(of: .call(parent), for: index) }
    let settlement = try settler.settle(call.task, as: call.definition, by: caller, needs: needs)
    masker = masker.adding(settlement.read.secrets)
    return settlement
  }

  private func known(_ indices: [Int], _ numbers: some Sequence<Int>) -> [Int: CallOutputs.Known] {
    var known: [Int: CallOutputs.Known] = [:]
    for number in numbers { known[number] = calls[indices[number]].outputs }
    return known
  }

  /// The values that a call's `with` is made of, where it is written.
  private mutating func scope(of caller: CallState.Caller, for child: Int) -> Scope? {
    guard case .call(let index) = caller else { return nil }
    let call = plan.calls[index]
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

  private mutating func beginSteps(of index: Int) {
    started(index)
    calls[index].phase = .steps(0)
    if let timeout = plan.calls[index].task.timeout {
      let stopSwitch = StopSwitch()
      calls[index].stopSwitch = stopSwitch
      effects.append(.watch(index, timeout: timeout.duration, until: stopSwitch))
    }
    advance(index)
  }

  private mutating func started(_ index: Int) {
    calls[index].startedAt = .now
    noteBegin(of: index)
    effects.append(.emit(.taskStarted(CallIdentity(plan.calls[index]))))
  }

  /// The `finally` of the task that a step belongs to is due from here on.
  private mutating func noteBegin(of index: Int) {
    for case .call(let parent) in calls[index].callers {
      if case .steps = calls[parent].phase { calls[parent].hasBegunWork = true }
    }
  }

  // MARK: Work

  private mutating func startReady() {
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

  private mutating func start(_ index: Int) {
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

  private mutating func workEnded(_ index: Int, _ end: WorkEnd) {
    working.remove(index)
    isExclusive = false
    let secretNames = calls[index].settlement?.scope.secretNames ?? []
    calls[index].outputs = CallOutputs.Known(outputs: end.outputs, secretNames: secretNames)
    masker = masker.adding(
      Set(end.outputs.values.filter { secretNames.contains($0.name) }.map(\.value.description)))
    calls[index].trouble = trouble(of: index, end)
    beginFinally(of: index)
  }

  private mutating func trouble(of index: Int, _ end: WorkEnd) -> CallEnding? {
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

  // MARK: Steps

  private mutating func advance(_ index: Int) {
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

  private mutating func childEnded(of index: Int, _ child: Int) {
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
  private func trouble(from child: Int, for index: Int) -> CallEnding? {
    switch calls[child].ending {
    case .failed(let failure)?: .failed(failure)
    case .cancelled(let failure)?: .cancelled(failure)
    case .skipped(let failure)?:
      firstFailure(among: plan.calls[child].needs) == nil ? .cancelled(failure) : .failed(failure)
    case .succeeded?, nil: nil
    }
  }

  private mutating func beginFinally(of index: Int) {
    if case .steps = calls[index].phase { calls[index].stopSwitch?.give(.stop(signal: 0, grace: .zero)) }
    // The others are not to wait for what comes now.
    noteOwnFailure(of: index, calls[index].trouble)
    guard let first = plan.calls[index].finally.first, calls[index].hasBegunWork else { return conclude(index) }
    calls[index].phase = .finally(0)
    agenda.append(.demand(first, by: .call(index)))
  }

  private mutating func conclude(_ index: Int) {
    end(index, calls[index].trouble ?? .succeeded)
  }

  // MARK: Ends

  private mutating func end(_ index: Int, _ ending: CallEnding) {
    if case .ended = calls[index].phase { return }
    calls[index].phase = .ended
    calls[index].ending = ending
    let identity = CallIdentity(plan.calls[index])
    let outputs = calls[index].outputs?.outputs ?? [:]
    let masked = masker.mask(outputs)
    var result = TaskResult(
      status: ending.status, duration: calls[index].startedAt?.duration(to: .now) ?? .zero, outputs: masked,
      failure: ending.failure)
    result.concealedOutputs = Set(outputs.values.map(\.name).filter { outputs[$0] != masked[$0] })
    effects.append(.emit(.taskFinished(identity, result)))
    noteOwnFailure(of: index, ending)
    tellCallers(ofEndOf: index)
  }

  private mutating func noteOwnFailure(of index: Int, _ ending: CallEnding?) {
    if case .failed(let failure)? = ending, failure.call?.path == plan.calls[index].path { failed(failure) }
  }

  private mutating func tellCallers(ofEndOf index: Int) {
    let callers = calls[index].callers
    calls[index].callers = []
    for caller in callers.reversed() { tell(caller, ofEndOf: index) }
  }

  private mutating func tell(_ caller: CallState.Caller, ofEndOf index: Int) {
    switch caller {
    case .call(let parent):
      // What was stopped is begun anew for a `finally`.
      let isAskedAgain = isCleanup(caller) && !calls[index].isCleanup && calls[index].ending?.isStopped == true
      agenda.append(isAskedAgain ? .demand(index, by: caller) : .childEnded(of: parent, child: index))
    case .commandLine:
      let cause = surroundings.keepsGoing ? bar : calls[index].ending?.failure ?? bar
      guard let cause else { return agenda.append(.nextRoot) }
      for root in plan.roots[rootsBegun...] { skip(root, for: .commandLine, because: cause) }
      rootsBegun = plan.roots.count
    }
  }

  // MARK: Stops

  /// Why a call may not begin, or not go on to its next step.
  private func bar(of index: Int) -> RunFailure? {
    cleanupBar ?? calls[index].bar ?? (calls[index].isCleanup ? nil : bar)
  }

  private mutating func failed(_ failure: RunFailure) {
    firstFailure = firstFailure ?? failure
    guard !surroundings.keepsGoing, bar == nil else { return }
    bar = failure
    giveToWorking(.stop(signal: Signals.terminate, grace: surroundings.setting.grace), cleanup: false)
  }

  /// The first signal leaves time, and lets `finally` run; the second one ends all at once.
  private mutating func stop(by signal: Int32) {
    let failure = RunFailure(signal: signal)
    switch self.signal {
    case nil:
      self.signal = signal
      bar = bar ?? failure
      let isBrokenPipe = signal == Signals.brokenPipe
      if !isBrokenPipe { effects.append(.emit(.stopping(signal: signal, grace: surroundings.setting.grace))) }
      giveToWorking(
        .stop(signal: isBrokenPipe ? Signals.terminate : signal, grace: surroundings.setting.grace), cleanup: false)
    case Signals.brokenPipe?:
      // Ctrl-C ends the reader of a pipe as well, and that may be seen first.
      self.signal = signal
    default:
      // A reader that goes away later does not matter any more.
      guard signal != Signals.brokenPipe else { return }
      cleanupBar = failure
      giveToWorking(.stop(signal: Signals.kill, grace: .zero), cleanup: true)
    }
  }

  private mutating func giveToWorking(_ order: ControlOrder, cleanup: Bool) {
    for index in working.sorted() where cleanup || !calls[index].isCleanup { effects.append(.give(order, to: index)) }
  }

  /// The time of a call with steps is up: what works for it alone stops.
  private mutating func timedOut(_ index: Int) {
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
      case .idle, .finally, .ended: break
      }
    }
  }

  private func isStopped(_ caller: CallState.Caller, by index: Int) -> Bool {
    guard case .call(let parent) = caller else { return false }
    return parent == index || calls[parent].bar != nil
  }
}
