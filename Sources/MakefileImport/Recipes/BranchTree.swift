/// Writes things that stand in conditionals as `if … fi` of the shell.
struct BranchTree<Item> {
  let path: (Item) -> BranchPath
  /// The lines of one thing.
  let lines: (Item, inout ShellExpressions) throws(Untranslatable) -> [String]
  let tests: ConditionalTests

  /// - Throws: `Untranslatable` where a test or an item has no form in the shell.
  func write(
    _ items: ArraySlice<Item>, _ expressions: inout ShellExpressions, depth: Int = 0
  ) throws(Untranslatable) -> [String] {
    var result: [String] = []
    var rest = items
    while let item = rest.first {
      guard path(item).count > depth else {
        result += try lines(item, &expressions)
        rest = rest.dropFirst()
        continue
      }
      let conditional = path(item)[depth].conditional
      let group = rest.prefix { path($0).count > depth && path($0)[depth].conditional == conditional }
      result += try writeConditional(conditional, group, &expressions, depth: depth)
      rest = rest.dropFirst(group.count)
    }
    return result
  }

  private func writeConditional(
    _ conditional: Int, _ items: ArraySlice<Item>, _ expressions: inout ShellExpressions, depth: Int
  ) throws(Untranslatable) -> [String] {
    var result: [String] = []
    var rest = items
    let last = items.last.map { path($0)[depth].branch } ?? 0
    guard last < MakefileReader.mostBranches else { throw Untranslatable("its conditional has too many branches") }
    for branch in 0...last {
      let step = BranchStep(conditional: conditional, branch: branch)
      let own = rest.prefix { path($0)[depth] == step }
      rest = rest.dropFirst(own.count)
      if let test = try tests.command(step, &expressions) {
        result.append((branch == 0 ? "if " : "elif ") + test + "; then")
      } else {
        result.append("else")
      }
      let body = try write(own, &expressions, depth: depth + 1)
      let isEmpty = body.allSatisfy { $0.hasPrefix("#") || $0.isEmpty }
      result += (isEmpty ? body + [":"] : body).map(Self.indented)
    }
    if result.count == 2, !result[1].contains("\n") { return ["\(result[0]) \(result[1].trimmed); fi"] }
    return result + ["fi"]
  }

  /// A line moved to the right; what stands within quotes stays as it is.
  private static func indented(_ line: String) -> String {
    guard line.contains("\n") else { return line.isEmpty ? line : "  " + line }
    return "  " + (ShellLine(line).breaksQuotes || line.contains("<<") ? line : line.replacing("\n", with: "\n  "))
  }
}

/// Turns what conditionals ask into commands.
struct ConditionalTests {
  let conditionals: [Conditional]

  /// What each variable of a conditional asks again must not be long.
  private static let mostParts = 200

  func command(_ step: BranchStep, _ expressions: inout ShellExpressions) throws(Untranslatable) -> String? {
    guard let test = conditionals[step.conditional].tests[step.branch] else { return nil }
    switch test {
    case .unreadable: throw Untranslatable("what the conditional asks cannot be read")
    case .isSet(let name, let isSet):
      if expressions.scope.variables[name]?.isDefined == true { return isSet ? "true" : "false" }
      return try "[ -\(isSet ? "n" : "z") \"\(expressions.emptiness(MakeText([.reference(name)])))\" ]"
    case .areEqual(let left, let right, let areEqual):
      guard left.parts.count + right.parts.count <= Self.mostParts else {
        throw Untranslatable("what its conditional asks is too long")
      }
      let asks = left.isEmpty || right.isEmpty
      let left = try asks ? expressions.emptiness(left) : expressions.quoted(left)
      let right = try asks ? expressions.emptiness(right) : expressions.quoted(right)
      if left.isEmpty || right.isEmpty { return "[ -\(areEqual ? "z" : "n") \"\(left)\(right)\" ]" }
      return "[ \"\(left)\" \(areEqual ? "=" : "!=") \"\(right)\" ]"
    }
  }
}
