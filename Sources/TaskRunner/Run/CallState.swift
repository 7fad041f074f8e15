import TaskKit

/// Where one call of a run stands.
struct CallState {
  enum Phase {
    case idle
    /// For so many needs.
    case waiting(Int)
    case ready
    case working
    /// At the step of this number.
    case steps(Int)
    case finally(Int)
    case ended
  }

  /// Who waits for a call's end.
  enum Caller: Hashable {
    case commandLine
    case call(Int)
  }

  var phase = Phase.idle
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
  case failed(RunFailure)
  case cancelled(RunFailure)
  case skipped(RunFailure)

  var failure: RunFailure? {
    switch self {
    case .succeeded: nil
    case .failed(let failure), .cancelled(let failure), .skipped(let failure): failure
    }
  }

  /// Whether it ended because others did not go well.
  var isStopped: Bool {
    switch self {
    case .skipped, .cancelled: true
    case .succeeded, .failed: false
    }
  }

  var status: TaskStatus {
    switch self {
    case .succeeded: .succeeded
    case .failed: .failed
    case .cancelled: .cancelled
    case .skipped: .skipped
    }
  }
}
