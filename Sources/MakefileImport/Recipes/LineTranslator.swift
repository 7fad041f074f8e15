/// Turns one line of a recipe to one of shell, aware of the shell's quotes: make pastes text, the shell does not.
struct LineTranslator {
  private enum Piece {
    case text(String)
    /// A variable whose value means something to the shell: it has to be read again.
    case pasted(String)
  }

  private(set) var expressions: ShellExpressions
  private var scanner = ShellScanner()
  private var pieces: [Piece] = []
  /// Whether what was written last is a `'` after an expansion.
  private var hasReopened = false
  private var length = 0
  private var depth = 0
  private var prefix: String?

  init(_ expressions: ShellExpressions) {
    self.expressions = expressions
  }

  /// - Parameters:
  ///   - text: The line.
  ///   - prefix: What the value of the variable that it begins with has for make alone.
  /// - Returns: The line of shell.
  /// - Throws: `Untranslatable` where a part has no form in the shell.
  mutating func translate(_ text: MakeText, without prefix: String? = nil) throws(Untranslatable) -> String {
    self.prefix = prefix
    try write(text, followedBy: nil)
    return whole
  }

  /// The line as the shell reads it in the end.
  var plain: String {
    pieces.reduce(into: "") { text, piece in
      switch piece {
      case .text(let piece), .pasted(let piece): text += piece
      }
    }
  }

  /// The line, read twice by the shell where a variable is pasted.
  private var whole: String {
    let isPasted = pieces.contains { if case .pasted = $0 { true } else { false } }
    let text = pieces.reduce(into: "") { text, piece in
      switch piece {
      case .text(let piece): text += isPasted ? ShellExpressions.escaped(piece) : piece
      case .pasted(let variable): text += variable
      }
    }
    return isPasted ? "eval \"\(text)\"" : text
  }

  /// The text, to be written between the quotes of `"…"`, for a variable that a shell reads again.
  mutating func shellText(_ text: MakeText) throws(Untranslatable) -> String {
    try write(text, followedBy: nil)
    return pieces.reduce(into: "") { text, piece in
      switch piece {
      case .text(let piece): text += ShellExpressions.escaped(piece)
      case .pasted(let variable): text += variable
      }
    }
  }

  private mutating func write(_ text: MakeText, followedBy last: Unicode.Scalar?) throws(Untranslatable) {
    for (index, part) in text.parts.enumerated() {
      var next = last
      if index + 1 < text.parts.count {
        next = nil
        if case .text(let text) = text.parts[index + 1] { next = text.unicodeScalars.first }
      }
      try write(part, followedBy: next)
    }
  }

  private mutating func write(_ part: MakeText.Part, followedBy next: Unicode.Scalar?) throws(Untranslatable) {
    try expressions.countStep()
    switch part {
    case .text(let text): try append(text)
    case .reference(let name):
      if let text = try expressions.staticText(part) {
        // Only a bare pattern becomes the names of files.
        if TargetTable.isManyFiles(text), KnownVariables.isAutomatic(name) {
          guard scanner.quote == .none, !name.hasPrefix("<") else {
            throw Untranslatable("`$\(name)` is of files that only make finds")
          }
        }
        return try append(text)
      }
      if case .pasted(let value)? = expressions.scope.variables[name]?.kind {
        return try nested { translator throws(Untranslatable) in try translator.write(value, followedBy: next) }
      }
      try checkPlace()
      if let variable = expressions.variable(name) { return try append(variable, followedBy: next) }
      try append(expansion: expressions.expansion(part))
    case .call("if", let arguments) where arguments.count == 2 && isSafeWord(arguments[1], part):
      try checkPlace()
      try writeCondition(arguments)
    case .call("error", _), .call("info", _), .call("warning", _):
      throw Untranslatable("the call stands within a line")
    case .substitution, .call, .unreadable:
      try checkPlace()
      guard means(part) else { return try append(expansion: expressions.expansion(part)) }
      // What is given must not become code.
      var names: [String] = []
      valueText(of: part).forEachName { names.append($0) }
      guard names.allSatisfy({ expressions.scope.variables[$0]?.isCode == true }) else {
        throw Untranslatable("a value would be read as shell")
      }
      try append(pasted: expressions.expansion(part))
    }
  }

  /// Whether what a part becomes means something to a shell that reads it here.
  private func means(_ part: MakeText.Part) -> Bool {
    if case .call("shell", _) = part { return false }
    let text = valueText(of: part)
    var syntax = ShellSyntax()
    syntax.read(text)
    text.forEachName { if let own = expressions.scope.variables[$0]?.syntax { syntax.formUnion(own) } }
    return means(syntax)
  }

  /// What of a part can become text: not what a condition asks.
  private func valueText(of part: MakeText.Part) -> MakeText {
    guard case .call("if", let arguments) = part else { return MakeText([part]) }
    return MakeText(arguments.dropFirst().flatMap(\.parts))
  }

  private func means(_ syntax: ShellSyntax) -> Bool {
    switch scanner.quote {
    case .none: syntax.isBare
    case .double: syntax.isDouble
    case .single: syntax.isSingle
    case .comment: false
    }
  }

  /// What follows a backslash or a `$` would be read otherwise than make's text.
  private func checkPlace() throws(Untranslatable) {
    if scanner.isAfterBackslash, scanner.quote != .single {
      throw Untranslatable("a backslash stands before a variable")
    }
    if scanner.isAfterDollar { throw Untranslatable("the name of a shell's variable is computed") }
  }

  private mutating func nested(
    _ body: (inout LineTranslator) throws(Untranslatable) -> Void
  ) throws(Untranslatable) {
    guard depth < ShellExpressions.deepest else { throw ShellExpressions.tooDeep }
    depth += 1
    defer { depth -= 1 }
    try body(&self)
  }

  /// `${X:+then}`, where the condition is a variable; `then` is read as the line around it is.
  private mutating func writeCondition(_ arguments: [MakeText]) throws(Untranslatable) {
    guard case .reference(let name)? = arguments[0].trimmed.parts.first, arguments[0].trimmed.parts.count == 1,
      let variable = expressions.variable(name)
    else { return try append(expansion: expressions.expansion(.call("if", arguments))) }
    let isSingle = scanner.quote == .single
    try append((isSingle ? "'\"" : "") + "${\(variable.names.variable):+")
    try nested { translator throws(Untranslatable) in try translator.write(arguments[1], followedBy: nil) }
    try append("}" + (isSingle ? "\"'" : ""))
  }

  /// Whether the shell reads the text of a condition within `${X:+…}` as it would without.
  private func isSafeWord(_ text: MakeText, _ condition: MakeText.Part) -> Bool {
    let quotes: [Unicode.Scalar] = scanner.quote == .none ? ["\"", "'"] : []
    if means(condition) {
      guard !quotes.isEmpty else { return false }
      return text.parts.allSatisfy { part in
        switch part {
        case .text(let text): text.unicodeScalars.allSatisfy { ShellExpressions.isSafe($0) || quotes.contains($0) }
        case .reference(let name): expressions.scope.variables[name]?.syntax.matters(isBare: true) == false
        case .substitution, .call, .unreadable: false
        }
      }
    }
    return !text.contains { part in
      guard case .text(let text) = part else { return false }
      return text.unicodeScalars.contains {
        "}{`\\".unicodeScalars.contains($0) || $0 == "\"" && scanner.quote != .none
      }
    }
  }

  private mutating func append(_ variable: MakeVariable, followedBy next: Unicode.Scalar?) throws(Untranslatable) {
    let name = variable.names.variable
    let isRead = means(variable.syntax)
    if variable.isShellText, !isRead && scanner.quote == .none || scanner.quote == .single || scanner.quote == .double {
      throw Untranslatable("`\(variable.name)` is text of shell, and stands within quotes")
    }
    // What is given must not become code.
    guard !isRead || variable.isShellText || variable.isCode else {
      throw Untranslatable("a value would be read as shell")
    }
    if let prefix {
      self.prefix = nil
      let plain = "${\(name)#\(prefix)}"
      return try isRead ? append(pasted: plain) : append(expansion: plain)
    }
    let plain =
      variable.isAlwaysSet
      ? (next?.isOfName == true && scanner.quote != .single ? "${\(name)}" : "$\(name)") : "${\(name):-}"
    if isRead { try append(pasted: plain) } else { try append(expansion: plain) }
  }

  /// Text that the shell has to read again.
  private mutating func append(pasted expansion: String) throws(Untranslatable) {
    pieces.append(.pasted(expansion))
    hasReopened = false
    scanner.skipExpansion()
    try count(expansion)
  }

  /// An expansion is no text: it ends no quotes.
  private mutating func append(expansion: String) throws(Untranslatable) {
    if scanner.quote == .single {
      if scanner.hasJustOpened, case .text(let before)? = pieces.last, before.hasSuffix("'") {
        pieces[pieces.count - 1] = .text(String(before.dropLast()) + "\"\(expansion)\"'")
      } else {
        pieces.append(.text("'\"\(expansion)\"'"))
      }
      hasReopened = true
    } else {
      pieces.append(.text(expansion))
    }
    scanner.skipExpansion()
    try count(expansion)
  }

  private mutating func append(_ text: String) throws(Untranslatable) {
    scanner.read(text)
    if hasReopened, text.hasPrefix("'"), case .text(let before)? = pieces.last {
      // The quotes would hold nothing.
      pieces[pieces.count - 1] = .text(String(before.dropLast()))
      pieces.append(.text(String(text.dropFirst())))
    } else {
      pieces.append(.text(text))
    }
    if !text.isEmpty { hasReopened = false }
    try count(text)
  }

  private mutating func count(_ text: String) throws(Untranslatable) {
    length += text.utf8.count
    if length > 1 << 20 { throw Untranslatable("it becomes longer than 1 MiB") }
  }
}
