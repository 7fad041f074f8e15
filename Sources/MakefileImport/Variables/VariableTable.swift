/// All variables of a Makefile, and what becomes of each.
struct VariableTable {
  private var variables: [String: MakeVariable] = [:]
  /// In the order of the Makefile.
  private(set) var names: [String] = []
  /// Each after those that it reads.
  private(set) var sorted: [String] = []
  private(set) var reads: [String: [String]] = [:]
  /// The names that variables have in scripts, where those find them in their environment.
  private(set) var namesInScripts: Set<String> = []
  private(set) var notes: [ImportNote] = []
  /// What recipes read, and what is read outside of quotes somewhere.
  private var used: Set<String> = []
  private var bare: Set<String> = []
  /// The values that targets set for themselves.
  private var own: [String: [MakeText]] = [:]

  /// - Parameters:
  ///   - makefile: The Makefile.
  ///   - used: The names that recipes read, in their order.
  ///   - shellNames: The names of variables that recipes set or read by themselves.
  ///   - bare: The names that recipes read outside of quotes.
  init(_ makefile: Makefile, used: [String], shellNames: Set<String>, bare: Set<String>) {
    var definitions: [String: [Assignment]] = [:]
    for assignment in makefile.assignments where KnownVariables.isMakes(assignment.name) {
      if let note = ImportNote.makesOwn(assignment) { notes.append(note) }
    }
    for assignment in makefile.assignments where !KnownVariables.isMakes(assignment.name) {
      add(assignment.name)
      definitions[assignment.name, default: []].append(assignment)
    }
    let tested = makefile.conditionals.map(\.names)
    let all = definitions
    for (name, definitions) in all {
      reads[name] = Self.read(by: definitions, tested)
      reads[name]? += definitions.flatMap(\.value.calledFunctions).filter { all[$0] != nil && $0 != name }
    }
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
        name: name, names: chooser.choose(for: name), definitions: definitions[name] ?? [],
        isExported: makefile.exportsAll || makefile.exported.contains(name))
    }
    let order = ReadingOrder(names, reads: reads)
    sorted = order.names
    self.used = Self.closure(of: bare.union(used).union(tested.joined()), reads)
    self.bare = Self.closure(of: bare.union(Self.namesInCalls(makefile)), reads)
    for assignment in makefile.targetAssignments {
      own[assignment.assignment.name, default: []].append(assignment.assignment.value)
    }
    for name in sorted { classify(name, isCircular: order.circular.contains(name)) }
    namesInScripts = Set(variables.values.filter { $0.names.input != nil }.map(\.names.variable))
  }

  subscript(name: String) -> MakeVariable? { variables[name] }

  /// A name, and those that its value reads.
  func closure(of name: String) -> [String] { Self.closure(of: [name], reads).sorted() }

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
    let values = variable.definitions.map(\.value) + (own[name] ?? [])
    var read = reads[name] ?? []
    for value in values { variable.syntax.read(value) }
    for value in own[name] ?? [] { value.forEachName { read.append($0) } }
    for read in read { if let syntax = variables[read]?.syntax { variable.syntax.formUnion(syntax) } }
    // A literal is what it is for make: what is given in its place, too.
    variable.isShellText =
      used.contains(name) && variable.syntax.matters(isBare: bare.contains(name))
      && values.contains { $0.literal == nil }
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
    if readsTarget || variable.isShellText && own[variable.name] == nil { return .pasted(value) }
    // `$` before a reference cannot be written in `defaults`.
    let endsInDollar = value.parts.dropLast().contains {
      if case .text(let text) = $0 { text.hasSuffix("$") } else { false }
    }
    let isPlain =
      !endsInDollar
      && value.parts.allSatisfy { part in
        switch part {
        case .text: true
        case .reference(let read): read != variable.name && isSetting(read)
        case .substitution, .call, .unreadable: false
        }
      }
    return isPlain && !variable.isShellText && variable.names.input != nil ? .setting(value) : .computed
  }

  private static func closure(of names: Set<String>, _ reads: [String: [String]]) -> Set<String> {
    var found: Set<String> = []
    var open = Array(names)
    while let name = open.popLast() {
      if found.insert(name).inserted { open += reads[name] ?? [] }
    }
    return found
  }

  /// What calls in values read, which is read outside of quotes as well.
  private static func namesInCalls(_ makefile: Makefile) -> Set<String> {
    var names: Set<String> = []
    for text in makefile.assignments.map(\.value) + makefile.targetAssignments.map(\.assignment.value) {
      for case .call(let function, let arguments) in text.parts {
        MakeText([.call(function, arguments)]).forEachName { names.insert($0) }
      }
    }
    return names
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
    var seen: Set<String> = []
    let note = { (name: String) in if seen.insert(name).inserted { names.append(name) } }
    for case let test? in tests {
      switch test {
      case .isSet(let name, _): note(name)
      case .areEqual(let left, let right, _):
        left.forEachName(note)
        right.forEachName(note)
      case .unreadable: break
      }
    }
    return names
  }
}
