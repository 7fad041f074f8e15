public import TaskKit

/// One call of a plan, with what it would do.
public struct PreviewedCall: Sendable {
  public let call: PlannedCall
  public let role: CallRole
  public let lines: [PreviewLine]
  /// Why it would fail, where that can be told already.
  public let problems: [Diagnostic]
  /// Whether these are values that turned out to be wrong.
  public let isInvalid: Bool
}

/// Why a call is part of a plan.
public enum CallRole: String, Sendable {
  /// The user asked for it.
  case task
  case need
  case step
  case finally
}

/// Asks each plugin of a plan what it would do; nothing is run.
public struct Preview: Sendable {
  private let plan: Plan
  private let surroundings: RunSurroundings

  public init(of plan: Plan, surroundings: RunSurroundings) {
    self.plan = plan
    self.surroundings = surroundings
  }

  /// The calls in the order in which they would run.
  public func calls() async -> [PreviewedCall] {
    var previewed: [PreviewedCall] = []
    for (index, role) in order() {
      let call = plan.calls[index]
      do {
        let lines = try await lines(of: call)
        previewed.append(
          PreviewedCall(call: call, role: role, lines: lines.map(masked), problems: [], isInvalid: false))
      } catch {
        let problems = Diagnostic.all(of: error).map(plan.masker.mask)
        previewed.append(
          PreviewedCall(call: call, role: role, lines: [], problems: problems, isInvalid: error is InvalidInput))
      }
    }
    return previewed
  }

  /// Needs before the calls that need them, steps and `finally` after the call that makes them.
  ///
  /// The walk keeps its own stack, so that a chain of any length is fine.
  private func order() -> [(index: Int, role: CallRole)] {
    var order: [(index: Int, role: CallRole)] = []
    var done: Set<Int> = []
    var pending: [(index: Int, role: CallRole, areNeedsDone: Bool)] = plan.roots.reversed().map { ($0, .task, false) }
    while let (index, role, areNeedsDone) = pending.popLast() {
      guard !done.contains(index) else { continue }
      let call = plan.calls[index]
      guard areNeedsDone || call.needs.isEmpty else {
        pending.append((index, role, true))
        pending += call.needs.reversed().map { ($0, .need, false) }
        continue
      }
      done.insert(index)
      order.append((index, role))
      pending += call.finally.reversed().map { ($0, .finally, false) }
      pending += call.steps.reversed().map { ($0, .step, false) }
    }
    return order
  }

  private func lines(of call: PlannedCall) async throws -> [PreviewLine] {
    guard call.settlement.entry != nil else { return [] }
    guard let plugin = call.settlement.plugin else {
      return ["run with values that are known only in the run"]
    }
    return try await plugin.preview(context(for: call))
  }

  private func context(for call: PlannedCall) -> TaskContext {
    TaskContext(
      task: call.task.name, call: call.path, run: surroundings.identity, directory: call.settlement.directory,
      state: surroundings.state, environment: surroundings.environment, arguments: surroundings.arguments,
      reporter: SilentReporter())
  }

  private func masked(_ line: PreviewLine) -> PreviewLine {
    PreviewLine(plan.masker.mask(line.text))
  }
}

/// A preview reports nothing.
private struct SilentReporter: TaskReporter {
  func write(_ bytes: [UInt8], to stream: OutputStream) {}
  func progress(_ progress: Progress) {}
  func log(_ level: Logger.Level, _ message: String) {}
  func report(_ finding: Finding) {}
}
