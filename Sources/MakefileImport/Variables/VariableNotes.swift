/// What is to be said of the variables.
enum VariableNotes {
  static func all(_ variables: VariableTable, _ makefile: Makefile, words: Set<String>) -> [ImportNote] {
    let known = variables.names.compactMap { variables[$0] }
    var notes: [ImportNote] = []
    var stronger: [MakeVariable] = []
    for variable in known {
      guard let place = variable.place else {
        if variable.names.input != nil, variable.names.variable != variable.name {
          notes.append(.renamed(variable.name, to: variable.names.variable, at: Place(line: 1, column: 1, width: 1)))
        }
        continue
      }
      if case .canned = variable.kind {
        if variable.definitions.contains(where: { !$0.path.isEmpty }) || variable.definitions.count > 1 {
          notes.append(.canned(variable.name, at: place))
        }
        continue
      }
      if case .pasted = variable.kind {
        if !variable.isFunction { notes.append(.pasted(variable.name, at: place)) }
        continue
      }
      if variable.names.input == nil {
        if !KnownVariables.isOfProcess(variable.name) {
          notes.append(.onlyInScripts(variable.name, at: place))
        }
      } else if variable.names.variable != variable.name {
        notes.append(.renamed(variable.name, to: variable.names.variable, at: place))
      }
      if let overriding = variable.definitions.first(where: \.isOverride) {
        notes.append(.override(variable.name, at: overriding.place))
      }
      let first = variable.definitions[0]
      if first.operation != .ifUndefined, first.operation != .append, variable.names.input != nil {
        stronger.append(variable)
      }
    }
    let own = makefile.targetAssignments.map(\.assignment).filter { variables[$0.name]?.names.input != nil }
    for assignment in own where assignment.operation != .ifUndefined && assignment.operation != .append {
      if let variable = variables[assignment.name], !stronger.contains(where: { $0.name == variable.name }) {
        stronger.append(variable)
      }
    }
    let appended = known.filter { variable in
      guard variable.names.input != nil, !variable.isPasted else { return false }
      return variable.definitions.contains { $0.operation == .append }
    }
    if let place = appended.first?.place { notes.append(.appended(appended.map(\.name), at: place)) }
    if let first = own.first(where: { $0.operation == .append }) {
      let names = own.filter { $0.operation == .append }.map(\.name)
      notes.append(.appendedByTargets(Set(names).sorted(), at: first.place))
    }
    if let place = stronger.first?.place ?? own.first?.place, !stronger.isEmpty {
      notes.append(.strongerThanEnvironment(stronger.map(\.name), at: place))
    }
    let given = known.filter { isWords($0) && words.contains($0.name) }
    if !given.isEmpty {
      let place = given.compactMap(\.place).first ?? Place(line: 1, column: 1, width: 1)
      notes.append(.words(given.map(\.name), at: place))
    }
    let reaching = known.filter { variable in
      variable.place != nil && variable.isAlwaysSet && KnownVariables.isSettingOfPrograms(variable.names.variable)
        && !makefile.exportsAll && !makefile.exported.contains(variable.name)
    }
    if let place = reaching.first?.place { notes.append(.reachesPrograms(reaching.map(\.name), at: place)) }
    return notes
  }

  /// Whether a variable is empty until it is given, and then read as words.
  private static func isWords(_ variable: MakeVariable) -> Bool {
    guard variable.names.input != nil, !variable.syntax.matters(isBare: true) else { return false }
    switch variable.kind {
    case .given: return true
    case .setting(let value): return value.isEmpty
    case .ofProcess, .computed, .pasted, .canned, .circular: return false
    }
  }
}
