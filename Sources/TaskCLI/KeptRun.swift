import FoundationEssentials
import TaskRunner

/// A run about to begin or to go on: who it is, and where it is kept.
struct KeptRun {
  var identity: RunIdentity
  /// The absolute path of a folder for its own files.
  var folder: String
  /// Nil where nothing can be written beside tasks.yaml: then the run is not kept, and cannot be resumed.
  var journal: JournalWriter?
  var recorded: [String: RecordedCall] = [:]
  var begunBefore: Set<String> = []
  var arguments: [String]
  var isResumed = false
  /// What the user runs to go on with it, and to see what its tasks wrote.
  var commands: Commands?

  /// Commands about one run, where the user stands.
  struct Commands {
    let resume: String
    let logs: String
  }
  /// Whether the folder goes with the run.
  var isFolderTemporary = false
}

extension Session {
  /// Begins to keep a new run.
  func keptRun(of order: Order, _ files: FileOptions, _ options: RunOptions) throws(DiagnosticError) -> KeptRun {
    let history = RunHistory(order.state)
    var run = newRun()
    do throws(DiagnosticError) {
      let folder = try history.makeFolder(run.id)
      run = RunIdentity(id: folder.id, startedAt: run.startedAt, randomSeed: run.randomSeed)
      let header = RunHeader(
        identity: run, tasks: order.tasks, file: order.file.source.path, plan: order.plan, given: order.given,
        arguments: scriptArguments)
      let journal = try JournalWriter(header, of: order.plan, in: folder)
      history.prune()
      return KeptRun(
        identity: run, folder: folder.path, journal: journal, arguments: scriptArguments,
        commands: commands(about: run.id, files))
    } catch {
      report(
        DiagnosticError(
          error.diagnostics.map {
            Diagnostic(.warning, $0.message, help: "the run goes on, and cannot be resumed")
          }), color: options.telling.color)
      return KeptRun(
        identity: run, folder: try temporaryFolder(run.id), arguments: scriptArguments, isFolderTemporary: true)
    }
  }

  private func temporaryFolder(_ name: String) throws(DiagnosticError) -> String {
    let path = "\(world.environment["TMPDIR"] ?? "/tmp")/ugc-tasks-\(name)"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw DiagnosticError("the folder \(path) cannot be made: \(FileProblem(error))", help: "set TMPDIR")
    }
    return path
  }

  /// The commands about a run.
  func commands(about run: String, _ files: FileOptions) -> KeptRun.Commands {
    func command(_ name: String) -> String { ([tool.name, name] + files.words + [run]).joined(separator: " ") }
    return KeptRun.Commands(resume: command("resume"), logs: command("logs"))
  }

  /// Who a run that begins now is.
  func newRun() -> RunIdentity {
    let seed = world.makeSeed()
    let started = world.now()
    let style = Date.ISO8601FormatStyle(
      dateSeparator: .omitted, timeSeparator: .omitted, includingFractionalSeconds: true)
    let stamp = started.formatted(style).lowercased().filter { $0 != "." }
    let suffix = String(seed & 0xFFFF_FFFF, radix: 36)
    return RunIdentity(id: "\(stamp)-\(suffix)", startedAt: started, randomSeed: seed)
  }

  /// The runs beside the task file.
  func history(_ files: FileOptions) throws(DiagnosticError) -> RunHistory {
    RunHistory(StateDirectory(path: "\(Path.parent(of: try taskFilePath(files)))/.ugc"))
  }
}
