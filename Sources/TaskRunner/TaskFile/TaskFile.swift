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

/// What tasks.yaml says, its structure checked, its names not yet followed.
public struct TaskFile: Sendable {
  public let source: SourceText
  /// The absolute path of the folder that relative paths start from.
  public let directory: String
  public var defaults = WrittenValues()
  public var profiles: OrderedDictionary<String, WrittenValues> = [:]
  public var dotenv: [LocatedText] = []
  /// Input values that tasks with effects refuse without leave, by input name.
  public var protected: OrderedDictionary<String, [LocatedText]> = [:]
  public var secrets: [LocatedText] = []
  public var tasks: OrderedDictionary<String, TaskDefinition> = [:]
  /// Aliases with the tasks they stand for.
  public var aliases: [String: String] = [:]

  /// What is wrong with the file's structure.
  var problems: [Diagnostic] = []

  /// The task of a name or alias.
  public func task(named name: String) -> TaskDefinition? {
    tasks[aliases[name] ?? name]
  }
}

/// A task as tasks.yaml defines it.
public struct TaskDefinition: Sendable {
  public let name: String
  public let location: SourceLocation
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
  /// Where the file says that its script has the terminal.
  public var interactive: SourceLocation?
  public var confirm: WrittenValue?
  public var isPrivate = false
  public var aliases: [LocatedText] = []
  public var secrets: [LocatedText] = []
  /// Whether the file has `uses`, `needs` or `steps` for it, be they faulty.
  var saysWhatItDoes = false

  /// The name of the plugin that does the work, or nil for a task that only calls others.
  public var pluginName: String? {
    if let uses { return uses.text }
    return steps.isEmpty ? name : nil
  }
}

/// A need, a step or a step of `finally`.
public struct CallDefinition: Sendable {
  public let task: LocatedText
  /// The name by which its outputs are read.
  public var id: LocatedText?
  public var values = WrittenValues()
}
