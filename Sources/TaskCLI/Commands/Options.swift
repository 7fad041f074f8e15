import ArgumentParser
import TaskRunner

/// Where the task file is, for every command.
struct FileOptions: ParsableArguments {
  @Option(
    name: [.customShort("f"), .long], help: ArgumentHelp("The task file.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String?

  @Option(
    name: [.customShort("C"), .long], help: ArgumentHelp("Stand in this folder.", valueName: "dir"),
    completion: .directory)
  var directory: String?

  /// The options as they were given, for commands that are suggested.
  var words: [String] {
    [("-C", directory), ("-f", file)].flatMap { option, path in path.map { [option, ShellWord.quoted($0)] } ?? [] }
  }
}

/// How a command that only answers does so.
struct AnswerOptions: ParsableArguments {
  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = ColorChoice.auto
}

/// What a command asks about: tasks with their values.
struct QuestionOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("Tasks, and values for them.", valueName: "TASK|KEY=VALUE"),
    completion: .custom(Completions.tasksAndValues))
  var words: [String] = []

  @OptionGroup var files: FileOptions
  @OptionGroup var values: ValueOptions
  @OptionGroup var answer: AnswerOptions
}

/// How much is said, and in which colours.
struct TellingOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say nothing but results, warnings and errors.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say more.")
  var verbose = false

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = ColorChoice.auto

  var verbosity: PlainReporter.Verbosity {
    quiet ? .quiet : verbose ? .verbose : .normal
  }
}

/// Values, for every command that settles them.
struct ValueOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Take values from this entry of `profiles`.", valueName: "name"),
    completion: .custom(Completions.profiles))
  var profile: String?
}

/// When text is coloured.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  case auto
  case always
  case never

  /// Diagnostics and progress are coloured on a terminal, unless NO_COLOR is set.
  func isOn(in world: World) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto: world.terminal.isError && world.allowsColors
    }
  }
}

extension World {
  /// Whether text may be coloured.
  var allowsColors: Bool {
    environment["NO_COLOR"]?.isEmpty != false && environment["TERM"] != "dumb"
  }

  /// Whether what was drawn may be drawn over: not where a log is made of it.
  var allowsCursorCodes: Bool {
    environment["TERM"] != "dumb" && !["true", "1"].contains(environment["CI"]?.lowercased())
  }
}

/// The words after `run`: tasks, and values for them.
struct RunWords: Equatable {
  private(set) var tasks: [String] = []
  private(set) var assignments: [Assignment] = []

  struct Assignment: Equatable {
    let variable: String
    let value: String
  }

  init(_ words: [String]) {
    for word in words {
      if let equals = word.firstIndex(of: "="), !word[..<equals].contains("[") {
        assignments.append(
          Assignment(variable: String(word[..<equals]), value: String(word[word.index(after: equals)...])))
      } else {
        tasks.append(word)
      }
    }
  }
}
