/// One thing of a machine's set-up that a task needs: what the command `doctor` looks at.
public struct SetupCheck: Sendable {
  /// What there is.
  public struct Answer: Sendable, Hashable {
    /// A part of a sentence that follows the subject: "/bin/sh".
    public let message: String
    /// What to mind, where it would do but may not be what is wanted.
    public let warning: String?

    public init(_ message: String, warning: String? = nil) {
      self.message = message
      self.warning = warning
    }
  }

  /// What is looked at.
  public let subject: String
  /// What the answer depends on besides the subject: checks of several tasks that have all of it in common are one.
  public let conditions: [String?]
  private let look: @Sendable () async throws -> Answer

  /// - Parameters:
  ///   - subject: A noun, such as "the shell sh".
  ///   - conditions: What the answer depends on besides it.
  ///   - look: Tells what there is; it reads, and never writes. It throws a `DiagnosticError` where the task could not
  ///     work.
  public init(
    _ subject: String, dependingOn conditions: [String?] = [], look: @escaping @Sendable () async throws -> Answer
  ) {
    self.subject = subject
    self.conditions = conditions
    self.look = look
  }

  /// Looks at it.
  ///
  /// - Returns: What there is.
  /// - Throws: A `DiagnosticError` where a task could not work.
  public func answer() async throws -> Answer { try await look() }
}
