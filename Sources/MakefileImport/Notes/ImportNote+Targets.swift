extension ImportNote {
  static func computedTarget(at place: Place) -> ImportNote {
    ImportNote(
      "the rule was not turned: the names of its targets are computed", help: "write a task for each target", at: place)
  }

  static func tooManyTargets(_ count: Int, at place: Place) -> ImportNote {
    ImportNote("the rule was not turned: it has too many targets, \(count)", help: "write a task for all", at: place)
  }

  static func patternRule(_ targets: String, tasks: [String], at place: Place) -> ImportNote {
    guard tasks.isEmpty else {
      return ImportNote(
        "the pattern rule `\(targets)` became tasks only for what the Makefile itself asks for: \(list(tasks))",
        help: "write a task for each other name", at: place)
    }
    return ImportNote(
      "the pattern rule `\(targets)` was not turned",
      help: "write a task whose script makes all the files, with their patterns in `sources` and `generates`", at: place
    )
  }

  static func conditionalRule(_ targets: String, at place: Place) -> ImportNote {
    ImportNote(
      "the rule of `\(targets)` was not turned: it stands in a conditional", help: "write a task with `when`", at: place
    )
  }

  static func groupedTargets(at place: Place) -> ImportNote {
    ImportNote(
      "the targets of the rule became tasks of their own", help: "write one task that `generates` all of them",
      at: place)
  }

  static func computedPrerequisites(of target: String, areFiles: Bool, at place: Place) -> ImportNote {
    ImportNote(
      "prerequisites of `\(target)` were not turned: they are computed",
      help: areFiles
        ? "write the files into `sources`"
        : "write tasks into `needs` and files into `sources`; until then, the task fails",
      at: place)
  }

  static func computedPhony(at place: Place) -> ImportNote {
    ImportNote(
      "the names of `.PHONY` were not turned: they are computed",
      help: "remove `sources` and `generates` from those that make no file", at: place)
  }

  static func severalRecipes(_ target: String, areAllRun: Bool, at place: Place) -> ImportNote {
    areAllRun
      ? ImportNote("the recipes of `\(target)` became one script", help: "make sure that it runs as a whole", at: place)
      : ImportNote("only the last recipe of `\(target)` was turned, as make runs it", at: place)
  }

  static func notParallel(at place: Place) -> ImportNote {
    ImportNote("`.NOTPARALLEL` was not turned: needs run at the same time", help: "run with -j 1", at: place)
  }

  static func fixedNames(_ variables: [String], at place: Place) -> ImportNote {
    ImportNote(
      "rules name targets or files by \(list(variables)): the tasks are made for the values of the Makefile, whatever is given",
      help: "write a task that reads the value", at: place)
  }

  static func relativeNames(at place: Place) -> ImportNote {
    ImportNote(
      "rules name targets by the folder of the Makefile: `$@` is relative to it here",
      help: "do not go to another folder before it is read", at: place)
  }

  static func specialTarget(_ name: String, at place: Place) -> ImportNote {
    ImportNote(
      "`\(name)` was not turned",
      help: name == ".SECONDEXPANSION"
        ? "write what `$$` in prerequisites stands for" : "let scripts remove what they leave half made", at: place)
  }

  static func ignore(at place: Place) -> ImportNote {
    ImportNote("`.IGNORE` was not turned", help: "give the tasks `allowFailure: true`", at: place)
  }

  static func targetAssignment(_ name: String, at place: Place) -> ImportNote {
    ImportNote(
      "the targets' own `\(name)` was not turned", help: "write it into `with` of the tasks that it is for", at: place)
  }

  static func listsTargets(_ target: String, toolName: String, at place: Place) -> ImportNote {
    ImportNote("the target `\(target)` was left out: `\(toolName) list` lists the tasks", at: place)
  }

  static func lostPrerequisite(_ prerequisite: String, of target: String, at place: Place) -> ImportNote {
    ImportNote(
      "the prerequisite `\(prerequisite)` of `\(target)` was left out: it became no task",
      help: "add it to `needs` once there is one; until then, the task fails", at: place)
  }

  static func helpPrerequisite(_ prerequisite: String, of target: String, at place: Place) -> ImportNote {
    ImportNote(
      "the prerequisite `\(prerequisite)` of `\(target)` was left out: it lists the targets", at: place)
  }

  static func circularPrerequisite(_ prerequisite: String, of target: String, at place: Place) -> ImportNote {
    ImportNote("the circular prerequisite `\(prerequisite)` of `\(target)` was dropped, as make does", at: place)
  }
}
