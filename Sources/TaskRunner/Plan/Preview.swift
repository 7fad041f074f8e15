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
  private let settler: Settler
  private let surroundings: RunSurroundings

  public init(of plan: Plan, planner: Planner, surroundings: RunSurroundings) {
    self.plan = plan
    settler = planner.settler
    self.surroundings = surroundings
  }

  /// The calls in the order in which they would run.
  public func calls() async -> [PreviewedCall] {
    var previewed: [PreviewedCall] = []
    for (index, role) in plan.inOrder() {
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
    _ = await surroundings.setting.resources.close()
    return previewed
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
      task: call.task.name, call: call.path, run: surroundings.setting,
      directory: call.settlement.directory,
      environment: surroundings.environment(of: call.settlement, CallIdentity(call), settler),
      arguments: surroundings.arguments,
      reporter: SilentReporter())
  }

  private func masked(_ line: PreviewLine) -> PreviewLine {
    PreviewLine(plan.masker.mask(line.text))
  }
}

/// A preview reports nothing.
private struct SilentReporter: TaskReporter {
  func write(_ bytes: [UInt8], to stream: OutputStream) {}
  func print(_ line: String) {}
  func progress(_ progress: Progress) {}
  func log(_ level: Logger.Level, _ message: String) {}
  func report(_ finding: Finding) {}
}
