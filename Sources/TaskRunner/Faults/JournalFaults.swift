public import TaskKit

/// What the runner says of runs that are remembered.
extension Diagnostic {
  static func unwritableRun(_ path: String, _ problem: FileProblem) -> Diagnostic {
    Diagnostic(
      .error, "the run cannot be kept in \(path): \(problem)", help: "check who may write to the folder of tasks.yaml")
  }

  static func unreadableJournal(_ run: String, _ problem: FileProblem) -> Diagnostic {
    Diagnostic(.error, "the journal of the run \(run) cannot be read: \(problem)", help: "`history` lists the runs")
  }

  static func damagedHeader(_ run: String) -> Diagnostic {
    Diagnostic(
      .error, "the journal of the run \(run) is damaged in its first line", help: "run its tasks anew")
  }

  static var noRuns: Diagnostic {
    Diagnostic(.error, "there are no runs here yet", help: "runs are kept beside tasks.yaml, in .ugc/runs")
  }

  static func unknownRun(_ name: String) -> Diagnostic {
    Diagnostic(
      .error, "there is no run `\(name)`", help: "`history` lists the runs; the newest \(RunHistory.mostRuns) are kept")
  }

  static func ambiguousRun(_ name: String, _ runs: [String]) -> Diagnostic {
    let shown = runs.prefix(3).joined(separator: ", ") + (runs.count > 3 ? " …" : "")
    return Diagnostic(
      .error, "`\(name)` could be any of \(runs.count) runs: \(shown)", help: "write more of its name")
  }

  static func liveRun(_ run: String) -> Diagnostic {
    Diagnostic(.error, "the run \(run) is under way", help: "wait for its end, or end it")
  }

  static func nothingToResume(_ run: String) -> Diagnostic {
    Diagnostic(.error, "the run \(run) succeeded: there is nothing to resume", help: "`history` lists the others")
  }

  static func secretArguments(_ run: String) -> Diagnostic {
    Diagnostic(
      .error, "the run \(run) had a secret after `--`, which is not kept", help: "run its tasks anew")
  }

  static func notASecretOfTheRun(_ variable: String) -> Diagnostic {
    Diagnostic(
      .error, "a resumed run has the values that it began with: \(variable) cannot be given",
      help: "leave it out, or run the tasks anew")
  }

  static func missingSecret(_ variable: String, run: String, isAssignment: Bool) -> Diagnostic {
    Diagnostic(
      .error, "the run \(run) had the secret \(variable), which is not kept",
      help: isAssignment ? "add \(variable)=…" : "set \(variable) in the environment, as then")
  }

  static func changedSecret(_ variable: String, run: String) -> Diagnostic {
    Diagnostic(
      .error, "the secret \(variable) is not the one that the run \(run) began with",
      help: "give the same one, or run the tasks anew")
  }

  static func changedTasks(_ calls: [String], run: String) -> Diagnostic {
    let shown = calls.prefix(5).map { "`\($0)`" }.joined(separator: ", ") + (calls.count > 5 ? " …" : "")
    return Diagnostic(
      .error, "what still has to run has changed since the run \(run) began: \(shown)",
      help: "add --accept-changes to go on with what tasks.yaml says now, or run the tasks anew")
  }

  /// What a damaged line said is not known.
  public static func damagedJournal(_ run: String, lines: [Int]) -> Diagnostic {
    let numbers = lines.prefix(5).map(String.init).joined(separator: ", ")
    return Diagnostic(
      .warning, "the journal of the run \(run) is damaged in line \(numbers)",
      help: "what it said is not trusted: a task whose end it told counts as not ended")
  }
}
