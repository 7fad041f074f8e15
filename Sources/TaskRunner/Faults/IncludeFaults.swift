import TaskKit

/// What the runner says of mistakes in what is included.
extension Diagnostic {
  static func includeWithoutFile(at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "an entry of include does not name a file", at: origin, help: "write `file: PATH`")
  }

  static func dotenvWithoutFile(at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "an entry of dotenv does not name a file", at: origin, help: "write `file: PATH`")
  }

  static func folderWithoutTasks(_ folder: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the folder `\(folder)` has no tasks.yaml that could be included", at: origin,
      help: "name another file, or write `optional: true` where it may be missing")
  }

  static func unreadableInclude(_ file: String, _ problem: FileProblem, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the file `\(file)` cannot be included: \(problem)", at: origin,
      help: "check the path: it starts from this file's folder; where the file may be missing, write `optional: true`")
  }

  static func includeRing(_ ring: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "these files include each other in a ring: \(ring.joined(separator: " → "))", at: origin,
      help: "remove one of the includes")
  }

  static func includesTooDeep(_ deepest: Int, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "files that include files are nested more than \(deepest) deep here", at: origin,
      help: "include it from a file nearer to the root")
  }

  static func tooManyIncludes(_ most: Int, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "more than \(most) files are included", at: origin, help: "files that include files multiply")
  }

  static func taskNameTaken(_ name: String, at origin: Origin, by other: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(name)` is defined twice", at: origin,
      help: "rename one, include its file with a `namespace`, or write `override: true` where this one is to count",
      notes: [Note("the other is here", at: other)])
  }

  static func nothingToOverride(_ name: String, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "no included file has a task `\(name)` that this one could override", at: origin,
      help: Suggestion.help(for: name, among: known) ?? "remove `override`")
  }

  static func valueTaken(_ name: String, in place: String, at origin: Origin, by other: Origin) -> Diagnostic {
    Diagnostic(
      .error, "two included files give `\(name)` a value in \(place)", at: origin,
      help: "give it in the file that includes both, or include one with a `namespace`",
      notes: [Note("the other is here", at: other)])
  }
}
