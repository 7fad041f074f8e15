import ArgumentParser
import FoundationEssentials
import OrderedCollections
import TaskRunner

/// One command under way: the tool and the world it runs in.
struct Session: Sendable {
  /// Nobody reads more faults than this at once.
  private static let mostFaults = 100

  let tool: TaskTool
  let world: World
  /// What the user wrote after `--`.
  let scriptArguments: [String]
  /// How a run is shown.
  var output = RunOptions.Output.auto

  /// The job of GitHub Actions that faults are told to, where they are.
  var github: GitHubActions? {
    output == .github ? GitHubActions(world.environment, directory: world.directory) : nil
  }

  /// Tells the user what is wrong.
  func report(_ error: DiagnosticError, color: ColorChoice) {
    let renderer = renderer(color)
    for diagnostic in error.diagnostics.prefix(Self.mostFaults) {
      say(renderer.render(diagnostic))
      if let github { world.error.write(github.annotation(of: diagnostic) + "\n") }
    }
    if error.diagnostics.count > Self.mostFaults {
      tell("… and \(error.diagnostics.count - Self.mostFaults) more")
    }
  }

  /// Annotates the places of faults that are told elsewhere, in a job of GitHub Actions.
  func annotate(_ error: DiagnosticError) {
    guard let github else { return }
    for diagnostic in error.diagnostics { world.error.write(github.annotation(of: diagnostic) + "\n") }
  }

  /// Writes to standard error what is no command to the job.
  private func say(_ text: String) {
    world.error.write(github == nil ? text : GitHubActions.safe(text))
  }

  /// Says a line on standard error.
  func tell(_ line: String) {
    say(printable(line) + "\n")
  }

  /// Answers on standard output.
  func answer(_ text: String) {
    let text = printable(text) + "\n"
    world.output.write(github == nil ? text : GitHubActions.safe(text))
  }

  func renderer(_ color: ColorChoice) -> DiagnosticRenderer {
    DiagnosticRenderer(isColored: color.isOn(in: world))
  }

  /// Help and versions go to standard output, faults of the command line to standard error.
  func report(parserError error: any Error) -> ExitStatus {
    let message = RootCommand.fullMessage(for: error, columns: world.terminal.width)
    guard RootCommand.exitCode(for: error) != .success else {
      world.output.write(message + "\n")
      return .succeeded
    }
    let quoted = Self.withAdvice(message).replacing(#/'([A-Za-z_][A-Za-z0-9_]*)=[^']*'/#) { "'\($0.output.1)=…'" }
    let fault = quoted.hasPrefix("Error: ") ? "error: " + quoted.dropFirst(7) : quoted
    say(fault + "\n")
    return .usage
  }

  /// An option that nobody knows, and that is like no other, may be meant as a value of a task.
  private static func withAdvice(_ message: String) -> String {
    guard
      let match = message.firstMatch(
        of: #/^Error: Unknown option '--([a-z][A-Za-z0-9-]*)'(\. Did you mean '--([^']*)'\?)?/#)
    else { return message }
    let option = String(match.output.1)
    if let other = match.output.3, Suggestion.nearest(to: option, among: [String(other)]) != nil { return message }
    let variable =
      option.contains("-") ? option.uppercased().replacing("-", with: "_") : InputName.variable(for: option)
    let advice = "Error: Unknown option '--\(option)'\nhelp: a value of a task is written as a word: \(variable)=…"
    return advice + message[match.range.upperBound...]
  }

  /// The parser's own command shows its help by throwing it.
  func help(by command: any ParsableCommand) -> ExitStatus {
    var command = command
    do {
      try command.run()
      return .succeeded
    } catch {
      return report(parserError: error)
    }
  }

  /// A first word that is no command is most often a task.
  func requireCommand(in words: [String]) throws(DiagnosticError) {
    guard let word = words.first, !word.hasPrefix("-"), !RootCommand.names.contains(word) else { return }
    let file = try? taskFile(at: nearestTaskFile(from: world.directory))
    let nearest = file?.task(named: word) == nil ? Suggestion.nearest(to: word, among: RootCommand.names) : nil
    if nearest == nil, let file, file.task(named: word) == nil {
      let task = Suggestion.nearest(to: word, among: file.tasks.keys)
      throw DiagnosticError(
        "`\(word)` is neither a command nor a task",
        help: task.map { "did you mean `\(tool.name) run \($0)`?" }
          ?? "the commands are \(RootCommand.names.joined(separator: ", "))")
    }
    throw DiagnosticError(
      "`\(word)` is not a command",
      help: nearest.map { "did you mean `\($0)`?" }
        ?? "to run a task, write `\(tool.name) run \(words.map(\.withoutValue).joined(separator: " "))`")
  }

  func catalog() throws(DiagnosticError) -> PluginCatalog {
    try PluginCatalog(tool.plugins)
  }

  /// Reads tasks.yaml: the one named, or the nearest one upwards.
  func taskFile(_ options: FileOptions) throws(DiagnosticError) -> TaskFile {
    try taskFile(at: taskFilePath(options))
  }

  /// The absolute path of the task file.
  func taskFilePath(_ options: FileOptions) throws(DiagnosticError) -> String {
    let directory = try directory(options)
    guard let file = options.file else { return try nearestTaskFile(from: directory) }
    return Path.absolute(file, from: directory)
  }

  /// Reads the task file of a path.
  func taskFile(at path: String) throws(DiagnosticError) -> TaskFile {
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try FileContents.read(path, upTo: DocumentLimits.taskFile.bytes)
    } catch {
      throw DiagnosticError("the task file \(path) cannot be read: \(error)", help: "name another with -f FILE")
    }
    let source = SourceText(name: Path.shown(path, from: world.directory), path: path, bytes: bytes, lineBreaks: .yaml)
    return try TaskFile(reading: source, directory: Path.parent(of: path))
  }

  /// Where the user stands, `-C` considered.
  func directory(_ options: FileOptions) throws(DiagnosticError) -> String {
    guard let directory = options.directory else { return world.directory }
    let path = Path.absolute(directory, from: world.directory)
    var isDirectory = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory else {
      throw DiagnosticError("there is no folder \(directory)", help: "check what follows -C")
    }
    return path
  }

  private func nearestTaskFile(from directory: String) throws(DiagnosticError) -> String {
    var folder = directory
    while true {
      let candidate = folder == "/" ? "/tasks.yaml" : "\(folder)/tasks.yaml"
      if FileManager.default.fileExists(atPath: candidate) { return candidate }
      guard folder != "/" else {
        throw DiagnosticError(
          "there is no tasks.yaml in \(directory) or above it",
          help:
            "name a task file with -f FILE or a folder with -C DIR, or begin one with `\(tool.name) init`"
        )
      }
      folder = Path.parent(of: folder)
    }
  }
}

extension String {
  /// `KEY=…` where this is `KEY=VALUE`: the value may be a secret.
  fileprivate var withoutValue: String {
    firstIndex(of: "=").map { self[...$0] + "…" } ?? self
  }
}
