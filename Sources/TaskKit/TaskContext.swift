public import FoundationEssentials
public import Logging

/// What a plugin knows of the run it is part of, and where it reports to.
public struct TaskContext: Sendable {
  /// The task's name in tasks.yaml.
  public let task: String
  /// The call's path: `release-check/2:seed`.
  public let call: String
  public let run: RunIdentity
  /// The absolute path of the folder that the task works in.
  public let directory: String
  public let state: StateDirectory
  /// The environment for scripts: the process's, the task's values, its `env`, and `UGC_*`.
  public let environment: [String: String]
  /// What the user wrote after `--`.
  public let arguments: [String]
  private let reporter: any TaskReporter

  public init(
    task: String, call: String, run: RunIdentity, directory: String, state: StateDirectory,
    environment: [String: String], arguments: [String], reporter: any TaskReporter
  ) {
    self.task = task
    self.call = call
    self.run = run
    self.directory = directory
    self.state = state
    self.environment = environment
    self.arguments = arguments
    self.reporter = reporter
  }

  /// For what the user may want to know: warnings are always shown, `info` unless `-q`, `debug` with `-v`.
  public var logger: Logger {
    Logger(label: call) { _ in ReportingLogHandler(reporter: reporter) }
  }

  /// Says how far the task is.
  ///
  /// - Parameters:
  ///   - done: How many are done.
  ///   - total: How many there are, where that is known.
  ///   - unit: What is counted, in the plural.
  public func progress(_ done: Int, of total: Int?, _ unit: String) {
    reporter.progress(Progress(done: done, total: total, unit: unit))
  }

  public func report(_ finding: Finding) {
    reporter.report(finding)
  }

  /// Prints a line of the task's result on standard output.
  public func print(_ line: String) {
    write(Array((line + "\n").utf8), to: .standardOutput)
  }

  /// Passes bytes through to one of the two streams.
  public func write(_ bytes: [UInt8], to stream: OutputStream) {
    reporter.write(bytes, to: stream)
  }
}

/// What a run's ids and times derive from, so that doing the same work again gives the same result.
public struct RunIdentity: Sendable, Hashable {
  public let id: String
  public let startedAt: Date
  public let randomSeed: UInt64

  public init(id: String, startedAt: Date, randomSeed: UInt64) {
    self.id = id
    self.startedAt = startedAt
    self.randomSeed = randomSeed
  }
}
