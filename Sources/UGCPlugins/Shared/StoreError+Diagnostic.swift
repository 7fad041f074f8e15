import TaskKit
import UGCPlatform

extension StoreError {
  /// The error as the runner shows it.
  var diagnostic: DiagnosticError {
    DiagnosticError(Diagnostic(.error, description, help: help, notes: notes.map { Diagnostic.Note($0) }))
  }
}

extension PartialWork {
  /// The end of a task whose work on a store did not come to its end: it says how much is done.
  ///
  /// - Parameters:
  ///   - work: What was being done: "written", "deleted".
  ///   - total: How many rows there were to be, where that is known.
  ///   - outputs: The outputs for the rows that are done.
  ///   - context: Where a cancelled task says it.
  /// - Returns: What the task throws.
  func end(_ work: String, of total: RowCounts?, outputs: TaskOutputs, _ context: TaskContext) -> any Error {
    let channels = Self.count(done.channels, of: total?.channels, "channel")
    let streams = Self.count(done.sessions, of: total?.sessions, "stream")
    let unsure = uncertain.rows == 0 ? "" : ", and perhaps \(uncertain.rows.counted("row")) more"
    let count = "\(channels) and \(streams) were \(work)\(unsure)"
    switch reason {
    case .failed(let error):
      let isUntouched = total == nil && done.rows + uncertain.rows == 0
      let message = isUntouched ? error.description : "\(error); \(count)"
      let notes = error.notes.map { Diagnostic.Note($0) }
      return TaskFailure([Diagnostic(.error, message, help: error.help, notes: notes)], outputs: outputs)
    case .cancelled:
      context.logger.warning("stopped: \(count)")
      return TaskCancellation(outputs: outputs)
    }
  }

  private static func count(_ done: Int, of total: Int?, _ noun: String) -> String {
    total.map { "\(done) of \($0.counted(noun))" } ?? done.counted(noun)
  }
}
