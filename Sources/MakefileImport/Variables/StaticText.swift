/// Finds what a text of make is without running anything: for the names of targets and of files.
struct StaticText {
  private static let deepest = 50
  private static let mostBytes = 1 << 16

  let variables: VariableTable

  /// The words of a text, `$(wildcard x)` being its pattern; nil where they are known only when make runs.
  func words(of text: MakeText) -> [String]? {
    var budget = Self.mostBytes
    return self.text(text, depth: 0, &budget)?.words
  }

  /// Whether prerequisites that only make knows may be targets: what a command or a pattern finds is files.
  func mayNameTasks(_ text: MakeText) -> Bool {
    text.parts.contains { part in words(of: MakeText([part])) == nil && !findsFiles(part, depth: 0) }
  }

  private func findsFiles(_ part: MakeText.Part, depth: Int) -> Bool {
    guard depth < Self.deepest else { return false }
    switch part {
    case .call("shell", let arguments):
      let commands = ShellLine(arguments.map(\.skeleton).joined(separator: ",")).commands
      return commands.contains { Self.finding.contains($0) }
    case .call(let function, let arguments):
      // Of these, the last argument is the list.
      guard Self.mapping.contains(function), let list = arguments.last else { return false }
      return list.parts.allSatisfy { words(of: MakeText([$0])) != nil || findsFiles($0, depth: depth + 1) }
    case .reference(let name), .substitution(let name, _, _):
      // What nobody sets is empty, until somebody gives it.
      if case .given? = variables[name]?.kind { return true }
      guard let value = variables[name]?.unconditionalValue else { return false }
      return value.parts.allSatisfy { words(of: MakeText([$0])) != nil || findsFiles($0, depth: depth + 1) }
    case .text, .unreadable: return false
    }
  }

  private static let finding: Set<String> = ["fd", "find", "git", "go", "ls", "rg"]
  private static let mapping: Set<String> = [
    "addprefix", "addsuffix", "basename", "filter", "filter-out", "patsubst", "sort", "strip", "subst", "wildcard",
  ]

  private func text(_ text: MakeText, depth: Int, _ budget: inout Int) -> String? {
    guard depth < Self.deepest else { return nil }
    var result = ""
    for part in text.parts {
      guard let piece = piece(part, depth: depth, &budget) else { return nil }
      budget -= piece.utf8.count + 1
      guard budget > 0 || depth == 0 else { return nil }
      result += piece
    }
    return result
  }

  private func piece(_ part: MakeText.Part, depth: Int, _ budget: inout Int) -> String? {
    switch part {
    case .text(let text): return text
    case .reference("CURDIR"), .reference("PWD"): return "."
    case .reference(let name): return value(of: name, depth: depth, &budget)
    case .substitution(let name, let from, let to):
      guard let list = value(of: name, depth: depth, &budget), let from = from.literal, let to = to.literal else {
        return nil
      }
      return Self.substitute(from.contains("%") ? from : "%" + from, to.contains("%") ? to : "%" + to, in: list)
    case .call("wildcard", let arguments):
      return arguments.first.flatMap { text($0, depth: depth + 1, &budget) }
    case .call("patsubst", let arguments) where arguments.count == 3:
      guard let from = arguments[0].literal, let to = arguments[1].literal,
        let list = text(arguments[2], depth: depth + 1, &budget)
      else { return nil }
      return Self.substitute(from.trimmed, to.trimmed, in: list)
    case .call("addprefix", let arguments) where arguments.count == 2:
      return affixed(arguments, depth, &budget) { $0 + $1 }
    case .call("addsuffix", let arguments) where arguments.count == 2:
      return affixed(arguments, depth, &budget) { $1 + $0 }
    case .call, .unreadable: return nil
    }
  }

  private func affixed(
    _ arguments: [MakeText], _ depth: Int, _ budget: inout Int, _ join: (String, String) -> String
  ) -> String? {
    guard let affix = arguments[0].literal, let list = text(arguments[1], depth: depth + 1, &budget) else { return nil }
    return list.words.map { join(affix, $0) }.joined(separator: " ")
  }

  private func value(of name: String, depth: Int, _ budget: inout Int) -> String? {
    guard let variable = variables[name] else { return nil }
    switch variable.kind {
    case .setting(let value), .pasted(let value): return text(value, depth: depth + 1, &budget)
    case .computed:
      return variable.unconditionalValue.flatMap { text($0, depth: depth + 1, &budget) }
    case .given, .ofProcess, .canned, .circular: return nil
    }
  }

  private static func substitute(_ from: String, _ to: String, in list: String) -> String? {
    guard let from = Percent(from), let to = Percent(to) else { return nil }
    return list.words.map { word in from.stem(of: word).map { to.before + $0 + to.after } ?? word }
      .joined(separator: " ")
  }
}
