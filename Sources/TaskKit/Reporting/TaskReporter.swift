public import Logging

/// Where a task's reports go.
public protocol TaskReporter: Sendable {
  /// Bytes of a process for standard output or standard error, passed through whole.
  func write(_ bytes: [UInt8], to stream: OutputStream)
  /// A line of the task's result, for standard output.
  func print(_ line: String)
  func progress(_ progress: Progress)
  func log(_ level: Logger.Level, _ message: String)
  func report(_ finding: Finding)
}

/// Which of its two streams a task writes to.
public enum OutputStream: String, Sendable {
  case standardOutput = "stdout"
  case standardError = "stderr"
}

/// How far a task is.
public struct Progress: Sendable, Hashable {
  public let done: Int
  /// Nil where it is not known.
  public let total: Int?
  /// What is counted, in the plural: "channels".
  public let unit: String

  public init(done: Int, total: Int?, unit: String) {
    self.done = done
    self.total = total
    self.unit = unit
  }
}
