import ArgumentParser
import TaskRunner

/// The command `resume [RUN]`.
struct ResumeCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "resume", abstract: "Go on with a run that did not succeed.",
      usage: "\(ToolDescription.current.name) resume [RUN] [SECRET=VALUE...]",
      discussion: """
        What has succeeded is not run again; the rest has the values that the run began with. Secrets are not kept: they \
        come from where they came from then, those of the command line are given again.
        """)
  }

  @Argument(help: ArgumentHelp("The run, or the beginning of its name; the newest by default.", valueName: "RUN"))
  var words: [String] = []

  @OptionGroup var files: FileOptions

  @Flag(help: "Go on though tasks.yaml has changed in what still has to run.")
  var acceptChanges = false

  @OptionGroup var options: RunOptions

  var color: ColorChoice { options.telling.color }
  var output: RunOptions.Output { options.output }

  func run(in session: Session) async throws -> ExitStatus {
    let words = RunWords(words)
    guard words.tasks.count <= 1 else { throw DiagnosticError("only one run can be resumed", help: "name one") }
    let run = try ResumableRun(session.history(files).folder(named: words.tasks.first))
    defer { run.release() }
    if !run.recorded.damagedLines.isEmpty {
      session.report(
        DiagnosticError(.damagedJournal(run.folder.id, lines: run.recorded.damagedLines)), color: color)
    }
    let given = try run.given(
      words.assignments.map { ($0.variable, $0.value) }, environment: session.world.environment)
    let order = try session.order(run.header.tasks, of: session.taskFile(at: run.header.file), given)
    if !acceptChanges { try run.requireSame(order.plan) }
    guard session.isPermitted(order, options) else { return .failed }
    let reported = try session.reportedRun(order, options)
    let journal = try JournalWriter(resuming: run, with: order.plan, at: session.world.now())
    let kept = KeptRun(
      identity: run.header.identity, folder: run.folder.path, journal: journal, recorded: run.succeeded(in: order.plan),
      begunBefore: run.begun,
      arguments: run.header.arguments ?? [], isResumed: true,
      commands: session.commands(about: run.folder.id, files))
    if options.telling.verbosity > .quiet, options.output != .json {
      session.tell("going on with \(run.folder.id): \(run.header.tasks.joined(separator: " "))")
      for task in run.cleaned(in: order.plan) {
        session.tell("`finally` of \(task) has run before; its steps that were done are not done again")
      }
    }
    return await session.run(order, kept, reported, options)
  }
}
