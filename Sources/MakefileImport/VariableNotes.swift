import TaskKit

/// What is to be said of the variables.
enum VariableNotes {
  static func all(_ variables: VariableTable) -> [ImportNote] {
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
        notes.append(.pasted(variable.name, at: place))
        continue
      }
      if variable.names.input == nil {
        if !InputName.isReserved(variable: variable.name) || variable.name.hasPrefix("UGC_") {
          notes.append(.onlyInScripts(variable.name, at: place))
        }
      } else if variable.names.variable != variable.name {
        notes.append(.renamed(variable.name, to: variable.names.variable, at: place))
      }
      if let overriding = variable.definitions.first(where: \.isOverride) {
        notes.append(.override(variable.name, at: overriding.place))
      }
      for definition in variable.definitions where definition.operation == .simple {
        definition.value.forEachName { name in
          guard name != variable.name, let set = variables[name]?.place, set.line > definition.place.line else {
            return
          }
          notes.append(.readBeforeSet(variable.name, name, at: definition.place))
        }
      }
      let first = variable.definitions[0]
      if first.operation != .ifUndefined, first.operation != .append, variable.names.input != nil {
        stronger.append(variable)
      }
    }
    if let place = stronger.first?.place { notes.append(.strongerThanEnvironment(stronger.map(\.name), at: place)) }
    return notes
  }
}
