import ArgumentParser
import RunReports
import TaskRunner

/// How tasks are run, for every command that does.
struct RunOptions: ParsableArguments {
  /// How a run is shown.
  enum Output: String, ExpressibleByArgument, CaseIterable {
    case auto
    case plain
    case json
    case github
    case gitlab

    /// In a job of GitHub Actions its way is taken, unless another one is asked for.
    ///
    /// What a script of a run starts is a part of that run's log, and no step of its own.
    func chosen(in world: World) -> Output {
      guard self == .auto, world.environment["GITHUB_ACTIONS"] == "true", !world.terminal.isError else { return self }
      return world.environment["UGC_CALL"] == nil ? .github : self
    }
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

  @Option(
    help: ArgumentHelp(
      "How the run is shown: auto, plain, json, github or gitlab; in GitHub Actions, auto is github.", valueName: "how")
  )
  var output = Output.auto

  @Option(
    help: ArgumentHelp(
      "Write a report when the run has ended: junit=FILE, json=FILE or html=FILE; may be repeated.",
      valueName: "format=file"),
    completion: .list(ReportFormat.allCases.map { "\($0.rawValue)=" }), transform: ReportRequest.init(argument:))
  var report: [ReportRequest] = []

  @OptionGroup var telling: TellingOptions

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("-j must be at least 1, not \(jobs)") }
    if gracePeriod == nil { throw ValidationError("--grace must be a time with its unit, such as 10s, not \(grace)") }
  }

  var gracePeriod: Duration? { Duration(written: grace) }
}

/// A report that is asked for: `junit=FILE`.
struct ReportRequest {
  let format: ReportFormat
  /// As the user wrote it.
  let path: String

  /// - Throws: A `ValidationError` where it is not `format=file`.
  init(argument: String) throws {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let format = ReportFormat(rawValue: String(parts[0])), !parts[1].isEmpty else {
      throw ValidationError("write junit=FILE, json=FILE or html=FILE")
    }
    self.format = format
    path = String(parts[1])
  }
}
