public import TaskKit

/// A task with every value settled: what a call of it will work with.
public struct Settlement: Sendable {
  /// An input with what the layers gave for it; nil where it is optional and nobody gave anything.
  public typealias SettledDeclaration = (declaration: InputDeclaration, resolution: Resolution?)

  public let task: TaskDefinition
  public let entry: PluginCatalog.Entry?
  public internal(set) var inputs: [SettledDeclaration] = []
  /// Values that are no inputs: what a script finds in its environment, what steps can be given.
  public internal(set) var freeValues: [Resolution] = []
  /// The plugin, ready to run; nil where the task only calls others, or where a value is still to come.
  public internal(set) var plugin: (any TaskPlugin)?
  /// The variables that scripts see of the task: its values, then its `env`.
  public internal(set) var variables: [String: String] = [:]
  /// The absolute path of the folder that the task works in.
  public internal(set) var directory: String
  public internal(set) var confirm: String?
  /// Why it does not run, where its `when` does not hold; then nothing else of it is settled.
  public internal(set) var unmetCondition: String?
  public internal(set) var preconditions: [SettledPrecondition] = []
  /// Patterns of the files that its work reads; nil where the file does not say.
  var sources: [LocatedText]?
  /// Patterns of the files that its work makes; nil where the file does not say.
  var generates: [LocatedText]?
  /// Whether it must be settled again when its turn comes.
  public internal(set) var isDeferred = false
  /// Whether that is because values of the call itself are still to come; otherwise it waits for its own needs.
  var awaitsCaller = false
  let scope: Scope
  var read = ReadNames()
  /// Why the task may not run as it is: values that are protected.
  var refusals: [Diagnostic] = []
  var warnings: [Diagnostic] = []
  /// The values that two calls must share to be one, by name.
  var identities: [String: [String]] = [:]

  /// Every value with a name, inputs first.
  public var values: [Resolution] {
    inputs.compactMap(\.resolution) + freeValues
  }

  /// What scripts of preconditions see beside `variables`: the inputs, which only scripts have there otherwise.
  var environmentOfPreconditions: [String: String] {
    inputs.reduce(into: [:]) { variables, input in
      guard !input.declaration.isFileOnly, let text = input.resolution?.content.text else { return }
      variables[input.declaration.variable] = text
    }
  }

  /// What makes two needs the same.
  var identity: CallSignature {
    CallSignature(
      task: task.name, directory: directory, values: identities, variables: variables, unmet: unmetCondition)
  }
}

/// The task, values, env and folder of a call: needs that have the same are one call.
struct CallSignature: Hashable {
  let task: String
  let directory: String
  let values: [String: [String]]
  let variables: [String: String]
  let unmet: String?
  /// Of the cells, where it is a task with a matrix.
  var cells: [CallSignature] = []
}

/// A precondition, ready to be looked at.
public struct SettledPrecondition: Sendable {
  let plugin: any TaskPlugin
  public let script: LocatedText
  let message: String?
}
