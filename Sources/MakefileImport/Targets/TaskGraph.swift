/// Which targets lead to which: decides where tasks can be steps.
struct TaskGraph {
  private static let mostVisits = 1_000_000

  private let needs: [String: [String]]
  private var dependents: [String: [String]] = [:]
  private var visits = 0

  init(_ table: TargetTable) {
    needs = table.targets.mapValues(\.needs)
    for name in table.names { for need in needs[name] ?? [] { dependents[need, default: []].append(name) } }
  }

  /// Whether the needs of a target can be its steps: those run in order, but each time they are written.
  ///
  /// So no run may come to one of them by another way.
  mutating func allowsSteps(_ name: String) -> Bool {
    guard let own = needs[name], own.count > 1, let above = ancestors(of: name) else { return false }
    for need in own {
      for other in dependents[need] ?? [] where other != name {
        guard let aboveOther = ancestors(of: other), above.isDisjoint(with: aboveOther) else { return false }
      }
    }
    return true
  }

  /// The targets that lead to one, and itself; nil where finding them would take too long.
  private mutating func ancestors(of name: String) -> Set<String>? {
    var found: Set<String> = [name]
    var open = [name]
    while let next = open.popLast() {
      visits += 1
      guard visits < Self.mostVisits else { return nil }
      for dependent in dependents[next] ?? [] where found.insert(dependent).inserted { open.append(dependent) }
    }
    return found
  }
}
