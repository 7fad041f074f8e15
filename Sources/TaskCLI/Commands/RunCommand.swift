import ArgumentParser
import FoundationEssentials
import TaskRunner

/// The command `run TASK... [KEY=VALUE...] [-- ARGS...]`.
struct RunCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "run", abstract: "Run tasks.",
      usage: "\(ToolDescription.current.name) run TASK... [KEY=VALUE...] [-- ARGS...]",
      discussion: "What follows -- is what the scripts of the tasks find in \"$@\".")
  }

  /// How a run is shown.
  enum Output: String, ExpressibleByArgument, CaseIterable {
    case auto
    case plain
    case json
  }

  @Argument(help: ArgumentHelp("Tasks, and values for them.", valueName: "TASK|KEY=VALUE"))
  var words: [String] = []

  @OptionGroup var files: FileOptions
  @OptionGroup var values: ValueOptions

  @Flag(name: .shortAndLong, help: "Answer every question of a task with yes.")
  var yes = false

  @Flag(name: [.customShort("n"), .long], help: "Show what would be done, as `plan` does.")
  var dryRun = false

  @Flag(help: "Let tasks change what `protected` names.")
  var allowProtected = false

  @Option(help: ArgumentHelp("How the run is shown: auto, plain or json.", valueName: "how"))
  var output = Output.auto

  @OptionGroup var telling: TellingOptions

  var color: ColorChoice { telling.color }

  func run(in session: Session) async throws -> ExitStatus {
    let order = try session.order(words, files, values)
    guard !dryRun else { return await session.answer(planOf: order, as: output == .json ? .jsonLine : .text, color) }
    tell(order.plan, session)
    do {
      try Permission.require(for: order.plan, allowsProtected: allowProtected, answersYes: yes) { session.ask($0) }
    } catch {
      session.report(error, color: color)
      return .failed
    }
    let runner = Runner(
      plan: order.plan, planner: order.planner,
      surroundings: session.surroundings(of: order, allowsProtected: allowProtected),
      observer: observer(of: order.plan, session))
    let result = await runner.run()
    if result.hasDoneNothing { return .usage }
    return result.status == .succeeded ? .succeeded : .failed
  }

  /// Warnings, and which values of the file the command line replaced.
  private func tell(_ plan: Plan, _ session: Session) {
    let renderer = session.renderer(color)
    for warning in plan.warnings { session.world.error.write(renderer.render(warning)) }
    guard telling.verbosity > .quiet else { return }
    for replacement in plan.replacements { session.tell(plan.masker.mask(replacement.line)) }
  }

  private func observer(of plan: Plan, _ session: Session) -> any RunObserver {
    if output == .json { return JSONReporter(output: session.world.output) }
    let plain = PlainReporter(
      output: session.world.output, error: session.world.error, verbosity: telling.verbosity,
      renderer: session.renderer(color), namesCalls: plan.calls.count > 1)
    let isDrawn = output == .auto && session.world.terminal.isError && telling.verbosity > .quiet
    guard isDrawn, session.world.allowsEscapeCodes else { return plain }
    return ProgressBar(
      plain: plain, error: session.world.error, width: session.world.terminal.width,
      isColored: color.isOn(in: session.world))
  }
}

extension Session {
  func newRun() -> RunIdentity {
    let seed = world.makeSeed()
    let started = world.now()
    let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)
    let stamp = started.formatted(style).lowercased()
    let suffix = String(seed & 0xFFFF_FFFF, radix: 36)
    return RunIdentity(id: "\(stamp)-\(suffix)", startedAt: started, randomSeed: seed)
  }

  /// Asks a question where somebody can answer: nil where input or error output is no terminal.
  fileprivate func ask(_ confirmation: Confirmation) -> Bool? {
    guard world.terminal.isInput, world.terminal.isError else { return nil }
    world.error.write(printable("\(confirmation.task): \(confirmation.question) [y/N] "))
    guard let answer = world.readLine() else { return nil }
    return ["y", "yes"].contains(answer.lowercased())
  }
}
