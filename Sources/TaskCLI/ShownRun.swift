import TaskRunner

/// How a run is shown: as JSON, as lines, in sections of a CI job's log, or with a block of the running tasks on a
/// terminal.
struct ShownRun {
  /// How often the times in the block are drawn anew.
  private static let pause = Duration.milliseconds(200)

  let observer: any RunObserver
  /// Whether all of it goes to one stream, in a form of its own.
  let isOneStream: Bool
  /// Whether the two outputs of a script are kept in order; nil where that depends on where they go.
  let joinsStreams: Bool?
  private let block: LiveBlock?

  init(of plan: Plan, _ kept: KeptRun, _ options: RunOptions, in session: Session) {
    let world = session.world
    guard options.output != .json else {
      observer = JSONReporter(output: world.output)
      (isOneStream, joinsStreams, block) = (true, false, nil)
      return
    }
    let telling = options.telling
    var style = PlainReporter.Style(
      verbosity: telling.verbosity, renderer: session.renderer(telling.color), namesCalls: plan.calls.count > 1)
    style.nextCommand = kept.commands?.resume
    style.github = session.github
    style.isOneStream = world.joinsStreams
    let sections =
      session.github.map(LogSections.github) ?? (session.output == .gitlab ? .gitlab(run: kept.identity.id) : nil)
    if let sections, style.namesCalls {
      observer = GroupedReporter(log: world.output, sections: sections, folder: kept.folder, style: style)
      (isOneStream, joinsStreams, block) = (true, true, nil)
      return
    }
    (isOneStream, joinsStreams) = (false, nil)
    let isDrawn = session.output == .auto && world.terminal.isError && telling.verbosity > .quiet
    guard isDrawn, world.allowsCursorCodes else {
      observer = PlainReporter(output: world.output, error: world.error, style: style)
      block = nil
      return
    }
    guard style.namesCalls else {
      observer = ProgressBar(
        plain: PlainReporter(output: world.output, error: world.error, style: style), error: world.error,
        width: world.terminal.width, isColored: telling.color.isOn(in: world))
      block = nil
      return
    }
    let isOutputShown = !world.terminal.isOutput
    style.tellsStarts = false
    if world.terminal.isOutput, telling.verbosity < .verbose { style.commandForLogs = kept.commands?.logs }
    style.showsOutput = { stream in telling.verbosity == .verbose || stream == .standardOutput && isOutputShown }
    let block = LiveBlock(
      plain: PlainReporter(output: world.output, error: world.error, style: style), error: world.error,
      terminal: world.terminal, currentSize: world.currentSize, isColored: telling.color.isOn(in: world),
      now: world.now,
      interactive: Set(plan.calls.filter { $0.task.interactive != nil }.map(\.path)))
    observer = block
    self.block = block
  }

  /// Takes away what is drawn; the next event draws it again.
  func erase() {
    block?.erase()
  }

  /// Draws as long as the work goes on.
  func whileDrawn<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) async -> Result {
    guard let block else { return await work() }
    return await withTaskGroup(of: Void.self) { group in
      group.addTask {
        while (try? await Task.sleep(for: Self.pause)) != nil { block.draw() }
      }
      let result = await work()
      group.cancelAll()
      return result
    }
  }
}
