/// Keeps values that a task has made from reaching a run within its script: make gives those on only that were given.
struct FreshValues {
  /// The variable of scripts that holds the options of `env`.
  static let variable = "fresh"

  /// Settings that another target, or another value, may change.
  private let settings: [MakeVariable]
  private let hasComputed: Bool

  init(_ variables: VariableTable, _ makefile: Makefile) {
    let own = Set(makefile.targetAssignments.map(\.assignment.name))
    let known = variables.names.compactMap { variables[$0] }
    settings = known.filter { variable in
      guard case .setting(let value) = variable.kind, variable.names.input != nil else { return false }
      return value.literal == nil || own.contains(variable.name)
    }
    hasComputed = known.contains { if case .computed = $0.kind { $0.names.input != nil } else { false } }
  }

  /// The words of a command that runs a task from a script.
  func command(_ toolName: String) -> String {
    (isNeeded ? "env $\(Self.variable) " : "") + "\(toolName) run"
  }

  var isNeeded: Bool { hasComputed || !settings.isEmpty }

  /// The lines that find the values which are not given on, before anything changes them.
  ///
  /// - Parameters:
  ///   - own: What the task itself sets, by variable of make.
  ///   - computed: The variables that the script makes.
  ///   - expressions: Turns the values.
  /// - Returns: The lines.
  func lines(own: [String: MakeText], computed: [MakeVariable], _ expressions: inout ShellExpressions) -> [String] {
    var lines = ["\(Self.variable)="]
    for variable in settings {
      guard case .setting(let value) = variable.kind, let text = try? expressions.quoted(own[variable.name] ?? value)
      else { continue }
      lines.append("[ \"$\(variable.names.variable)\" != \"\(text)\" ] || \(Self.adding(variable))")
    }
    for variable in computed where variable.names.input != nil {
      lines.append("[ -n \"$\(variable.names.variable)\" ] || \(Self.adding(variable))")
    }
    return lines
  }

  private static func adding(_ variable: MakeVariable) -> String {
    "\(Self.variable)=\"$\(Self.variable) -u \(variable.names.variable)\""
  }
}
