import TaskKit

/// Where one call of a run stands.
struct CallState {
  enum Phase {
    case idle
    /// For so many needs.
    case waiting(Int)
    case ready
    case working
    /// Its work failed, and is tried again after a pause.
    case pausing
    /// For so many cells of its matrix.
    case cells(Int)
    /// At the step of this number.
    case steps(Int)
    case finally(Int)
    case ended
  }

  /// What a call does when its turn comes, in this order.
  enum Stage: Int, Comparable {
    /// It looks whether anything is to be done.
    case comparing
    case preconditions
    case work

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Who waits for a call's end.
  enum Caller: Hashable {
    case commandLine
    case call(Int)
  }

  var phase = Phase.idle
  var stage = Stage.comparing
  /// What its work is made from, as it was before it began.
  var snapshot: UpToDateSnapshot?
  /// Why its work is not up to date.
  var runReason: String?
  /// What of it others can depend on; nil where it does not say what it makes.
  var trace: String?
  /// How often its work has begun.
  var attempts = 0
  var settlement: Settlement?
  var callers: [Caller] = []
  /// Whether it is part of a `finally`, which goes on when the rest is stopped.
  var isCleanup = false
  /// Whether its end before the run was resumed counts.
  var mayBeRecorded = true
  var isRecorded = false
  var startedAt: ContinuousClock.Instant?
  /// Whether the first of its steps, or its own work, has begun: then `finally` is due.
  var hasBegunWork = false
  /// Whether it, or any of its steps, ran now, and not before the run was resumed.
  var hasRunWork = false
  /// What its end will be, where that is not success.
  var trouble: CallEnding?
  /// Why it may not begin anything more.
  var bar: RunFailure?
  var ending: CallEnding?
  var outputs: CallOutputs.Known?
  /// Of its work, or of the watch over its time.
  var stopSwitch: StopSwitch?
  /// Its steps by their names, made once they are asked for.
  var steps: CallOutputs?
}

/// How a call ended, with what it ended so for.
enum CallEnding {
  case succeeded
  /// What it makes is there already.
  case upToDate(String)
  /// Its `when` does not hold.
  case passedOver(String)
  case failed(RunFailure)
  case cancelled(RunFailure)
  case skipped(RunFailure)

  var failure: RunFailure? {
    switch self {
    case .succeeded, .upToDate, .passedOver: nil
    case .failed(let failure), .cancelled(let failure), .skipped(let failure): failure
    }
  }

  /// Whether it ended because others did not go well.
  var isStopped: Bool {
    switch self {
    case .skipped, .cancelled: true
    case .succeeded, .upToDate, .passedOver, .failed: false
    }
  }

  /// Why nothing was to be done.
  var reason: String? {
    switch self {
    case .upToDate(let reason), .passedOver(let reason): reason
    case .succeeded, .failed, .cancelled, .skipped: nil
    }
  }

  var status: TaskStatus {
    switch self {
    case .succeeded: .succeeded
    case .upToDate: .upToDate
    case .passedOver: .skipped
    case .failed: .failed
    case .cancelled: .cancelled
    case .skipped: .skipped
    }
  }
}
