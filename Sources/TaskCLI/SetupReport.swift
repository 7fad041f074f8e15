import TaskRunner

/// What `doctor` found, as it tells it.
struct SetupReport {
  let outcomes: [Setup.Outcome]

  /// How something is.
  private enum Status: String {
    case ok
    case warning
    case problem
  }

  /// Whether something is missing that tasks need.
  var hasProblem: Bool {
    outcomes.contains { Self.status(of: $0) == .problem }
  }

  /// A line for each thing, with help below it.
  var text: String {
    outcomes.map { outcome in
      let status = Self.status(of: outcome)
      let head = "\(status.rawValue.padded(to: 7))  \(outcome.subject): "
      return ([head + Self.message(of: outcome)] + Self.help(for: outcome).map { "         help: \($0)" })
        .map(printableLine).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// An array of `{subject, status, message, help}`.
  var json: JSONValue {
    .array(
      outcomes.map { outcome in
        [
          "subject": .string(outcome.subject), "status": .string(Self.status(of: outcome).rawValue),
          "message": .string(Self.message(of: outcome)), "help": .array(Self.help(for: outcome).map(JSONValue.string)),
        ]
      })
  }

  private static func status(of outcome: Setup.Outcome) -> Status {
    switch outcome.result {
    case .success(let answer): answer.warning == nil ? .ok : .warning
    case .failure: .problem
    }
  }

  private static func message(of outcome: Setup.Outcome) -> String {
    switch outcome.result {
    case .success(let answer): answer.message
    case .failure(let error): error.diagnostics.map(\.placed).joined(separator: "; ")
    }
  }

  private static func help(for outcome: Setup.Outcome) -> [String] {
    switch outcome.result {
    case .success(let answer): [answer.warning].compactMap { $0 }
    case .failure(let error): error.diagnostics.flatMap { $0.notes.map(\.message) + [$0.help].compactMap { $0 } }
    }
  }
}

extension Diagnostic {
  /// The sentence with its place.
  fileprivate var placed: String {
    guard case .source? = origin, let origin else { return message }
    return "\(origin): \(message)"
  }
}
