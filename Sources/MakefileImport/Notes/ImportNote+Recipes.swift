extension ImportNote {
  static func recipeLine(_ task: String, reason: String, at place: Place) -> ImportNote {
    ImportNote(
      "a line of the recipe of `\(task)` was not turned: \(reason)",
      help: "write it as shell; until then, the task fails",
      at: place)
  }

  static func recipeConditional(_ task: String, reason: String, at place: Place) -> ImportNote {
    ImportNote(
      "the recipe of `\(task)` was not turned: \(reason)", help: "write it as shell; until then, the task fails",
      at: place)
  }

  static func writtenList(_ task: String, at place: Place) -> ImportNote {
    ImportNote(
      "the words of a list were written into the script of `\(task)`: to give another value changes nothing there",
      help: "write a loop of the shell", at: place)
  }

  static func runsMake(_ task: String, at place: Place) -> ImportNote {
    ImportNote(
      "the recipe of `\(task)` runs make for another Makefile or folder: what is given reaches it as its "
        + "environment, which beats only its `?=`",
      help: "make a task file of that Makefile, and name it in `include`", at: place)
  }

  static func readsInput(_ task: String, at place: Place) -> ImportNote {
    ImportNote(
      "the recipe of `\(task)` asks something: its task has the terminal for itself",
      help: "let `confirm` ask, if it asks whether to go on", at: place)
  }

  static func renamedTasks(_ names: [(target: String, task: String)], at place: Place) -> ImportNote {
    let list = names.prefix(10).map { "`\($0.target)` is `\($0.task)`" }.joined(separator: ", ")
    return ImportNote(
      "targets have other names as tasks: \(list)" + (names.count > 10 ? " and so on" : ""), at: place)
  }

  static func parallelNeeds(_ tasks: [String], at place: Place) -> ImportNote {
    ImportNote(
      "the needs of \(list(tasks)) may run at the same time", help: "run with -j 1 to keep make's order", at: place)
  }

  static func withoutSources(_ tasks: [String], at place: Place) -> ImportNote {
    ImportNote(
      "\(list(tasks)) \(tasks.count == 1 ? "has" : "have") no sources, and always \(tasks.count == 1 ? "runs" : "run"): make "
        + "runs a recipe only where its file is missing",
      help: "test for the file in the script", at: place)
  }

  static func fileOrFolder(_ target: String, from files: [String], at place: Place) -> ImportNote {
    ImportNote(
      "the task always runs: make runs the recipe of `\(target)` only where it is older than \(list(files))",
      help: "write those into `sources`, and the files that it makes into `generates`", at: place)
  }

  static func steps(_ task: String, at place: Place) -> ImportNote {
    ImportNote(
      "a step, as of `\(task)`, runs again where it is asked for beside its task: make runs it once",
      help: "ask for the task alone", at: place)
  }

  static func fileName(_ file: String, of task: String, at place: Place) -> ImportNote {
    ImportNote("the file `\(file)` is no source of `\(task)`: its name is no pattern", at: place)
  }

  static func tooManyVariables(_ task: String, at place: Place) -> ImportNote {
    ImportNote(
      "the recipe of `\(task)` was not turned: the scripts are too long", help: "write it as shell", at: place)
  }

  static func ownValues(of task: String, at place: Place) -> ImportNote {
    ImportNote(
      "what `\(task)` sets for itself does not reach its needs, as it does with make",
      help: "call them as steps, each with its `with`", at: place)
  }

  static func ownValue(_ name: String, of task: String, reason: String, at place: Place) -> ImportNote {
    ImportNote(
      "`\(name)` of `\(task)` was not turned: \(reason)", help: "write it into the task's `with`", at: place)
  }

  static func loneCall(at place: Place) -> ImportNote {
    ImportNote("the call was not turned", help: "write in tasks.yaml what it did", at: place)
  }

  static func include(_ file: String, at place: Place) -> ImportNote {
    ImportNote(
      file.isEmpty ? "the included files were not turned: their names are computed" : "`\(file)` was not turned",
      help: "make a task file of each, and name it in `include`", at: place)
  }

  static func dotenv(at place: Place) -> ImportNote {
    ImportNote(
      "`dotenv` reads the file otherwise than make: quotes around values end, the environment wins over it, and it wins "
        + "over what the Makefile sets after it",
      help: "leave quotes out, and do not set a variable in both", at: place)
  }
}
