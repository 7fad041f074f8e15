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
    /// The time that was watched for a call is up.
    case timeIsUp(Int)
    case signal(RunSignal)
  }

  /// What a run is to do.
  enum Effect {
    case emit(RunEvent)
    case start(Work)
    /// Tell a call that works what to do.
    case give(ControlOrder, to: Int)
    /// Tell when a time is up; the switch says that it no longer matters.
    case watch(Int, Duration, until: StopSwitch)
    /// Tell all that work to hold, suspend this process, and tell them to go on.
    case suspend
  }

  /// A call that is to work.
  struct Work {
    /// What there is to do.
    enum Kind {
      /// With what its needs made, by path.
      case comparing(needs: [String: String?])
      case preconditions
      case attempt(UpToDateSnapshot?)

      /// Whether the task's `timeout` is about it.
      var isTimed: Bool {
        if case .comparing = self { false } else { true }
      }
    }

    let kind: Kind
    /// From 1 on; 0 before its work.
    let attempt: Int
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
    var verdict: UpToDateVerdict?
    /// What others can depend on.
    var trace: String?
  }

  /// A call that could work now; the one that comes first in the plan goes first.
  struct ReadyCall: Comparable {
    let rank: Int
    let index: Int

    static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
  }

  enum Action {
    case demand(Int, by: CallState.Caller)
    case needsEnded(Int)
    case childEnded(of: Int, child: Int)
    case nextRoot
  }

  let plan: Plan
  let settler: Settler
  let surroundings: RunSurroundings
  let ranks: [Int]
  let roots: Set<Int>
  var calls: [CallState]
  /// What is to be looked at next, last first.
  var agenda: [Action] = []
  var ready = Heap<ReadyCall>()
  var working: Set<Int> = []
  /// The calls that wait for their next attempt.
  var pausing: Set<Int> = []
  var isExclusive = false
  var rootsBegun = 0
  /// Why nothing new may begin, outside of `finally`.
  var bar: RunFailure?
  /// Why nothing at all may begin.
  var cleanupBar: RunFailure?
  /// Grows where a call that is settled late brings new secrets.
  var masker: SecretMasker
  var effects: [Effect] = []

  var firstFailure: RunFailure?
  var signal: Int32?
  var worksStarted = 0

  init(plan: Plan, settler: Settler, surroundings: RunSurroundings) {
    self.plan = plan
    self.settler = settler
    self.surroundings = surroundings
    calls = Array(repeating: CallState(), count: plan.calls.count)
    masker = plan.masker
    roots = Set(plan.roots)
    var ranks = [Int](repeating: 0, count: plan.calls.count)
    for (rank, call) in plan.inOrder().enumerated() { ranks[call.index] = rank }
    self.ranks = ranks
  }

  /// Whether nothing works any more, and nothing is to be begun.
  var isDone: Bool {
    working.isEmpty && pausing.isEmpty && agenda.isEmpty && ready.isEmpty
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
    case .timeIsUp(let index): timeIsUp(index)
    case .signal(.stop(let signal)): stop(by: signal)
    case .signal(.suspend): effects.append(.suspend)
    }
    return goOn()
  }

  mutating func goOn() -> [Effect] {
    repeat {
      while let action = agenda.popLast() { perform(action) }
      startReady()
    } while !agenda.isEmpty
    defer { effects = [] }
    return effects
  }

  mutating func perform(_ action: Action) {
    switch action {
    case .demand(let index, let caller): demand(index, by: caller)
    case .needsEnded(let index): needsEnded(index)
    case .childEnded(let parent, let child): childEnded(of: parent, child)
    case .nextRoot: nextRoot()
    }
  }
}
