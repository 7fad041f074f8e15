public import OrderedCollections
public import TaskKit

/// A text of tasks.yaml with its place.
public struct LocatedText: Sendable {
  public let text: String
  public let location: SourceLocation
}

/// A time of tasks.yaml with its place.
public struct LocatedDuration: Sendable {
  public let duration: Duration
  /// As it is written: `90s`.
  public let text: String
  public let location: SourceLocation
}

/// A value of tasks.yaml as it is written, `${name}` not yet expanded.
public struct WrittenValue: Sendable {
  public let content: InputContent
  public let location: SourceLocation
  /// Where its name is written, where it has one.
  var nameLocation: SourceLocation?
}

public typealias WrittenValues = OrderedDictionary<String, WrittenValue>

/// A condition of tasks.yaml with its place.
struct LocatedCondition: Sendable {
  let condition: Condition
  let location: SourceLocation
}

/// What one file gives to the tasks that are written in it, and to those of the files that it includes.
public struct TaskFilePart: Sendable {
  public let source: SourceText
  /// The absolute path of the folder that relative paths in it start from.
  public let directory: String
  /// What the names of its tasks begin with: empty, or `db:`.
  let prefix: String
  /// The file that includes it, by number.
  let includer: Int?
  /// The file that it stands for a part of, by number: its own where it is included with a namespace.
  let group: Int
  public var defaults = WrittenValues()
  public var profiles: OrderedDictionary<String, WrittenValues> = [:]
  public var dotenv: [DotenvFile] = []
}

/// What tasks.yaml and the files that it includes say, their structure checked, their names not yet followed.
public struct TaskFile: Sendable {
  /// The files, the root file first, each before those that it includes.
  public internal(set) var parts: [TaskFilePart]
  /// Input values that tasks with effects refuse without leave, by input name.
  public var protected: OrderedDictionary<String, [LocatedText]> = [:]
  public var secrets: [LocatedText] = []
  public var tasks: OrderedDictionary<String, TaskDefinition> = [:]
  /// Aliases with the tasks they stand for.
  public var aliases: [String: String] = [:]

  /// What is wrong with the structure of the files.
  var problems: [Diagnostic] = []

  /// The root file.
  public var source: SourceText { parts[0].source }
  /// The absolute path of the root file's folder.
  public var directory: String { parts[0].directory }

  init(source: SourceText, directory: String) {
    parts = [TaskFilePart(source: source, directory: directory, prefix: "", includer: nil, group: 0)]
  }

  /// The task of a name or alias.
  public func task(named name: String) -> TaskDefinition? {
    tasks[aliases[name] ?? name]
  }

  /// The task that a call means: names are those of the file that it is written in, after a `:` of the root file.
  public func task(calledBy call: CallDefinition) -> TaskDefinition? {
    call.task.text.hasPrefix(":") ? task(named: call.name) : task(named: call.prefix + call.task.text)
  }

  /// The files whose values a task of a file sees, strongest first: those that include it, itself, and then what stands
  /// for a part of any of these, because it is included without a namespace.
  func partsSeen(from part: Int) -> [Int] {
    let chain = chain(to: part)
    let groups = Set(chain.map { parts[$0].group })
    let known = Set(chain)
    return chain + parts.indices.filter { groups.contains(parts[$0].group) && !known.contains($0) }
  }

  /// The files that include a file, the root first, and itself.
  func chain(to part: Int) -> [Int] {
    var chain: [Int] = []
    var next: Int? = part
    while let index = next {
      chain.append(index)
      next = parts[index].includer
    }
    return chain.reversed()
  }
}

/// How often a task's work is tried.
public struct Retry: Sendable {
  /// The first one included.
  public let attempts: Int
  /// The pause before the second attempt; each further one is twice as long.
  let backoff: Duration
  let location: SourceLocation

  /// A longer pause helps nobody.
  static let longestPause = Duration.seconds(300)

  /// The pause after an attempt that failed, before jitter.
  func pause(after attempt: Int) -> Duration {
    var pause = backoff
    for _ in 1..<max(1, attempt) where pause < Self.longestPause { pause *= 2 }
    return min(pause, Self.longestPause)
  }
}

/// A script that must succeed before a task begins.
public struct Precondition: Sendable {
  public let script: LocatedText
  /// What to tell the user where it does not.
  let message: WrittenValue?
}

/// A task as tasks.yaml defines it.
public struct TaskDefinition: Sendable {
  public let name: String
  public let location: SourceLocation
  /// The file that it is written in, by number.
  let part: Int
  /// The name as its file writes it.
  let localName: String
  public var description: String?
  /// The plugin as written; nil where the task's own name may stand for it.
  public var uses: LocatedText?
  public var values = WrittenValues()
  public var needs: [CallDefinition] = []
  public var steps: [CallDefinition] = []
  public var finally: [CallDefinition] = []
  public var environment: OrderedDictionary<String, WrittenValue> = [:]
  public var directory: WrittenValue?
  /// How long one attempt of its work may take.
  public var timeout: LocatedDuration?
  public var retry: Retry?
  /// Where it runs at all.
  var when: LocatedCondition?
  public var matrix = Matrix()
  public var preconditions: [Precondition] = []
  /// Patterns of the files that its work reads; nil where the file does not say.
  public var sources: [LocatedText]?
  /// Patterns of the files that its work makes; nil where the file does not say.
  public var generates: [LocatedText]?
  /// Whether the run goes on as if it had succeeded where it fails.
  public var allowsFailure = false
  /// Where the file says that its script has the terminal.
  public var interactive: SourceLocation?
  public var confirm: WrittenValue?
  public var isPrivate = false
  /// Where the file says that it takes the place of an included task.
  var override: SourceLocation?
  public var aliases: [LocatedText] = []
  public var secrets: [LocatedText] = []
  /// Whether the file has `uses`, `needs` or `steps` for it, be they faulty.
  var saysWhatItDoes = false

  /// The name of the plugin that does the work, or nil for a task that only calls others.
  public var pluginName: String? {
    if let uses { return uses.text }
    return steps.isEmpty ? localName : nil
  }

  /// The condition as written.
  public var condition: String? { when?.condition.written }
}

/// A need, a step or a step of `finally`.
public struct CallDefinition: Sendable {
  public let task: LocatedText
  /// What its file's tasks begin with.
  let prefix: String
  /// The name by which its outputs are read.
  public var id: LocatedText?
  public var values = WrittenValues()
  /// Where it runs at all.
  var when: LocatedCondition?

  /// The task as paths name it: without the `:` of the root file.
  public var name: String {
    task.text.hasPrefix(":") ? String(task.text.dropFirst()) : task.text
  }

  /// The texts that `${name}` is expanded in.
  var writtenTexts: [String] {
    values.values.flatMap(\.content.texts) + [when?.condition.written].compactMap { $0 }
  }
}
