import ArgumentParser
import FoundationEssentials
import TaskRunner

/// The command `logs [RUN] [TASK]`.
struct LogsCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "logs", abstract: "Show what the tasks of a run wrote.",
      usage: "\(ToolDescription.current.name) logs [RUN] [TASK]",
      discussion: "Of a task, the first and the last 32 MiB are kept.")
  }

  @Argument(help: ArgumentHelp("The run, or the beginning of its name; the newest by default.", valueName: "RUN"))
  var run: String?

  @Argument(help: ArgumentHelp("A task, or one call of it, as `history show` names it.", valueName: "TASK"))
  var task: String?

  @OptionGroup var files: FileOptions

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = ColorChoice.auto

  func run(in session: Session) throws -> ExitStatus {
    let (run, task) = try chosen(in: session.history(files))
    let calls = run.calls.filter { call in task.map { $0 == call.path || $0 == call.task } ?? true }
    if let task, calls.isEmpty {
      throw DiagnosticError(
        "the run \(run.folder.id) began no task `\(task)`",
        help: Suggestion.help(for: task, among: run.calls.flatMap { [$0.task, $0.path] })
          ?? "`history show \(run.folder.id)` lists its tasks")
    }
    if !calls.contains(where: { $0.logs.contains(where: CallLog.exists) }) {
      session.tell("\(task.map { "`\($0)`" } ?? "its tasks") wrote nothing in the run \(run.folder.id)")
    }
    for call in calls {
      let written = call.logs.filter(CallLog.exists)
      guard !written.isEmpty else { continue }
      if calls.count > 1 { session.answer("> \(call.path)") }
      for log in written { try pass(log, of: call, in: session) }
    }
    return .succeeded
  }

  /// The run and the task; a lone word that is no run is a task of the newest.
  private func chosen(in history: RunHistory) throws(DiagnosticError) -> (RecordedRun, task: String?) {
    do throws(DiagnosticError) {
      return (try RecordedRun(history.folder(named: run)), task)
    } catch {
      guard let run, task == nil, let newest = try? RecordedRun(history.folder(named: nil)),
        newest.calls.contains(where: { $0.task == run || $0.path == run })
      else { throw error }
      return (newest, run)
    }
  }

  private func pass(_ log: String, of call: RecordedRun.Call, in session: Session) throws(DiagnosticError) {
    do throws(FileProblem) {
      try CallLog.read(log) {
        session.world.output.write("… what came here was not kept …\n")
      } _: { bytes in
        session.world.output.write(bytes)
      }
    } catch {
      throw DiagnosticError("what `\(call.path)` wrote cannot be read: \(error)")
    }
  }
}
