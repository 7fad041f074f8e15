import FoundationEssentials
import TaskRunner

extension Session {
  /// Tells what is to be known before a run, and asks what is to be asked.
  ///
  /// - Returns: Whether it may begin.
  func isPermitted(_ order: Order, _ options: RunOptions) -> Bool {
    report(DiagnosticError(order.plan.warnings), color: options.telling.color)
    if options.telling.verbosity > .quiet {
      for replacement in order.plan.replacements { tell(order.plan.masker.mask(replacement.line)) }
    }
    do {
      try Permission.require(
        for: order.plan, allowsProtected: options.allowProtected, answersYes: options.yes, ask: ask)
      return true
    } catch {
      report(error, color: options.telling.color)
      return false
    }
  }

  /// Asks a question where somebody can answer: nil where input or error output is no terminal.
  private func ask(_ confirmation: Confirmation) -> Bool? {
    guard world.terminal.isInput, world.terminal.isError else { return nil }
    world.error.write(printable("\(confirmation.task): \(confirmation.question) [y/N] "))
    guard let answer = world.readLine() else { return nil }
    return ["y", "yes"].contains(answer.lowercased())
  }

  /// What is to be written of a run.
  ///
  /// - Throws: A `DiagnosticError` where a report cannot be where it is to be.
  func reportedRun(_ order: Order, _ options: RunOptions) throws(DiagnosticError) -> ReportedRun? {
    try ReportedRun(of: order, options.report, github: github)
  }

  /// Runs an order, shows it, keeps it and writes its reports.
  func run(
    _ order: Order, _ kept: KeptRun, _ reported: ReportedRun?, _ options: RunOptions
  ) async -> ExitStatus {
    let shown = ShownRun(of: order.plan, kept, options, in: self)
    if let github, github.isJob, !world.keepsErrors {
      let masks = GitHubActions.masks(of: order.plan.masker.lines)
      world.error.write(masks.map { $0 + "\n" }.joined())
    }
    let setting = RunSetting(
      identity: kept.identity, state: order.state, folder: kept.folder, grace: options.gracePeriod ?? .seconds(10),
      lendsTerminal: world.lendsTerminal && !shown.isOneStream,
      joinsStreams: shown.joinsStreams ?? world.joinsStreams,
      suspend: world.suspend, isResumed: kept.isResumed)
    let surroundings = RunSurroundings(
      setting: setting, environment: order.given.environment, arguments: kept.arguments,
      allowsProtected: options.allowProtected, jobs: options.jobs ?? max(1, world.processors),
      keepsGoing: options.keepGoing, forces: options.force, now: world.now, signals: world.signals(),
      suspend: {
        shown.erase()
        world.suspend()
      },
      recorded: kept.recorded, begunBefore: kept.begunBefore)
    let observers: [(any RunObserver)?] = [kept.journal, shown.observer, reported?.recorder]
    let runner = Runner(
      plan: order.plan, planner: order.planner, surroundings: surroundings,
      observers: observers.compactMap { $0 })
    let result = await shown.whileDrawn { await runner.run() }
    if kept.isFolderTemporary { try? FileManager.default.removeItem(atPath: kept.folder) }
    if let problem = kept.journal?.problem {
      report(
        DiagnosticError(Diagnostic(.warning, "the run could not be kept whole: \(problem)")),
        color: options.telling.color)
    }
    let problems = reported?.write(by: tool.name, nextCommand: kept.commands?.resume) ?? []
    if !problems.isEmpty { report(DiagnosticError(problems), color: options.telling.color) }
    if let signal = result.signal { return ExitStatus(signal: signal) }
    if result.hasDoneNothing { return .usage }
    return result.status == .succeeded && problems.isEmpty ? .succeeded : .failed
  }
}
