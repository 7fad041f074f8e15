/// How often calls are tried where the user says so.
struct RetrySettings: Sendable {
  /// Nil for each service's own.
  let attempts: Int?

  init(attempts: Int? = nil) {
    self.attempts = attempts
  }

  init(_ environment: [String: String], _ config: SharedConfig, _ profile: String) {
    let text = environment["AWS_MAX_ATTEMPTS"] ?? config.value("max_attempts", ofProfile: profile)
    attempts = text.flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
  }
}

/// How long a call is tried on.
public enum Persistence: Sendable {
  /// As often as the standard retry mode does.
  case standard
  /// As often as the standard retry mode does, at most for a time.
  case bounded(Duration)
  /// Until it works, at most for a time: only for calls that may be carried out twice.
  case lasting(Duration)
}
