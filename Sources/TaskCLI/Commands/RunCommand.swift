import ArgumentParser
import TaskRunner

/// The command `run TASK... [KEY=VALUE...] [-- ARGS...]`.
struct RunCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "run", abstract: "Run tasks.",
      usage: "\(ToolDescription.current.name) run TASK... [KEY=VALUE...] [-- ARGS...]",
      discussion: """
        What follows -- is what the scripts of the tasks find in "$@". Ctrl-C stops what runs, then `finally` runs; a second \
        one ends all at once. Exit codes: 0 done; 1 a task failed or was refused; 2 usage or bad values, found before \
        anything ran; 129, 130, 131, 143 ended by a signal; 141 nobody reads standard output any more.
        """)
  }

  @Argument(
    help: ArgumentHelp("Tasks, and values for them.", valueName: "TASK|KEY=VALUE"),
    completion: .custom(Completions.tasksAndValues))
  var words: [String] = []

  @OptionGroup var files: FileOptions
  @OptionGroup var values: ValueOptions

  @Flag(name: [.customShort("n"), .long], help: "Show what would be done, as `plan` does.")
  var dryRun = false

  @OptionGroup var options: RunOptions

  var color: ColorChoice { options.telling.color }
  var output: RunOptions.Output { options.output }

  func validate() throws {
    if dryRun, !options.report.isEmpty { throw ValidationError("a dry run writes no report; leave out --report") }
  }

  func run(in session: Session) async throws -> ExitStatus {
    let order = try session.order(words, files, values)
    guard !dryRun else {
      return await session.answer(
        planOf: order, as: options.output == .json ? .jsonLine : .text, color, isForced: options.force)
    }
    guard session.isPermitted(order, options) else { return .failed }
    let reported = try session.reportedRun(order, options)
    return await session.run(order, try session.keptRun(of: order, files, options), reported, options)
  }
}
