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
}

extension Target {
  /// Whether it is a file that the recipe makes: it says so with its name, or with `$@`.
  var makesFile: Bool {
    guard !isPhony, !recipe.isEmpty else { return false }
    if name.contains("/") || name.contains(".") { return true }
    return recipe.contains { line in
      let text = MakeText(line.text)
      return text.contains { part in
        guard case .reference(let name) = part else { return false }
        return name.hasPrefix("@")
      }
    }
  }

  /// Whether it lists the targets of the Makefile, as `ugc-tasks list` does.
  var listsTargets: Bool {
    recipe.contains { line in
      MakeText(line.text).contains { part in
        guard case .reference(let name) = part else { return false }
        return name == "MAKEFILE_LIST"
      }
    }
  }
}
