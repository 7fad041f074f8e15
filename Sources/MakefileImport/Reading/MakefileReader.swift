import Diagnostics

/// Reads a Makefile line by line; nothing in it is expanded.
struct MakefileReader {
  /// What a line that begins with a tab belongs to.
  private enum Context {
    case none
    case rule(Int)
  }

  private struct OpenConditional {
    let number: Int
    var branch: Int
    let place: Place
  }

  private static let deepestConditional = 100
  /// With more of them, every variable that is set in one would be read together with all that they ask.
  static let mostBranches = 100

  private let source: SourceText
  private var lines: LineCursor
  private var makefile = Makefile()
  private var context = Context.none
  private var open: [OpenConditional] = []
  private var helpAbove: [String] = []

  /// - Throws: A `DiagnosticError` where the text is no Makefile.
  static func read(_ source: SourceText) throws(DiagnosticError) -> Makefile {
    var reader = MakefileReader(source)
    while let line = reader.lines.next() { try reader.read(line) }
    if let open = reader.open.last {
      throw reader.fault("the conditional is not ended", help: "write `endif` after it", at: open.place)
    }
    return reader.makefile
  }

  private init(_ source: SourceText) {
    let read = SourceLines(source)
    self.source = source
    lines = LineCursor(read.lines)
    makefile.notes = read.notes
  }

  private var path: BranchPath { open.map { BranchStep(conditional: $0.number, branch: $0.branch) } }

  private mutating func read(_ line: SourceLine) throws(DiagnosticError) {
    if line.scalars.first == "\t", case .rule(let rule) = context {
      helpAbove = []
      let text = lines.recipeText(line)
      let place = Place(line: line.number, column: 2, width: line.scalars.count - 1)
      makefile.rules[rule].recipe.append(RecipeLine(text: text, place: place, path: path))
      return
    }
    let parts = LineParts(lines.joined(line))
    let code = parts.code.trimmed
    let place = line.writtenPlace
    if code.isEmpty {
      if let help = parts.help { helpAbove.append(help) } else { helpAbove = [] }
      return
    }
    if try readConditional(Array(code), place) { return }
    if try readDefinition(Array(code), place) { return }
    if readDirective(Array(code), place) { return }
    if let assignment = AssignmentLine(code) {
      context = .none
      helpAbove = []
      if parts.code.last?.isBlank == true, !assignment.value.isEmpty {
        makefile.notes.append(.trailingSpaces(String(assignment.name), at: place))
      }
      add(assignment, place)
      return
    }
    try readRule(parts, line, place)
  }

  private mutating func readConditional(_ code: [Unicode.Scalar], _ place: Place) throws(DiagnosticError) -> Bool {
    let (word, rest) = code.firstWord
    switch word {
    case "ifdef", "ifndef", "ifeq", "ifneq":
      guard let test = ConditionalReader.test(word, rest) else { return false }
      guard open.count < Self.deepestConditional else {
        throw fault(
          "conditionals are nested more than \(Self.deepestConditional) deep", help: "nest them less", at: place)
      }
      open.append(OpenConditional(number: makefile.conditionals.count, branch: 0, place: place))
      makefile.conditionals.append(Conditional(tests: [test], place: place))
    case "else":
      guard let last = open.last else {
        throw fault("there is no conditional for this `else`", help: "remove it", at: place)
      }
      let (next, afterNext) = rest.firstWord
      let isReadable = makefile.conditionals[last.number].tests.count < Self.mostBranches
      let test =
        rest.isEmpty ? nil : isReadable ? ConditionalReader.test(next, afterNext) ?? .unreadable : .unreadable
      open[open.count - 1].branch += 1
      makefile.conditionals[last.number].tests.append(test)
    case "endif":
      guard open.popLast() != nil else {
        throw fault("there is no conditional for this `endif`", help: "remove it", at: place)
      }
    default: return false
    }
    helpAbove = []
    return true
  }

  private mutating func readDefinition(_ code: [Unicode.Scalar], _ place: Place) throws(DiagnosticError) -> Bool {
    var words = String(code).words
    let isOverride = words.contains("override")
    while ["override", "export", "private"].contains(words.first), words.dropFirst().contains("define") {
      words.removeFirst()
    }
    guard words.first == "define", words.count > 1, AssignmentLine(code) == nil || words.count > 2 else { return false }
    if ["=", ":=", "?=", "+="].contains(words[1]) { return false }
    var body: [SourceLine] = []
    var nested = 1
    while let line = lines.next() {
      let (word, _) = Array(line.scalars.trimmed).firstWord
      if line.scalars.first != "\t" || nested > 1 {
        if word == "define" { nested += 1 }
        if word == "endef" { nested -= 1 }
      }
      if nested == 0 {
        let text = body.map(\.scalars).joined(separator: CollectionOfOne<Unicode.Scalar>("\n"))
        context = .none
        helpAbove = []
        makefile.assignments.append(
          Assignment(
            name: words[1], operation: words.count > 2 ? .init(rawValue: words[2]) ?? .recursive : .recursive,
            value: MakeText(text), isOverride: isOverride, cannedLines: body.count > 1 ? LineCursor.recipe(body) : [],
            place: place, path: path))
        return true
      }
      body.append(line)
    }
    throw fault("the definition is not ended", help: "write `endef` after it", at: place)
  }

  private mutating func readDirective(_ code: [Unicode.Scalar], _ place: Place) -> Bool {
    let (word, rest) = code.firstWord
    let isAssignment = AssignmentLine(code) != nil
    switch word {
    case "include", "-include", "sinclude":
      guard !isAssignment else { return false }
      let files = MakeText(rest)
      makefile.includes.append(
        IncludeDirective(files: files, isOptional: word != "include", place: place, path: path))
      context = .none
    case "export":
      guard !isAssignment else { return false }
      makefile.exported.formUnion(String(rest).words)
      if rest.isEmpty { makefile.exportsAll = true }
    case "unexport":
      guard !isAssignment else { return false }
      makefile.exported.subtract(String(rest).words)
      makefile.notes.append(.unexport(at: place))
    case "undefine", "vpath", "load", "-load":
      guard !isAssignment, rest.first != ":" else { return false }
      makefile.notes.append(.directive(word, at: place))
    default: return false
    }
    helpAbove = []
    return true
  }

  private mutating func add(_ line: AssignmentLine, _ place: Place) {
    guard !line.name.contains("$") else {
      makefile.notes.append(.computedName(String(line.name), at: place))
      return
    }
    if line.isExported { makefile.exported.insert(String(line.name)) }
    makefile.assignments.append(assignment(line, place))
  }

  private func assignment(_ line: AssignmentLine, _ place: Place) -> Assignment {
    Assignment(
      name: String(line.name), operation: line.operation,
      // `!=` gives its text to the shell.
      value: line.operation == .shell
        ? MakeText([.call("shell", [MakeText(line.value)])]) : MakeText(line.value),
      isOverride: line.isOverride, cannedLines: [], place: place, path: path)
  }

  private mutating func readRule(_ parts: LineParts, _ line: SourceLine, _ place: Place) throws(DiagnosticError) {
    let whole = MakeText(parts.code.trimmed)
    if whole.parts.count == 1, case .call = whole.parts[0] {
      makefile.calls.append(LoneCall(text: whole, place: place, path: path))
      return
    }
    let head = parts.beforeSemicolon ?? parts.code
    guard let colon = RuleLine.colon(in: head) else {
      // A variable may hold a whole rule.
      guard !parts.code.contains("$") else {
        context = .none
        makefile.notes.append(.computedLine(at: place))
        return
      }
      // Make does not read the branches that it does not take.
      guard path.isEmpty else {
        context = .none
        makefile.notes.append(.neitherRuleNorAssignment(at: place))
        return
      }
      throw line.scalars.first == "\t"
        ? fault("the recipe comes before the first target", help: "write its target before it", at: place)
        : fault(
          "missing separator: the line is neither a rule nor an assignment", help: RuleLine.hint(parts), at: place)
    }
    let rest = RuleLine(afterColon: head[(colon + 1)...])
    let targets = MakeText(head[..<colon].trimmed)
    if parts.beforeSemicolon?.dropFirst(colon + 1).contains("=") ?? true,
      let assignment = AssignmentLine(parts.code[(colon + 1)...].drop { $0 == ":" })
    {
      context = .none
      if assignment.name.contains("$") {
        makefile.notes.append(.computedName(String(assignment.name), at: place))
      } else {
        makefile.targetAssignments.append(
          TargetAssignment(targets: targets, assignment: self.assignment(assignment, place)))
      }
      return
    }
    let isSpecial = head.first == "."
    if targets.literal == ".EXPORT_ALL_VARIABLES" { makefile.exportsAll = true }
    let help = parts.beforeSemicolon == nil ? parts.help : nil
    let above = helpAbove.isEmpty ? nil : helpAbove.joined(separator: " ")
    var rule = Rule(
      targets: targets, prerequisites: MakeText(rest.prerequisites.trimmed),
      orderOnly: MakeText(rest.orderOnly.trimmed),
      isDoubleColon: rest.isDoubleColon, isStaticPattern: rest.isStaticPattern, help: help ?? above, place: place,
      path: path)
    if parts.beforeSemicolon != nil {
      rule.recipe.append(RecipeLine(text: Array(parts.afterSemicolon.trimmed), place: place, path: path))
    }
    if !isSpecial { helpAbove = [] }
    context = .rule(makefile.rules.count)
    makefile.rules.append(rule)
  }

  private func fault(_ message: String, help: String, at place: Place) -> DiagnosticError {
    DiagnosticError(message, at: place.origin(in: source), help: help)
  }
}

extension [Unicode.Scalar] {
  /// The first word, and what follows it.
  var firstWord: (String, [Unicode.Scalar]) {
    let word = prefix { !$0.isBlank && $0 != "(" && $0 != "\"" && $0 != "'" }
    return (String(word), Array(dropFirst(word.count).drop { $0.isBlank }))
  }
}
