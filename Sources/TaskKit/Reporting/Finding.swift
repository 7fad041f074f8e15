/// Something that a task found out about what it looked at.
public struct Finding: Sendable, Hashable {
  /// How bad it is; `unknown` is what could not be read.
  public enum Severity: String, Sendable {
    case error
    case warning
    case info
    case unknown
  }

  /// A stable name in kebab case: `session-without-channel`.
  public let code: String
  public let severity: Severity
  /// What it is about.
  public let subject: String
  /// One sentence, without a full stop.
  public let message: String
  public let expected: String?
  public let found: String?
  /// What to do.
  public let help: String?
  /// `file:line:column`, where there is a place.
  public let place: String?

  public init(
    code: String, severity: Severity, subject: String, message: String, expected: String? = nil, found: String? = nil,
    help: String? = nil, place: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.subject = subject
    self.message = message
    self.expected = expected
    self.found = found
    self.help = help
    self.place = place
  }
}
