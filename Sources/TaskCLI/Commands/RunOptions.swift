import ArgumentParser
import TaskRunner

/// How tasks are run, for every command that does.
struct RunOptions: ParsableArguments {
  /// How a run is shown.
  enum Output: String, ExpressibleByArgument, CaseIterable {
    case auto
    case plain
    case json
  }

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp("How many tasks work at the same time; the processors by default.", valueName: "n"))
  var jobs: Int?

  @Flag(name: .shortAndLong, help: "After a failure, go on with what does not depend on it.")
  var keepGoing = false

  @Option(help: ArgumentHelp("How long scripts may take to end when they are told to.", valueName: "time"))
  var grace = "10s"

  @Flag(name: .shortAndLong, help: "Answer every question of a task with yes.")
  var yes = false

  @Flag(help: "Let tasks work though what they make is up to date.")
  var force = false

  @Flag(help: "Let tasks change what `protected` names.")
  var allowProtected = false

  @Option(help: ArgumentHelp("How the run is shown: auto, plain or json.", valueName: "how"))
  var output = Output.auto

  @OptionGroup var telling: TellingOptions

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("-j must be at least 1, not \(jobs)") }
    if gracePeriod == nil { throw ValidationError("--grace must be a time with its unit, such as 10s, not \(grace)") }
  }

  var gracePeriod: Duration? { Duration(written: grace) }
}
