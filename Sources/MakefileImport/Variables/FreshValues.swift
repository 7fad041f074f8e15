/// Keeps values that a task has made from reaching a run within its script: make gives those on only that were given.
struct FreshValues {
  /// The variable of scripts that holds the options of `env`.
  static let variable = "fresh"

  /// Settings that another target, or another value, may change.
  private let settings: [MakeVariable]
  private let hasComputed: Bool
  /// What make would not give to another make: all that is not exported.
  private let own: [MakeVariable]

  init(_ variables: VariableTable, _ makefile: Makefile) {
    let changed = Set(makefile.targetAssignments.map(\.assignment.name))
    let known = variables.names.compactMap { variables[$0] }
    settings = known.filter { variable in
      guard case .setting(let value) = variable.kind, variable.names.input != nil else { return false }
      return value.literal == nil || changed.contains(variable.name)
    }
    own = known.filter { variable in
      guard variable.names.input != nil, !makefile.exportsAll, !makefile.exported.contains(variable.name) else {
        return false
      }
      switch variable.kind {
      case .setting, .given, .computed: return true
      case .ofProcess, .pasted, .canned, .circular: return false
      }
    }
    hasComputed = known.contains { if case .computed = $0.kind { $0.names.input != nil } else { false } }
  }

  /// The words of a command that runs a task from a script.
  func command(_ toolName: String) -> String {
    (isNeeded ? "env $\(Self.variable) " : "") + "\(toolName) run"
  }

  /// The words of a command that runs make from a script.
  var makeCommand: String { (own.isEmpty ? "" : "env $\(Self.variable) ") + "make --no-print-directory" }

  var isNeededForMake: Bool { !own.isEmpty }

  var isNeeded: Bool { hasComputed || !settings.isEmpty }

  /// The lines that find the values which are not given on, before anything changes them.
  ///
  /// - Parameters:
  ///   - values: What the task itself sets, by variable of make.
  ///   - computed: The variables that the script makes.
  ///   - runsMake: Whether the script runs make.
  ///   - passed: The variables that the recipe gives to programs itself.
  ///   - expressions: Turns the values.
  /// - Returns: The lines.
  func lines(
    own values: [String: MakeText], computed: [MakeVariable], runsMake: Bool, except passed: Set<String>,
    _ expressions: inout ShellExpressions
  ) -> [String] {
    var lines = ["\(Self.variable)="]
    let names = Set(settings.map(\.name))
    for variable in settings + (runsMake ? own.filter { !names.contains($0.name) } : []) {
      guard case .setting(let value) = variable.kind, let text = try? expressions.quoted(values[variable.name] ?? value)
      else { continue }
      guard variable.isAlwaysSet, !passed.contains(variable.names.variable) else { continue }
      lines.append("[ \"$\(variable.names.variable)\" != \"\(text)\" ] || \(Self.adding(variable))")
    }
    let made = Set(computed.map(\.name))
    let emptied = runsMake ? own.filter { if case .setting = $0.kind { false } else { !made.contains($0.name) } } : []
    for variable in computed + emptied where variable.names.input != nil {
      guard !passed.contains(variable.names.variable) else { continue }
      let value = variable.isAlwaysSet ? "$\(variable.names.variable)" : "${\(variable.names.variable):-}"
      lines.append("[ -n \"\(value)\" ] || \(Self.adding(variable))")
    }
    return lines
  }

  private static func adding(_ variable: MakeVariable) -> String {
    "\(Self.variable)=\"$\(Self.variable) -u \(variable.names.variable)\""
  }
}
