public import TaskKit

/// What the tasks of a plan need of the machine, asked of their plugins.
public struct Setup: Sendable {
  /// What was looked at, and what came of it.
  public struct Outcome: Sendable {
    public let subject: String
    public let result: Result<SetupCheck.Answer, DiagnosticError>

    /// What there is, in words.
    fileprivate var message: String? {
      if case .success(let answer) = result { answer.message } else { nil }
    }

    /// What is missing, in words.
    fileprivate var reason: [String]? {
      guard case .failure(let error) = result else { return nil }
      return error.diagnostics.map(\.message)
    }

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
  /// - Parameter known: What was looked at before, with what it depends on; added to.
  /// - Returns: What was not known before.
  public func outcomes(_ known: inout Set<[String?]>) async -> [Outcome] {
    var outcomes: [Outcome] = []
    var reasons: Set<[String]> = []
    for (index, _) in plan.inOrder() {
      let call = plan.calls[index]
      guard let plugin = call.settlement.plugin else {
        if call.settlement.entry != nil, call.settlement.unmetCondition == nil, call.cells.isEmpty {
          outcomes.append(
            Outcome("the task \(call.path)", .success(.init("looked at only in a run: its values come from others"))))
        }
        continue
      }
      for check in plugin.setupChecks(surroundings.silentContext(for: call, settler)) {
        let subject = plan.masker.mask(check.subject)
        guard known.insert([subject] + check.conditions).inserted else { continue }
        let outcome = Outcome(subject, await result(of: check))
        // A stack cannot be reached without credentials: that is said once.
        if let reason = outcome.reason, !reasons.insert(reason).inserted { continue }
        if !outcomes.contains(where: { $0.subject == subject && $0.message == outcome.message }) {
          outcomes.append(outcome)
        }
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
