import Synchronization
import TaskKit

/// Takes a task's orders before its script has started, so that none comes between the start and who obeys it.
///
/// An order to hold must have been obeyed when it was given: the runner suspends itself right after it.
final class OrderRelay: Sendable {
  private struct State {
    var process: ScriptProcess?
    var missed: [ControlOrder] = []
  }

  private let state = Mutex(State())

  /// Obeys an order, or keeps it for the script to come; waits where that is being started.
  func take(_ order: ControlOrder) {
    state.withLock { state in
      if let process = state.process { process.obey(order) } else { state.missed.append(order) }
    }
  }

  /// Starts the script, and hands it the orders that came before.
  func start(
    _ start: () throws(DiagnosticError) -> ScriptProcess
  ) throws(DiagnosticError) -> ScriptProcess {
    try state.withLock { state throws(DiagnosticError) in
      let process = try start()
      state.process = process
      for order in state.missed { process.obey(order) }
      return process
    }
  }
}
