public import Logging

/// What a plugin knows of the run it is part of, and where it reports to.
public struct TaskContext: Sendable {
  /// The task's name in tasks.yaml.
  public let task: String
  /// The call's path: `release-check/2:seed`.
  public let call: String
  public let run: RunSetting
  /// The absolute path of the folder that the task works in.
  public let directory: String
  /// The environment for scripts: the process's, the task's values, its `env`, and `UGC_*`.
  public let environment: [String: String]
  /// What the user wrote after `--`.
  public let arguments: [String]
  /// Whether the task's script has the terminal for itself.
  public let isInteractive: Bool
  /// How the task is told to stop; its Swift task is cancelled as well.
  public let stopSwitch: StopSwitch
  private let reporter: any TaskReporter

  public init(
    task: String, call: String, run: RunSetting, directory: String, environment: [String: String],
    arguments: [String], isInteractive: Bool = false, stopSwitch: StopSwitch = StopSwitch(),
    reporter: any TaskReporter
  ) {
    self.task = task
    self.call = call
    self.run = run
    self.directory = directory
    self.environment = environment
    self.arguments = arguments
    self.isInteractive = isInteractive
    self.stopSwitch = stopSwitch
    self.reporter = reporter
  }

  /// The folder of what tasks must remember.
  public var state: StateDirectory { run.state }

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
    reporter.print(line)
  }

  /// Passes bytes of a process through to one of the two streams.
  public func write(_ bytes: [UInt8], to stream: OutputStream) {
    reporter.write(bytes, to: stream)
  }
}
