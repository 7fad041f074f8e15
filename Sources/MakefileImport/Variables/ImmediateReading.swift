/// Finds where make reads a variable before the Makefile has set it for the last time.
struct ImmediateReading {
  private(set) var notes: [ImportNote] = []
  /// The line that sets a variable last, or one that it reads, by name.
  private var latest: [String: (line: Int, name: String)] = [:]

  init(_ makefile: Makefile, _ variables: VariableTable) {
    // Each comes after those that it reads.
    for name in variables.sorted {
      guard let last = variables[name]?.definitions.last else { continue }
      var found = (line: last.place.line, name: name)
      // What `:=` reads counts where it stands.
      if last.operation != .simple, last.operation != .shell {
        for read in variables.reads[name] ?? [] {
          if let other = latest[read], other.line > found.line { found = other }
        }
      }
      latest[name] = found
    }
    for assignment in makefile.assignments where assignment.operation == .simple || assignment.operation == .shell {
      note("`\(assignment.name)`", [assignment.value], at: assignment.place, except: assignment.name)
    }
    for rule in makefile.rules {
      note("the rule", [rule.targets, rule.prerequisites, rule.orderOnly], at: rule.place)
    }
    for (number, conditional) in makefile.conditionals.enumerated() {
      for name in Set(conditional.names).sorted() {
        let later = (variables[name]?.definitions ?? []).reversed().prefix { $0.place.line > conditional.place.line }
        let isSetLater = later.contains { definition in !definition.path.contains { $0.conditional == number } }
        if isSetLater { notes.append(.readBeforeSet("the conditional", name, at: conditional.place)) }
      }
    }
  }

  private mutating func note(_ reader: String, _ texts: [MakeText], at place: Place, except own: String? = nil) {
    var seen: Set<String> = []
    for text in texts {
      text.forEachName { name in
        guard name != own, let (line, set) = latest[name], line > place.line, set != own, seen.insert(set).inserted
        else { return }
        notes.append(.readBeforeSet(reader, set, at: place))
      }
    }
  }
}
