public import FoundationEssentials
public import Logging
public import TaskKit

/// What happens in a run, for whoever shows or keeps it.
///
/// Secrets are masked already.
public enum RunEvent: Sendable {
  case runStarted(RunIdentity, tasks: [String])
  /// Values of a task that became known only now, and what masks them and all that was known before.
  case settled(CallIdentity, [ConfigurationRow], SecretMasker)
  case taskStarted(CallIdentity)
  /// What a process of the task wrote.
  case output(CallIdentity, [UInt8], OutputStream)
  /// A line of the task's result.
  case printed(CallIdentity, String)
  case progress(CallIdentity, Progress)
  case log(CallIdentity, Logger.Level, String)
  case finding(CallIdentity, Finding)
  /// An attempt failed, and another one follows.
  case retrying(CallIdentity, FailedAttempt)
  case taskFinished(CallIdentity, TaskResult)
  /// The run was told to end: what runs has so long to do so.
  case stopping(signal: Int32, grace: Duration)
  case runFinished(RunResult)
}

/// Which call an event is about.
public struct CallIdentity: Sendable, Hashable {
  /// The task's name.
  public let task: String
  /// The call's path: `release-check/2:seed`.
  public let path: String

  public init(_ call: PlannedCall) {
    task = call.task.name
    path = call.path
  }
}

/// How a task ended.
public enum TaskStatus: String, Sendable {
  case succeeded
  case failed
  /// It did not begin: because of others, or because its `when` does not hold.
  case skipped
  /// What it makes is there already.
  case upToDate = "up-to-date"
  case cancelled

  /// Whether it is done.
  var isSuccess: Bool { self == .succeeded || self == .upToDate }
}

/// An attempt at a task's work that failed, where it is tried again.
public struct FailedAttempt: Sendable {
  /// From 1 on.
  public let number: Int
  /// How many there are at most.
  public let most: Int
  public let failure: RunFailure
  /// The pause before the next one.
  public let pause: Duration

  /// `attempt 1 of 3 failed: … (once more in 2.1 s)`.
  public var line: String {
    "attempt \(number) of \(most) failed: \(failure.message) (once more in \(pause.brief))"
  }
}

/// A task's end.
public struct TaskResult: Sendable {
  public let status: TaskStatus
  public let duration: Duration
  public private(set) var outputs: TaskOutputs
  /// What went wrong, where it did.
  public private(set) var failure: RunFailure?
  /// Why it did nothing, where nothing was to be done.
  public internal(set) var reason: String?
  /// How often its work was tried.
  public internal(set) var attempts = 1
  /// Whether the run goes on as if it had succeeded.
  public internal(set) var isAllowedToFail = false
  /// The outputs that held a secret: they are not whole here.
  public internal(set) var concealedOutputs: Set<String> = []
  /// Whether the task ended so before the run was resumed, and did not run again.
  public var isRecorded = false

  /// The end of a call that did not begin because this one, which makes it, did not.
  public var ofCallsBelow: TaskResult {
    var result = TaskResult(status: .skipped, duration: .zero, outputs: [:], failure: failure)
    result.reason = reason
    return result
  }
}

extension TaskResult {
  /// The result without secrets that became known after it: an output that holds one is not whole.
  public func masked(by masker: SecretMasker) -> TaskResult {
    guard !masker.isEmpty else { return self }
    var result = self
    for (name, value) in outputs.values {
      let masked = masker.mask(value.description)
      guard masked != value.description else { continue }
      result.outputs[name] = .string(masked)
      result.concealedOutputs.insert(name)
    }
    result.failure = failure?.masked(by: masker)
    result.reason = reason.map(masker.mask)
    return result
  }
}

extension RunFailure {
  fileprivate func masked(by masker: SecretMasker) -> RunFailure {
    RunFailure(call: call, diagnostics: diagnostics.map(masker.mask), isInvalidInput: isInvalidInput)
  }
}

extension RunResult {
  /// The result without secrets that became known after what it tells.
  public func masked(by masker: SecretMasker) -> RunResult {
    guard !masker.isEmpty else { return self }
    return RunResult(
      status: status, duration: duration, failure: failure?.masked(by: masker), signal: signal,
      notes: notes.map(masker.mask), hasDoneNothing: hasDoneNothing)
  }
}

/// A run's end.
public struct RunResult: Sendable {
  public let status: TaskStatus
  public let duration: Duration
  /// The first failure, from which the others follow.
  public let failure: RunFailure?
  /// The signal that ended the run.
  public let signal: Int32?
  /// What the user may want to know, such as processes that were left behind.
  public let notes: [String]
  /// Whether a value was found to be wrong before any task did anything.
  public let hasDoneNothing: Bool
}

/// Why a call failed.
public struct RunFailure: Error, Sendable {
  /// The call that failed itself, whatever failed because of it; nil where the run was told to stop.
  public let call: CallIdentity?
  public let diagnostics: [Diagnostic]
  let isInvalidInput: Bool

  /// One sentence.
  public var message: String {
    diagnostics.first?.message ?? "the task failed"
  }

  /// Why others did not run or did not end: `` `test` failed ``.
  public var cause: String {
    call.map { "`\($0.path)` failed" } ?? message
  }
}

/// What the world tells a run.
public enum RunSignal: Sendable, Hashable {
  /// To end, as by SIGINT; told again, at once.
  case stop(signal: Int32)
  /// To be suspended, as by Ctrl-Z.
  case suspend
}

/// Takes the events of a run as they come, one at a time.
public protocol RunObserver: Sendable {
  func receive(_ event: RunEvent, at time: Date)
}

extension Duration {
  /// The duration in seconds.
  public var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
