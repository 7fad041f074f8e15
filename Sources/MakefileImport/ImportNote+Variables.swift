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
    let list = names.prefix(5).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 5 ? " and others" : "")
    return ImportNote(
      "\(list) \(names.count == 1 ? "was" : "were") set with `=` or `:=`: here the environment wins over defaults",
      help: "unset what the environment should not give", at: place)
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

  static func readBeforeSet(_ name: String, _ read: String, at place: Place) -> ImportNote {
    ImportNote(
      "`\(name)` reads `\(read)` before the Makefile sets it: make sees nothing there, the tasks see the value",
      help: "leave it out of the value", at: place)
  }
}
