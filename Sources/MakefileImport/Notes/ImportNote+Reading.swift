extension ImportNote {
  static func directive(_ word: String, at place: Place) -> ImportNote {
    let help =
      word.lowercased() == "vpath"
      ? "write the folders of the files in `sources` and in the scripts" : "write in tasks.yaml what it did"
    return ImportNote("`\(word)` was not turned", help: help, at: place)
  }

  static func unexport(at place: Place) -> ImportNote {
    ImportNote(
      "`unexport` was not turned: programs find the values of `defaults` in their environment",
      help: "write `unset` into the scripts", at: place)
  }

  static func computedName(_ name: String, at place: Place) -> ImportNote {
    ImportNote(
      "the variable `\(name)` was not turned: its name is computed", help: "write a variable for each name", at: place)
  }

  static func computedLine(at place: Place) -> ImportNote {
    ImportNote(
      "the line was not turned: what it says is computed", help: "write the tasks that it makes", at: place)
  }

  static func trailingSpaces(_ name: String, at place: Place) -> ImportNote {
    ImportNote(
      "the spaces at the end of `\(name)` were left out, which make keeps", help: "quote the value where they matter",
      at: place)
  }

  static func neitherRuleNorAssignment(at place: Place) -> ImportNote {
    ImportNote(
      "the line was not turned: it is neither a rule nor an assignment", help: "begin a recipe's line with a tab",
      at: place)
  }
}
