import FoundationEssentials
import OrderedCollections
public import TaskKit

/// A run that did not succeed, taken up again.
public struct ResumableRun: Sendable {
  public let folder: RunFolder
  public let header: RunHeader
  public let recorded: RecordedRun
  let lock: RunLock

  /// Takes a run up; it is locked from here on.
  ///
  /// - Throws: A `DiagnosticError` where it is under way, has succeeded, or cannot be read.
  public init(_ folder: RunFolder) throws(DiagnosticError) {
    self.folder = folder
    guard let lock = try folder.lock() else { throw DiagnosticError(.liveRun(folder.id)) }
    self.lock = lock
    do throws(DiagnosticError) {
      recorded = try RecordedRun(folder)
      header = recorded.header
      guard recorded.status != .succeeded else { throw DiagnosticError(.nothingToResume(folder.id)) }
      guard header.arguments != nil else { throw DiagnosticError(.secretArguments(folder.id)) }
    } catch {
      lock.release()
      throw error
    }
  }

  /// Lets go of it, where it is not resumed after all.
  public func release() {
    lock.release()
  }

  /// The calls that need not run again, by path.
  public func succeeded(in plan: Plan) -> [String: RecordedCall] {
    recorded.succeeded(reading: plan.outputsRead)
  }

  /// The calls that had begun, by path.
  public var begun: Set<String> { recorded.begun }

  /// The tasks whose `finally` has run, though they are not done.
  public func cleaned(in plan: Plan) -> [String] {
    let (begun, succeeded) = (begun, succeeded(in: plan))
    return plan.calls.filter { call in
      succeeded[call.path] == nil && call.finally.contains { begun.contains(plan.calls[$0].path) }
        && call.steps.contains { succeeded[plan.calls[$0].path] != nil }
    }.map(\.path)
  }

  /// What the user gave the run, from the journal; secrets come from the same place as then.
  ///
  /// - Parameters:
  ///   - assignments: Secrets of the command line, given again.
  ///   - environment: The process environment as it is now.
  /// - Returns: The values.
  /// - Throws: A `DiagnosticError` where a secret is missing or another, or a value is given that is none.
  public func given(
    _ assignments: [(variable: String, value: String)], environment: [String: String]
  ) throws(DiagnosticError) -> GivenValues {
    var problems: [Diagnostic] = []
    let again = Dictionary(assignments.map { ($0.variable, $0.value) }) { _, last in last }
    let secrets = Set(header.assignments.filter { $0.hash != nil }.map(\.variable))
    for variable in again.keys.sorted() where !secrets.contains(variable) {
      problems.append(.notASecretOfTheRun(variable))
    }
    let given = header.assignments.compactMap { kept in
      value(of: kept, now: again[kept.variable], &problems, isAssignment: true).map { (kept.variable, $0) }
    }
    var variables = environment
    for name in header.names { variables[InputName.variable(for: name)] = nil }
    for kept in header.environment {
      variables[kept.variable] = value(
        of: kept, now: environment[kept.variable], &problems, isAssignment: false)
    }
    guard problems.isEmpty else { throw DiagnosticError(problems) }
    return GivenValues(
      assignments: given, environment: variables, directory: header.directory, profile: header.profile)
  }

  private func value(
    of kept: RunHeader.KeptValue, now: String?, _ problems: inout [Diagnostic], isAssignment: Bool
  ) -> String? {
    guard let hash = kept.hash else { return kept.value }
    guard let now else {
      problems.append(.missingSecret(kept.variable, run: folder.id, isAssignment: isAssignment))
      return nil
    }
    if header.hashing.hash(now) != hash { problems.append(.changedSecret(kept.variable, run: folder.id)) }
    return now
  }

  /// Compares a new plan with the run's, in what still has to run.
  ///
  /// - Throws: A `DiagnosticError` that names what is no longer the same.
  public func requireSame(_ plan: Plan) throws(DiagnosticError) {
    let succeeded = succeeded(in: plan)
    let now = PlanFingerprints(of: plan, header.hashing).all
    let unfinished = unfinished(in: plan, succeeded)
    var changed: [String] = []
    for (path, fingerprint) in now where unfinished.contains(path) && recorded.fingerprints[path] != fingerprint {
      changed.append(path)
    }
    guard changed.isEmpty else { throw DiagnosticError(.changedTasks(changed, run: folder.id)) }
  }

  /// The calls that would run: those that did not succeed, unless they belong to one that did; `finally` would in any
  /// case.
  private func unfinished(in plan: Plan, _ succeeded: [String: RecordedCall]) -> Set<String> {
    var unfinished: Set<String> = []
    var pending = plan.roots.map { (index: $0, isDue: false) }
    while let (index, isDue) = pending.popLast() {
      let call = plan.calls[index]
      let isDone = succeeded[call.path].map { !$0.hasConcealedOutputs } ?? false
      guard isDue || !isDone, unfinished.insert(call.path).inserted else { continue }
      pending += call.needs.map { ($0, false) } + (call.steps + call.cells).map { ($0, isDue) }
      pending += call.finally.map { ($0, true) }
    }
    return unfinished
  }
}

extension Plan {
  /// The names of all outputs that anything reads, whosever they are.
  fileprivate var outputsRead: Set<String> {
    var names: Set<String> = []
    for call in calls {
      let task = call.task
      let values = [task.values, task.environment].flatMap(\.values) + [task.directory].compactMap { $0 }
      let texts = values.flatMap(\.content.texts) + [task.when?.condition.written].compactMap { $0 }
      for text in texts + (call.definition?.writtenTexts ?? []) where Template.isNeeded(for: text) {
        for case (.output(_, _, _, let key), _) in (try? Template(text))?.runtimeReferences ?? [] { names.insert(key) }
      }
    }
    return names
  }
}
