/// All variables of a Makefile, and what becomes of each.
struct VariableTable {
  private var variables: [String: MakeVariable] = [:]
  /// In the order of the Makefile.
  private(set) var names: [String] = []
  /// Each after those that it reads.
  private(set) var sorted: [String] = []
  private(set) var reads: [String: [String]] = [:]
  private(set) var notes: [ImportNote] = []

  /// - Parameters:
  ///   - makefile: The Makefile.
  ///   - used: The names that recipes read, in their order.
  ///   - shellNames: The names of variables that recipes set or read by themselves.
  init(_ makefile: Makefile, used: [String], shellNames: Set<String>) {
    var definitions: [String: [Assignment]] = [:]
    for assignment in makefile.assignments where !KnownVariables.isMakes(assignment.name) {
      add(assignment.name)
      definitions[assignment.name, default: []].append(assignment)
    }
    let tested = makefile.conditionals.map(\.names)
    for (name, definitions) in definitions { reads[name] = Self.read(by: definitions, tested) }
    let indirect = names.flatMap { reads[$0] ?? [] } + makefile.targetAssignments.map(\.assignment.name)
    for name in indirect + used + tested.joined() where KnownVariables.isValue(name) { add(name) }
    for name in names where KnownVariables.builtIn[name] != nil && definitions[name] == nil {
      if name == "CPP" {
        add("CC")
        reads[name] = ["CC"]
      }
    }
    var chooser = VariableNames(avoiding: names + Array(shellNames))
    for name in names {
      variables[name] = MakeVariable(
        name: name, names: chooser.choose(for: name), definitions: definitions[name] ?? [])
    }
    let order = ReadingOrder(names, reads: reads)
    sorted = order.names
    for name in sorted { classify(name, isCircular: order.circular.contains(name)) }
  }

  subscript(name: String) -> MakeVariable? { variables[name] }

  private mutating func add(_ name: String) {
    if variables.updateValue(
      MakeVariable(name: name, names: .init(input: nil, variable: name)), forKey: name) == nil
    {
      names.append(name)
    }
  }

  /// What a variable reads, itself left out.
  private static func read(by definitions: [Assignment], _ tested: [[String]]) -> [String] {
    var read: [String] = []
    var seen: Set<String> = [definitions[0].name]
    let note = { (name: String) in
      if KnownVariables.isValue(name), seen.insert(name).inserted { read.append(name) }
    }
    var conditionals: Set<Int> = []
    for definition in definitions {
      definition.value.forEachName(note)
      for step in definition.path where conditionals.insert(step.conditional).inserted {
        tested[step.conditional].forEach(note)
      }
    }
    return read
  }

  private mutating func classify(_ name: String, isCircular: Bool) {
    guard var variable = variables[name] else { return }
    for definition in variable.definitions { variable.syntax.read(definition.value) }
    for read in reads[name] ?? [] { if let syntax = variables[read]?.syntax { variable.syntax.formUnion(syntax) } }
    variable.kind = isCircular ? .circular : kind(of: variable)
    if isCircular, let place = variable.place { notes.append(.circularVariable(name, at: place)) }
    variables[name] = variable
  }

  private func kind(of variable: MakeVariable) -> MakeVariable.Kind {
    guard !variable.definitions.isEmpty else {
      if KnownVariables.isOfProcess(variable.name) { return .ofProcess }
      return KnownVariables.builtIn[variable.name].map { .setting(MakeText($0.unicodeScalars)) } ?? .given
    }
    if variable.definitions.contains(where: \.isCanned) { return .canned }
    guard let value = variable.unconditionalValue else { return .computed }
    let readsTarget = value.contains { part in
      guard case .reference(let name) = part else { return false }
      if case .pasted? = variables[name]?.kind { return true }
      return KnownVariables.isAutomatic(name) || KnownVariables.isArgument(name) || name == "MAKE"
    }
    if readsTarget { return .pasted(value) }
    // `$` before a reference cannot be written in `defaults`.
    let endsInDollar = value.parts.dropLast().contains {
      if case .text(let text) = $0 { text.hasSuffix("$") } else { false }
    }
    let isPlain = !endsInDollar && value.parts.allSatisfy { part in
      switch part {
      case .text: true
      case .reference(let read): read != variable.name && isSetting(read)
      case .substitution, .call, .unreadable: false
      }
    }
    return isPlain && variable.names.input != nil ? .setting(value) : .computed
  }

  private func isSetting(_ name: String) -> Bool {
    guard let variable = variables[name] else { return false }
    switch variable.kind {
    case .setting: return true
    case .given: return variable.names.input != nil
    case .ofProcess, .computed, .pasted, .canned, .circular: return false
    }
  }
}

extension MakeVariable {
  /// The value that the definitions make together, where none of them is conditional.
  var unconditionalValue: MakeText? {
    var value: MakeText?
    for definition in definitions {
      guard definition.path.isEmpty else { return nil }
      switch definition.operation {
      case .recursive, .simple, .shell: value = definition.value
      case .ifUndefined: value = value ?? definition.value
      case .append:
        guard value?.isEmpty == false else {
          value = definition.value
          continue
        }
        value?.append(" ")
        value?.append(definition.value)
      }
    }
    return value
  }
}

extension KnownVariables {
  /// Whether a name is that of a value.
  static func isValue(_ name: String) -> Bool {
    !name.isEmpty && !isMakes(name) && !isAutomatic(name) && !isArgument(name)
  }
}

extension Conditional {
  /// What the tests read.
  var names: [String] {
    var names: [String] = []
    for case let test? in tests {
      switch test {
      case .isSet(let name, _): names.append(name)
      case .areEqual(let left, let right, _):
        left.forEachName { names.append($0) }
        right.forEachName { names.append($0) }
      case .unreadable: break
      }
    }
    return names
  }
}
