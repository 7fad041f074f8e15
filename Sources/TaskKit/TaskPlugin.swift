/// A kind of task.
///
/// Its stored properties are its inputs, declared with `@Input` and `@InputGroup`.
///
/// The runner settles every input first, from all layers; only then is a plugin made, validated and run.
public protocol TaskPlugin: InputSet {
  /// What the plugin says of itself.
  static var manifest: PluginManifest { get }

  /// Checks what no single input can: called with every input settled, before anything runs.
  func validate(_ problems: inout Problems)

  /// Tells what `run` would do; it may read, and never writes.
  ///
  /// - Parameter context: The run that it would be part of.
  /// - Returns: What would be done, in order.
  /// - Throws: As `run`, where it can be told already that it would fail.
  func preview(_ context: TaskContext) async throws -> [PreviewLine]

  /// What the task needs of the machine and of what it works on, for `doctor`.
  ///
  /// - Parameter context: A run that it would be part of.
  /// - Returns: What is to be looked at.
  func setupChecks(_ context: TaskContext) -> [SetupCheck]

  /// Does the work.
  ///
  /// The work may be repeated after an interruption: ids and times derive from the context's run, so that twice
  /// is as good as once.
  ///
  /// - Parameter context: The run, and where to report to.
  /// - Returns: The outputs that the manifest declares.
  /// - Throws: A `DiagnosticError`, or a `TaskFailure` that also carries outputs, for what the user can act on; an
  ///   `InvalidInput` where a value turns out to be wrong before anything was done.
  func run(_ context: TaskContext) async throws -> TaskOutputs
}

extension TaskPlugin {
  public func validate(_ problems: inout Problems) {}
  public func preview(_ context: TaskContext) async throws -> [PreviewLine] { [] }
  public func setupChecks(_ context: TaskContext) -> [SetupCheck] { [] }
}

/// A failure that leaves outputs all the same.
public struct TaskFailure: Error, Sendable {
  public let diagnostics: [Diagnostic]
  public let outputs: TaskOutputs

  public init(_ diagnostics: [Diagnostic], outputs: TaskOutputs = TaskOutputs()) {
    self.diagnostics = diagnostics
    self.outputs = outputs
  }

  /// - Parameters:
  ///   - message: One sentence, without a full stop.
  ///   - help: What to do.
  ///   - outputs: What the task came to all the same.
  public init(_ message: String, help: String? = nil, outputs: TaskOutputs = TaskOutputs()) {
    self.init([Diagnostic(.error, message, help: help)], outputs: outputs)
  }
}

/// The end of a task that was told to stop, where it leaves outputs all the same.
public struct TaskCancellation: Error, Sendable {
  public let outputs: TaskOutputs

  public init(outputs: TaskOutputs = TaskOutputs()) {
    self.outputs = outputs
  }
}

/// The user interrupted a task that had the terminal for itself: the run is to end as if it had been told so.
public struct TaskInterruption: Error, Sendable {
  public let signal: Int32

  public init(signal: Int32) {
    self.signal = signal
  }
}

/// A value that turned out to be wrong before the plugin did anything.
public struct InvalidInput: Error, Sendable {
  public let diagnostics: [Diagnostic]

  public init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }
}
