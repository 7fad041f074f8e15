extension ImportNote {
  static func circularVariable(_ name: String, at place: Place) -> ImportNote {
    ImportNote("the variable `\(name)` was not turned: it reads itself", help: "give it a value of its own", at: place)
  }

  static func computedVariable(_ name: String, reason: String, isGiven: Bool, at place: Place) -> ImportNote {
    ImportNote(
      "the variable `\(name)` was not turned: \(reason)",
      help: isGiven ? "give it a value in `defaults`; until then, tasks that use it fail" : "set it in the scripts",
      at: place)
  }

  static func override(_ name: String, at place: Place) -> ImportNote {
    ImportNote(
      "`override` was not turned: the command line wins over `\(name)`", help: "do not give \(name)=…", at: place)
  }

  static func canned(_ name: String, at place: Place) -> ImportNote {
    ImportNote(
      "the canned recipe `\(name)` was not turned", help: "write its lines into a task, and call that", at: place)
  }

  static func strongerThanEnvironment(_ names: [String], at place: Place) -> ImportNote {
    ImportNote(
      "\(list(names)) \(names.count == 1 ? "was" : "were") set with `=` or `:=`: here the environment wins over defaults",
      help: "unset what the environment should not give", at: place)
  }

  static func appended(_ names: [String], at place: Place) -> ImportNote {
    ImportNote(
      "\(list(names)) \(names.count == 1 ? "is" : "are") appended to with `+=`: here what the environment gives takes the place of "
        + "all, as what the command line gives does", at: place)
  }

  static func appendedByTargets(_ names: [String], at place: Place) -> ImportNote {
    ImportNote(
      "targets append to \(list(names)): here to what the command line gives, too", at: place)
  }

  static func words(_ names: [String], at place: Place) -> ImportNote {
    ImportNote(
      "what is given to \(list(names)) is words here: make lets the shell read quotes and `$` in it",
      help: "give words with spaces after `--`, and let the script read \"$@\"", at: place)
  }

  static func reachesPrograms(_ names: [String], at place: Place) -> ImportNote {
    ImportNote(
      "\(list(names)) \(names.count == 1 ? "is" : "are") not exported, and programs that know such names find them here",
      help: "rename what they should not find", at: place)
  }

  static func madeAnew(_ name: String, at place: Place) -> ImportNote {
    ImportNote(
      "the command of `\(name)` runs in each task that uses it, and may say something else each time: make runs it once",
      help: "give the value on the command line, or let one task write it to a file", at: place)
  }

  /// A setting of make that changes what targets do.
  static func makesOwn(_ assignment: Assignment) -> ImportNote? {
    switch assignment.name {
    case "VPATH":
      return directive("VPATH", at: assignment.place)
    case "MAKEFLAGS", "GNUMAKEFLAGS":
      let words = assignment.value.literal?.words ?? ["?"]
      let idle: Set<String> = ["-R", "-r", "-rR", "-s", "rR", "r", "s"]
      guard !words.allSatisfy({ idle.contains($0) || ["--no-", "--warn-", "--silent"].contains(where: $0.hasPrefix) })
      else { return nil }
      return ImportNote(
        "`\(assignment.name)` was not turned", help: "give the options to each run, such as -j and -k",
        at: assignment.place)
    default: return nil
    }
  }

  static func notExported(_ name: String, at place: Place) -> ImportNote {
    ImportNote(
      "`\(name)` was not exported: its value is known only within a script", help: "export it in the scripts", at: place
    )
  }

  static func list(_ names: [String]) -> String {
    names.prefix(5).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 5 ? " and others" : "")
  }

  static func renamed(_ name: String, to variable: String, at place: Place) -> ImportNote {
    ImportNote(
      "the variable `\(name)` is \(variable) here: give it as \(variable)=…",
      help: "change who gives it, and programs that read it from their environment", at: place)
  }

  static func pasted(_ name: String, at place: Place) -> ImportNote {
    ImportNote(
      "the text of the variable `\(name)` was written into the scripts that use it: it cannot be given", at: place)
  }

  static func onlyInScripts(_ name: String, at place: Place) -> ImportNote {
    ImportNote(
      "the variable `\(name)` is set by the scripts that use it: the command line cannot give it",
      help: "give it a name of its own", at: place)
  }

  static func readBeforeSet(_ reader: String, _ name: String, at place: Place) -> ImportNote {
    ImportNote(
      "\(reader) reads `\(name)` before the Makefile sets it for the last time: make takes what it is there, the tasks "
        + "what it is in the end",
      help: "see whether that is the same", at: place)
  }
}
