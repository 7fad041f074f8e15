public import FoundationEssentials
public import TaskRunner

/// What a run came to: each call with its values, what it found, gave and wrote.
///
/// Secrets are masked.
public struct RunReport: Sendable {
  /// A value that a call worked with.
  public struct Value: Sendable {
    public let name: String
    /// All of it, be it several lines.
    public let value: String
    /// Where it comes from, and what it beat.
    public let source: String
    /// `{name, variable, value, layer, source, overridden}`.
    let json: JSONValue
  }

  /// One call of the run.
  public struct Call: Sendable {
    public let identity: CallIdentity
    /// The plugin that did the work; nil where the task only calls others.
    public let plugin: String?
    /// How deep the call lies below the tasks that were asked for.
    public let depth: Int
    /// Nil where it did not begin.
    public var startedAt: Date?
    public var result: TaskResult
    public var values: [Value]
    public var findings: [Finding] = []
    /// The end of what it wrote.
    public var output = OutputExcerpt()

    /// Whether it did something itself in this run.
    public var hasWorked: Bool { plugin != nil && startedAt != nil && !result.isRecorded }
  }

  public let identity: RunIdentity
  /// The tasks that were asked for.
  public let tasks: [String]
  public let startedAt: Date
  public let result: RunResult
  /// In the order of the plan.
  public let calls: [Call]
  /// The calls without which the run would have been shorter, in order, by their place in `calls`.
  public let criticalPath: [Int]
}
