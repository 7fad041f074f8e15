import TaskKit

extension RunSurroundings {
  /// The context of a call that is only asked, and reports nothing.
  func silentContext(for call: PlannedCall, _ settler: Settler) -> TaskContext {
    TaskContext(
      task: call.task.name, call: call.path, run: setting, directory: call.settlement.directory,
      environment: environment(of: call.settlement, CallIdentity(call), settler), arguments: arguments,
      reporter: SilentReporter())
  }
}

private struct SilentReporter: TaskReporter {
  func write(_ bytes: [UInt8], to stream: OutputStream) {}
  func print(_ line: String) {}
  func progress(_ progress: Progress) {}
  func log(_ level: Logger.Level, _ message: String) {}
  func report(_ finding: Finding) {}
}
