/// A target that becomes a task, put together from all of its rules.
struct Target {
  let name: String
  var isPhony = false
  var prerequisites: [String] = []
  var orderOnly: [String] = []
  var recipe: [RecipeLine] = []
  var help: String?
  var place: Place
  /// `STACK = x` for this target.
  var assignments: [Assignment] = []
  /// What its task's comment says.
  var remarks: [ImportNote] = []
  /// The target's prerequisites that are tasks, and those that are files.
  var needs: [String] = []
  var files: [String] = []
  /// A prerequisite that became no task.
  var lost: String?
  /// Whether the names of tasks may be among prerequisites that only make computes.
  var hasComputedNeeds = false
  /// Whether only make knows all of its prerequisites.
  var hasUnknownPrerequisites = false
  /// What stands for the `%` of the pattern that its rule has.
  var stem: String?
}

extension Target {
  /// What of its prerequisites has no task; nil where nothing is missing.
  var missing: String? { lost.map { "its prerequisite \($0)" } ?? (hasComputedNeeds ? "its prerequisites" : nil) }

  /// Whether it is a file that the recipe makes: it says so with its name, or with `$@`.
  var makesFile: Bool {
    guard !isPhony, !recipe.isEmpty, !makesFolder else { return false }
    if name.contains("/") || name.contains(".") { return true }
    // `fmt vet: ; go $@` only reads its name.
    guard !files.isEmpty || !needs.isEmpty else { return false }
    return recipe.contains { line in
      let text = MakeText(line.text)
      return text.contains { part in
        guard case .reference(let name) = part else { return false }
        return name.hasPrefix("@")
      }
    }
  }

  /// Whether its recipe only makes a folder.
  var makesFolder: Bool {
    !isPhony && !recipe.isEmpty
      && recipe.allSatisfy { ShellLine(MakeText(RecipePrefix($0.text).rest).skeleton).commands == ["mkdir"] }
  }

  /// Whether it only lists the targets of the Makefile, as `ugc-tasks list` does.
  var listsTargets: Bool {
    var reads = false
    for line in recipe {
      let text = MakeText(RecipePrefix(line.text).rest)
      let commands = Set(ShellLine(text.skeleton).commands)
      guard commands.isSubset(of: Self.listing) else { return false }
      let namesFile = text.parts.contains { if case .reference("MAKEFILE_LIST") = $0 { true } else { false } }
      reads = reads || namesFile && !commands.isDisjoint(with: Self.readers)
    }
    return reads
  }

  private static let readers: Set<String> = ["awk", "egrep", "fgrep", "gawk", "grep", "perl", "sed"]
  private static let listing = readers.union([
    "cat", "column", "cut", "do", "done", "echo", "expand", "fmt", "head", "printf", "read", "sort", "tail", "tr",
    "true", "uniq", "while",
  ])
}
