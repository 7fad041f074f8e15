import ArgumentParser
import OrderedCollections
import TaskRunner

/// The command `init`.
struct InitCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "init", abstract: "Begin a tasks.yaml in this folder.",
      discussion: "A file that is there already is left as it is.")
  }

  @OptionGroup var files: FileOptions

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = ColorChoice.auto

  func run(in session: Session) throws -> ExitStatus {
    let directory = try session.directory(files)
    let path = Path.absolute(files.file ?? "tasks.yaml", from: directory)
    let file = NewTaskFile(path: path, name: Path.shown(path, from: session.world.directory))
    try file.write(StarterTaskFile(tool: session.tool.name, plugins: session.tool.plugins).text)
    return try session.tell(of: file)
  }
}

extension Session {
  /// Says what was written, and whether it is as it should be.
  fileprivate func tell(of file: NewTaskFile) throws(DiagnosticError) -> ExitStatus {
    let written = try taskFile(at: file.path)
    try written.check(try catalog())
    let count = written.tasks.count == 1 ? "1 task" : "\(written.tasks.count) tasks"
    answer("wrote \(file.name) with \(count): `\(tool.name) list` shows them")
    return .succeeded
  }
}
