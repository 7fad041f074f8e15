public import TaskKit

/// What the tasks of a plan need of the machine, asked of their plugins.
public struct Setup: Sendable {
  /// What was looked at, and what came of it.
  public struct Outcome: Sendable {
    public let subject: String
    public let result: Result<SetupCheck.Answer, DiagnosticError>

    public init(_ subject: String, _ result: Result<SetupCheck.Answer, DiagnosticError>) {
      self.subject = subject
      self.result = result
    }
  }

  private let plan: Plan
  private let settler: Settler
  private let surroundings: RunSurroundings

  public init(of plan: Plan, planner: Planner, surroundings: RunSurroundings) {
    self.plan = plan
    settler = planner.settler
    self.surroundings = surroundings
  }

  /// Looks at all of it, in the order of the plan.
  ///
  /// - Parameter known: The subjects that were looked at before; these are added to.
  /// - Returns: What was not known before.
  public func outcomes(_ known: inout Set<String>) async -> [Outcome] {
    var outcomes: [Outcome] = []
    for (index, _) in plan.inOrder() {
      let call = plan.calls[index]
      guard let plugin = call.settlement.plugin else { continue }
      for check in plugin.setupChecks(surroundings.silentContext(for: call, settler)) {
        let subject = plan.masker.mask(check.subject)
        guard known.insert(subject).inserted else { continue }
        outcomes.append(Outcome(subject, await result(of: check)))
      }
    }
    _ = await surroundings.setting.resources.close()
    return outcomes
  }

  private func result(of check: SetupCheck) async -> Result<SetupCheck.Answer, DiagnosticError> {
    do {
      let answer = try await check.answer()
      return .success(
        SetupCheck.Answer(plan.masker.mask(answer.message), warning: answer.warning.map(plan.masker.mask)))
    } catch {
      return .failure(DiagnosticError(Diagnostic.all(of: error).map(plan.masker.mask)))
    }
  }
}
