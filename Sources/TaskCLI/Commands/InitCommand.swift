import ArgumentParser
import MakefileImport
import OrderedCollections
import TaskRunner

/// The command `init`.
struct InitCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "init", abstract: "Begin a tasks.yaml in this folder.",
      discussion: """
        A file that is there already is left as it is. --from-makefile makes the tasks of a Makefile's targets, with their help, \
        prerequisites and defaults, and lists what it could not turn; nothing of the Makefile is run.
        """)
  }

  @Option(help: ArgumentHelp("Make the tasks of this Makefile.", valueName: "file"), completion: .file())
  var fromMakefile: String?

  @OptionGroup var files: FileOptions

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = ColorChoice.auto

  func run(in session: Session) throws -> ExitStatus {
    let directory = try session.directory(files)
    let path = Path.absolute(files.file ?? "tasks.yaml", from: directory)
    let file = NewTaskFile(path: path, name: Path.shown(path, from: session.world.directory))
    guard let makefile = fromMakefile else {
      try file.write(StarterTaskFile(tool: session.tool.name, plugins: session.tool.plugins).text)
      return try session.tell(of: file, files)
    }
    let imported = try ImportedMakefile(session.makefile(at: makefile, directory), toolName: session.tool.name)
    try file.write(imported.taskFile)
    session.report(DiagnosticError(imported.notes), color: color)
    return try session.tell(of: file, files)
  }
}

extension Session {
  fileprivate func makefile(at path: String, _ directory: String) throws(DiagnosticError) -> SourceText {
    let path = Path.absolute(path, from: directory)
    let name = Path.shown(path, from: world.directory)
    do throws(FileProblem) {
      let bytes = try FileContents.read(path, upTo: DocumentLimits.taskFile.bytes)
      return SourceText(name: name, path: path, bytes: bytes)
    } catch {
      throw DiagnosticError("\(name) cannot be read: \(error)", help: "name the Makefile with --from-makefile FILE")
    }
  }

  /// Says what was written, and whether it is as it should be.
  fileprivate func tell(of file: NewTaskFile, _ files: FileOptions) throws(DiagnosticError) -> ExitStatus {
    let written = try taskFile(at: file.path)
    try written.check(try catalog())
    let list = (["list"] + files.words).joined(separator: " ")
    answer("wrote \(file.name) with \(written.taskCount): `\(tool.name) \(list)` shows them")
    return .succeeded
  }
}
