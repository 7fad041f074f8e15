extension TargetTable {
  private static let mostMatches = 1_000_000

  mutating func readPattern(_ rule: Rule, _ words: [String]) {
    var targets = words
    var prerequisites = statics.words(of: rule.prerequisites)
    let orderOnly = statics.words(of: rule.orderOnly)
    if rule.isStaticPattern {
      // `$(OBJECTS): %.o: %.c`
      let parts = (prerequisites ?? []).joined(separator: " ")
        .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      targets = parts.first.map { String($0).words } ?? []
      prerequisites = parts.count == 2 ? String(parts[1]).words : nil
    }
    guard let prerequisites, let orderOnly, rule.path.isEmpty, targets.allSatisfy({ Percent($0) != nil }) else {
      left.formUnion(rule.isStaticPattern ? words : [])
      lostPatterns += rule.isStaticPattern ? [] : words
      return notes.append(.patternRule(words.joined(separator: " "), tasks: [], at: rule.place))
    }
    let pattern = PatternRule(rule: rule, targets: targets, prerequisites: prerequisites, orderOnly: orderOnly)
    guard rule.isStaticPattern else { return patterns.append(pattern) }
    guard words.count * (prerequisites.count + orderOnly.count + rule.recipe.count) <= Self.mostWork else {
      left.formUnion(words)
      return notes.append(.tooManyTargets(words.count, at: rule.place))
    }
    if words.contains(where: Self.isManyFiles) { notes.append(.computedTarget(at: rule.place)) }
    for name in words {
      if !Self.isManyFiles(name), let match = pattern.match(name) {
        add(rule, to: name, match)
      } else {
        left.insert(name)
      }
    }
  }

  private mutating func add(_ rule: Rule, to name: String, _ match: PatternRule.Match) {
    var rule = rule
    rule.recipe = rule.recipe.map {
      RecipeLine(text: $0.text.replacingStem(match.stem), place: $0.place, path: $0.path)
    }
    add(rule, to: name, match.prerequisites, match.orderOnly)
    if !rule.recipe.isEmpty { targets[name]?.stem = match.stem }
  }

  /// Makes targets of the names that the Makefile asks for and only a pattern rule matches.
  mutating func addMatches(_ makefile: Makefile) {
    var made: [Int: [String]] = [:]
    var asked = names.filter { targets[$0]?.recipe.isEmpty == true }
    asked += names.flatMap { (targets[$0]?.prerequisites ?? []) + (targets[$0]?.orderOnly ?? []) }
    asked += makefile.rules.flatMap(\.recipe).flatMap { Self.calledNames(MakeText($0.text)) }
    // A rule stands once in each chain of them, as in make.
    var open = asked.map { (name: $0, chain: Set<Int>()) }
    var seen: Set<String> = []
    var work = 0
    var next = 0
    while next < open.count {
      let (name, chain) = open[next]
      next += 1
      guard targets[name]?.recipe.isEmpty ?? true, !left.contains(name), seen.insert(name).inserted else { continue }
      if targets[name] == nil, lostPatterns.contains(where: { Percent($0)?.stem(of: name) != nil }) {
        left.insert(name)
        continue
      }
      // `%` alone, which is left out there, matches all files as well.
      let found = work > Self.mostMatches ? [] : matches(of: name, outside: chain)
      work += patterns.count + chain.count
      guard let (index, match) = found.first else { continue }
      guard found.count == 1, !Self.isManyFiles(name), !match.prerequisites.contains(name), work < Self.mostMatches
      else {
        // Which rule make takes, and for which names, depends on the files that are there.
        left.insert(name)
        continue
      }
      add(patterns[index].rule, to: name, match)
      made[index, default: []].append(name)
      open += (match.prerequisites + match.orderOnly).map { ($0, chain.union([index])) }
    }
    for (index, pattern) in patterns.enumerated() {
      notes.append(
        .patternRule(pattern.targets.joined(separator: " "), tasks: made[index] ?? [], at: pattern.rule.place))
    }
  }

  /// Names of targets that a value of the command line would change.
  mutating func noteGivenNames(_ makefile: Makefile, _ variables: VariableTable) {
    var names: [String] = []
    var seen: Set<String> = []
    var asked: Set<String> = []
    var first: Place?
    var relative: Place?
    var closures: [String: [String]] = [:]
    let closure = { (name: String) -> [String] in
      if let known = closures[name] { return known }
      let names = variables.closure(of: name)
      closures[name] = names
      return names
    }
    for rule in makefile.rules {
      rule.targets.forEachName { name in
        if relative == nil, closure(name).contains(where: { $0 == "CURDIR" || $0 == "PWD" }) { relative = rule.place }
      }
      for text in [rule.targets, rule.prerequisites, rule.orderOnly] {
        text.forEachName { name in
          guard asked.insert(name).inserted else { return }
          for name in closure(name) where seen.insert(name).inserted {
            guard let variable = variables[name], variable.names.input != nil, !variable.definitions.isEmpty else {
              continue
            }
            names.append(name)
            first = first ?? rule.place
          }
        }
      }
    }
    if let first { notes.append(.fixedNames(names, at: first)) }
    if let relative { notes.append(.relativeNames(at: relative)) }
  }

  /// Whether a name stands for the files that `$(wildcard …)` finds.
  static func isManyFiles(_ name: String) -> Bool { name.contains { "*?[".contains($0) } }

  private func matches(of name: String, outside chain: Set<Int>) -> [(Int, PatternRule.Match)] {
    patterns.indices.compactMap { index in
      let pattern = patterns[index]
      guard !chain.contains(index), !pattern.rule.recipe.isEmpty, !pattern.targets.contains("%") else { return nil }
      return pattern.match(name).map { (index, $0) }
    }
  }

  /// The words of a line that calls make.
  private static func calledNames(_ line: MakeText) -> [String] {
    guard line.contains(where: { if case .reference("MAKE") = $0 { true } else { false } }) else { return [] }
    return line.parts.flatMap { if case .text(let text) = $0 { text.words } else { [String]() } }
  }
}
