/// The targets of a Makefile, in its order.
struct TargetTable {
  var targets: [String: Target] = [:]
  private(set) var names: [String] = []
  var notes: [ImportNote] = []
  private(set) var isOneShell = false
  private(set) var defaultGoal: String?
  /// Targets that become no tasks.
  var left: Set<String> = []
  /// Those that only list the targets.
  private var help: Set<String> = []
  /// One rule for many targets with much of each would make a file without end.
  static let mostWork = 100_000
  var patterns: [PatternRule] = []
  /// The patterns of rules that became nothing.
  var lostPatterns: [String] = []
  let statics: StaticText
  private let toolName: String

  init(_ makefile: Makefile, _ variables: VariableTable, toolName: String) {
    statics = StaticText(variables: variables)
    self.toolName = toolName
    var phony: Set<String> = []
    for rule in makefile.rules { read(rule, &phony) }
    addMatches(makefile)
    noteGivenNames(makefile, variables)
    for name in names where phony.contains(name) { targets[name]?.isPhony = true }
    // `.PHONY: all` alone makes no rule.
    for assignment in makefile.targetAssignments { read(assignment) }
    defaultGoal = goal(makefile)
    leaveOutHelp()
    sortPrerequisites()
  }

  private mutating func read(_ rule: Rule, _ phony: inout Set<String>) {
    guard let words = statics.words(of: rule.targets) else {
      return notes.append(.computedTarget(at: rule.place))
    }
    if let first = words.first, SpecialTarget.isSpecial(first) { return readSpecial(rule, first, &phony) }
    if rule.isStaticPattern || words.contains(where: { $0.contains("%") }) { return readPattern(rule, words) }
    if words.count == 1, SpecialTarget.isSuffixRule(words[0]), rule.prerequisites.isEmpty {
      return notes.append(.patternRule(words[0], tasks: [], at: rule.place))
    }
    guard !words.contains(where: Self.isManyFiles) else {
      left.formUnion(words)
      return notes.append(.computedTarget(at: rule.place))
    }
    guard rule.path.isEmpty else {
      left.formUnion(words.filter { targets[$0] == nil })
      return notes.append(.conditionalRule(words.joined(separator: " "), at: rule.place))
    }
    if words.last == "&" { notes.append(.groupedTargets(at: rule.place)) }
    let prerequisites = self.words(of: rule.prerequisites, of: words.first ?? "", at: rule.place)
    let orderOnly = self.words(of: rule.orderOnly, of: words.first ?? "", at: rule.place)
    let hasComputedNeeds = [rule.prerequisites, rule.orderOnly].contains { statics.mayNameTasks($0) }
    guard words.count * (prerequisites.count + orderOnly.count + rule.recipe.count) <= Self.mostWork else {
      return notes.append(.tooManyTargets(words.count, at: rule.place))
    }
    let hasUnknown = statics.words(of: rule.prerequisites) == nil
    for name in words where name != "&" {
      add(rule, to: name, prerequisites, orderOnly)
      if hasComputedNeeds { targets[name]?.hasComputedNeeds = true }
      if hasUnknown { targets[name]?.hasUnknownPrerequisites = true }
    }
  }

  private mutating func words(of text: MakeText, of target: String, at place: Place) -> [String] {
    if let words = statics.words(of: text) { return words.filter { $0 != ".WAIT" } }
    notes.append(.computedPrerequisites(of: target, areFiles: !statics.mayNameTasks(text), at: place))
    // What is known is kept.
    return text.parts.flatMap { statics.words(of: MakeText([$0])) ?? [] }
  }

  mutating func add(_ rule: Rule, to name: String, _ prerequisites: [String], _ orderOnly: [String]) {
    if targets[name] == nil {
      targets[name] = Target(name: name, place: rule.place)
      names.append(name)
    }
    targets[name]?.prerequisites += prerequisites
    targets[name]?.orderOnly += orderOnly
    if let help = rule.help, targets[name]?.help == nil { targets[name]?.help = Self.withoutName(help, name) }
    guard !rule.recipe.isEmpty else { return }
    if targets[name]?.recipe.isEmpty == false {
      notes.append(.severalRecipes(name, areAllRun: rule.isDoubleColon, at: rule.place))
      if !rule.isDoubleColon { targets[name]?.recipe = [] }
    }
    targets[name]?.recipe += rule.recipe
    targets[name]?.place = rule.place
  }

  /// `## build: make the app` names its target itself.
  private static func withoutName(_ help: String, _ name: String) -> String {
    for prefix in ["\(name):", "\(name) -", "@\(name)"] where help.hasPrefix(prefix) {
      let rest = String(help.dropFirst(prefix.count)).trimmed
      if !rest.isEmpty { return rest }
    }
    return help
  }

  private mutating func readSpecial(_ rule: Rule, _ name: String, _ phony: inout Set<String>) {
    switch name {
    case ".PHONY":
      // What is phony only sometimes is a task all the same.
      guard let words = statics.words(of: rule.prerequisites) else {
        return notes.append(.computedPhony(at: rule.place))
      }
      phony.formUnion(words)
    case ".ONESHELL": isOneShell = true
    case ".NOTPARALLEL": notes.append(.notParallel(at: rule.place))
    case ".IGNORE": notes.append(.ignore(at: rule.place))
    case ".DELETE_ON_ERROR", ".SECONDEXPANSION": notes.append(.specialTarget(name, at: rule.place))
    case ".DEFAULT": notes.append(.patternRule(name, tasks: [], at: rule.place))
    default: break
    }
  }

  private mutating func read(_ assignment: TargetAssignment) {
    let place = assignment.assignment.place
    guard let words = statics.words(of: assignment.targets), !words.contains(where: { $0.contains("%") }),
      assignment.assignment.path.isEmpty, !KnownVariables.isMakes(assignment.assignment.name)
    else { return notes.append(.targetAssignment(assignment.assignment.name, at: place)) }
    for name in words {
      guard targets[name] != nil else {
        notes.append(.targetAssignment(assignment.assignment.name, at: place))
        continue
      }
      targets[name]?.assignments.append(assignment.assignment)
    }
  }

  private func goal(_ makefile: Makefile) -> String? {
    let written = makefile.assignments.last { $0.name == ".DEFAULT_GOAL" && $0.path.isEmpty }?.value.literal
    return written.flatMap { targets[$0] == nil ? nil : $0 }
      ?? names.first { !$0.hasPrefix(".") || $0.contains("/") }
  }

  private mutating func leaveOutHelp() {
    for name in names where targets[name]?.listsTargets == true {
      if let target = targets.removeValue(forKey: name) {
        notes.append(.listsTargets(name, toolName: toolName, at: target.place))
        help.insert(name)
        if defaultGoal == name { defaultGoal = nil }
      }
    }
    names.removeAll { targets[$0] == nil }
  }

  /// Tells the tasks among the prerequisites from the files.
  private mutating func sortPrerequisites() {
    for name in names {
      guard var target = targets[name] else { continue }
      var seen: Set<String> = [name]
      for prerequisite in target.prerequisites where seen.insert(prerequisite).inserted {
        if targets[prerequisite] != nil {
          target.needs.append(prerequisite)
        } else if help.contains(prerequisite) {
          target.remarks.append(.helpPrerequisite(prerequisite, of: name, at: target.place))
        } else if !left.contains(prerequisite) {
          target.files.append(prerequisite)
        }
      }
      for prerequisite in target.orderOnly where seen.insert(prerequisite).inserted {
        if targets[prerequisite] != nil { target.needs.append(prerequisite) }
      }
      target.lost = (target.prerequisites + target.orderOnly).first { left.contains($0) && targets[$0] == nil }
      if let lost = target.lost { target.remarks.append(.lostPrerequisite(lost, of: name, at: target.place)) }
      targets[name] = target
    }
  }

  /// Removes prerequisites that lead back to their target, as make does.
  mutating func dropRings() {
    let order = ReadingOrder(names, reads: targets.mapValues(\.needs))
    for edge in order.closing {
      targets[edge.from]?.needs.removeAll { $0 == edge.to }
      if let place = targets[edge.from]?.place {
        notes.append(.circularPrerequisite(edge.to, of: edge.from, at: place))
      }
    }
  }
}

/// Targets that tell make something.
enum SpecialTarget {
  private static let names: Set<String> = [
    ".DEFAULT", ".DELETE_ON_ERROR", ".EXPORT_ALL_VARIABLES", ".IGNORE", ".INTERMEDIATE", ".LOW_RESOLUTION_TIME",
    ".NOTINTERMEDIATE", ".NOTPARALLEL", ".ONESHELL", ".PHONY", ".POSIX", ".PRECIOUS", ".SECONDARY",
    ".SECONDEXPANSION", ".SILENT", ".SUFFIXES", ".WAIT",
  ]

  static func isSpecial(_ name: String) -> Bool { names.contains(name) }

  /// `.c.o`.
  static func isSuffixRule(_ name: String) -> Bool {
    name.hasPrefix(".") && !name.contains("/") && name.split(separator: ".").count == 2
  }
}
