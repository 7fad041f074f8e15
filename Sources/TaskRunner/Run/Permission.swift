public import TaskKit

/// Whether a plan may run: protected values and questions are settled before anything runs.
public enum Permission {
  /// Asks what a plan asks for.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - allowsProtected: Whether the user allowed protected values.
  ///   - answersYes: Whether the user answered every question with yes.
  ///   - ask: Puts a question to the user; nil where nobody can answer.
  /// - Throws: A `DiagnosticError` that says why the run is refused.
  public static func require(
    for plan: Plan, allowsProtected: Bool, answersYes: Bool, ask: ((Confirmation) -> Bool?)
  ) throws(DiagnosticError) {
    guard allowsProtected || plan.refusals.isEmpty else { throw DiagnosticError(plan.refusals) }
    guard !answersYes else { return }
    for confirmation in plan.confirmations {
      switch ask(confirmation) {
      case true?: continue
      case false?: throw DiagnosticError(.confirmationDeclined(confirmation))
      case nil: throw DiagnosticError(.confirmationRefused(confirmation))
      }
    }
  }
}
