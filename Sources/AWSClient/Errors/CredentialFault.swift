/// Why there are no credentials.
public struct CredentialFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// A source of credentials, and why it did not answer.
  public struct Attempt: Sendable, Hashable {
    public let source: String
    public let reason: String
  }

  /// One sentence, without a full stop.
  public let description: String
  /// What to do.
  public let help: String?
  /// What was tried, in order.
  public let attempts: [Attempt]

  init(_ description: String, help: String? = nil, attempts: [Attempt] = []) {
    self.description = description
    self.help = help
    self.attempts = attempts
  }
}
