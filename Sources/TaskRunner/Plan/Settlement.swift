public import TaskKit

/// A task with every value settled: what a call of it will work with.
public struct Settlement: Sendable {
  /// An input with what the layers gave for it; nil where it is optional and nobody gave anything.
  public typealias SettledDeclaration = (declaration: InputDeclaration, resolution: Resolution?)

  public let task: TaskDefinition
  public let entry: PluginCatalog.Entry?
  public internal(set) var inputs: [SettledDeclaration] = []
  /// Values that are no inputs: what a script finds in its environment.
  public internal(set) var freeValues: [Resolution] = []
  /// The plugin, ready to run; nil where the task only calls others, or where a value is still to come.
  public internal(set) var plugin: (any TaskPlugin)?
  /// The variables that scripts see of the task: its values, then its `env`.
  public internal(set) var variables: [String: String] = [:]
  /// The absolute path of the folder that the task works in.
  public internal(set) var directory: String
  public internal(set) var confirm: String?
  /// Whether it must be settled again when its turn comes.
  public internal(set) var isDeferred = false
  var scope: Scope
  var secrets: Set<String> = []
  var references: Set<String> = []
  var refusals: [Diagnostic] = []

  /// Every value with a name, inputs first.
  public var values: [Resolution] {
    inputs.compactMap(\.resolution) + freeValues
  }

  /// What makes two needs the same.
  var identity: String {
    let values = values.map { "\($0.name)=\($0.content.text)" }
    let variables = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return ([task.name, directory] + values + variables).joined(separator: "\u{0}")
  }
}
