public import FoundationEssentials
import Documents
import Glibc
import OrderedCollections
import Synchronization
import SystemPackage
public import TaskKit

/// Keeps a run's journal, line by line, and what its tasks write.
///
/// What cannot be written does not stop the run: `problem` tells of it.
public final class JournalWriter: RunObserver {
  private struct State {
    var journal: FileDescriptor?
    /// The logs of calls, by path.
    var logs: [String: CallLog] = [:]
    /// What keeps secrets out of the logs, by path.
    var filters: [String: [OutputStream: MaskCommandFilter]] = [:]
    var numbers: [String: Int] = [:]
    var nextNumber = 0
    /// Why the journal cannot be written any more.
    var problem: FileProblem?
    /// Why some of what tasks wrote was not kept.
    var logProblem: FileProblem?
  }

  public let folder: RunFolder
  private let lock: RunLock
  private let state: Mutex<State>

  /// Begins the journal of a new run.
  ///
  /// - Throws: A `DiagnosticError` where nothing can be written there.
  public convenience init(
    _ header: RunHeader, of plan: Plan, in folder: RunFolder
  ) throws(DiagnosticError) {
    guard let lock = try folder.lock() else { throw DiagnosticError(.liveRun(folder.id)) }
    try self.init(folder, lock, nextNumber: 1)
    append(header.json)
    appendPlan(plan, header.hashing)
  }

  /// Goes on with the journal of a run that is resumed.
  ///
  /// - Throws: A `DiagnosticError` where nothing can be written there.
  public convenience init(
    resuming run: ResumableRun, with plan: Plan, at time: Date
  ) throws(DiagnosticError) {
    try self.init(run.folder, run.lock, nextNumber: run.recorded.nextLogNumber)
    append([.init("event", "resumed"), .init("time", .string(time.stamp))])
    appendPlan(plan, run.header.hashing)
  }

  private init(_ folder: RunFolder, _ lock: RunLock, nextNumber: Int) throws(DiagnosticError) {
    self.folder = folder
    self.lock = lock
    var state = State()
    state.nextNumber = nextNumber
    do {
      let journal = try FileDescriptor.open(
        FilePath(folder.journal), .readWrite, options: [.create, .append, .closeOnExec], permissions: .ownerReadWrite)
      state.journal = journal
      // A line that was cut off must not swallow the next one.
      let end = try journal.seek(offset: 0, from: .end)
      if end > 0 { try journal.writeAll([UInt8(ascii: "\n")]) }
    } catch {
      throw DiagnosticError(.unwritableRun(folder.path, FileProblem(error)))
    }
    self.state = Mutex(state)
  }

  /// Why some of the run could not be kept.
  public var problem: FileProblem? {
    state.withLock { $0.problem ?? $0.logProblem }
  }

  public func receive(_ event: RunEvent, at time: Date) {
    switch event {
    case .runStarted, .settled, .progress, .stopping: break
    case .taskStarted(let call): started(call, at: time)
    case .output(let call, let bytes, let stream): log(bytes, of: call, stream)
    case .printed(let call, let line): log(line, of: call)
    case .log(let call, let level, let message): log("\(level.rawValue): \(message)", of: call)
    case .finding(let call, let finding):
      log("\(finding.severity.rawValue): \(finding.message) [\(finding.code)]", of: call)
    case .retrying(let call, let retry): log(retry.line, of: call)
    case .taskFinished(let call, let result): finished(call, result, at: time)
    case .runFinished(let result): ended(result, at: time)
    }
  }

  private func started(_ call: CallIdentity, at time: Date) {
    let number = state.withLock { state in
      defer { state.nextNumber += 1 }
      state.numbers[call.path] = state.nextNumber
      return state.nextNumber
    }
    append([
      .init("event", "started"), .init("call", .string(call.path)), .init("task", .string(call.task)),
      .init("log", .integer(number)), .init("time", .string(time.stamp)),
    ])
  }

  private func finished(_ call: CallIdentity, _ result: TaskResult, at time: Date) {
    state.withLock { state in
      for var filter in (state.filters.removeValue(forKey: call.path) ?? [:]).values {
        let rest = filter.finish()
        if !rest.isEmpty { write(rest, of: call, &state) }
      }
      state.logs[call.path]?.close()
    }
    guard !result.isRecorded else { return }
    append([
      .init("event", "finished"), .init("call", .string(call.path)), .init("task", .string(call.task)),
      .init("status", .string(result.status.rawValue)), .init("seconds", .seconds(result.duration)),
      .init("outputs", result.outputs.json), .init("concealed", .texts(result.concealedOutputs.sorted())),
      .init("failed", .optional(result.failure?.call?.path)), .init("message", .optional(result.failure?.message)),
      .init("reason", .optional(result.reason)), .init("attempts", .integer(result.attempts)),
      .init("allowed", .boolean(result.isAllowedToFail)),
      .init("time", .string(time.stamp)),
    ])
  }

  private func ended(_ result: RunResult, at time: Date) {
    append([
      .init("event", "ended"), .init("status", .string(result.status.rawValue)),
      .init("seconds", .seconds(result.duration)), .init("message", .optional(result.failure?.message)),
      .init("time", .string(time.stamp)),
    ])
    state.withLock { state in
      for path in state.logs.keys { state.logs[path]?.close() }
      try? state.journal?.close()
      state.journal = nil
    }
    lock.release()
  }

  private func log(_ line: String, of call: CallIdentity) {
    log(Array((line + "\n").utf8), of: call)
  }

  private func log(_ bytes: [UInt8], of call: CallIdentity) {
    state.withLock { write(bytes, of: call, &$0) }
  }

  private func log(_ bytes: [UInt8], of call: CallIdentity, _ stream: OutputStream) {
    state.withLock { state in
      let kept = state.filters[call.path, default: [:]][stream, default: MaskCommandFilter()].add(bytes)
      if !kept.isEmpty { write(kept, of: call, &state) }
    }
  }

  private func write(_ bytes: [UInt8], of call: CallIdentity, _ state: inout State) {
    guard let number = state.numbers[call.path] else { return }
    do {
      try state.logs[call.path, default: CallLog(folder.log(number))].write(bytes)
    } catch {
      state.logProblem = FileProblem(error)
    }
  }

  private func appendPlan(_ plan: Plan, _ hashing: SaltedHash) {
    let calls = PlanFingerprints(of: plan, hashing).all.map { JSONValue.texts([$0.path, $0.fingerprint]) }
    append([.init("event", "plan"), .init("calls", .array(calls))])
  }

  private func append(_ members: [JSONValue.Member]) {
    state.withLock { state in
      guard let journal = state.journal, state.problem == nil else { return }
      do {
        try journal.writeAll(JournalLine.bytes(of: members))
      } catch {
        state.problem = FileProblem(error)
      }
    }
  }
}

extension Date {
  /// In UTC, with milliseconds.
  public var stamp: String {
    formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
