public import TaskKit

/// Everything a run will do, settled before anything runs.
public struct Plan: Sendable {
  /// The absolute path of the task file's folder.
  let directory: String
  /// The calls; they refer to one another by index.
  public internal(set) var calls: [PlannedCall] = []
  /// The tasks that the user asked for.
  public internal(set) var roots: [Int] = []
  /// What `KEY=` on the command line replaced in tasks.yaml.
  public internal(set) var replacements: [Replacement] = []
  public internal(set) var warnings: [Diagnostic] = []
  /// Why the run is refused, such as protected values.
  public internal(set) var refusals: [Diagnostic] = []
  public internal(set) var masker = SecretMasker([])

  /// The names of all values that were read.
  var names: Set<String> = []
  /// The names of secrets, whichever task says so.
  var secretNames: Set<String> = []

  /// The calls in the order in which one worker would begin them: needs before the calls that need them, steps and
  /// `finally` after the call that makes them.
  ///
  /// The walk keeps its own stack, so that a chain of any length is fine.
  public func inOrder() -> [(index: Int, role: CallRole)] {
    var order: [(index: Int, role: CallRole)] = []
    var isDone = [Bool](repeating: false, count: calls.count)
    var pending: [(index: Int, role: CallRole, areNeedsDone: Bool)] = roots.reversed().map { ($0, .task, false) }
    while let (index, role, areNeedsDone) = pending.popLast() {
      guard !isDone[index] else { continue }
      let call = calls[index]
      guard areNeedsDone || call.needs.isEmpty else {
        pending.append((index, role, true))
        pending += call.needs.reversed().map { ($0, .need, false) }
        continue
      }
      isDone[index] = true
      order.append((index, role))
      pending += call.finally.reversed().map { ($0, .finally, false) }
      pending += call.steps.reversed().map { ($0, .step, false) }
      pending += call.cells.reversed().map { ($0, .cell, false) }
    }
    return order
  }

  /// What is to be asked before anything runs, in order, each question once.
  public var confirmations: [Confirmation] {
    var asked: Set<String> = []
    return calls.compactMap { call in
      guard let question = call.settlement.confirm, !question.isEmpty else { return nil }
      let confirmation = Confirmation(task: call.settlement.task.name, question: masker.mask(question))
      return asked.insert("\(confirmation)").inserted ? confirmation : nil
    }
  }
}

/// A question that a task's `confirm` asks.
public struct Confirmation: Sendable {
  public let task: String
  public let question: String
}

/// One call of a task.
public struct PlannedCall: Sendable {
  /// Its identity in events: `seed`, `release-check/2:seed`.
  public let path: String
  public let settlement: Settlement
  /// Where it is written, or nil for the command line.
  let definition: CallDefinition?
  /// The call in which it is written, by index.
  var caller: Int?
  public internal(set) var needs: [Int] = []
  public internal(set) var steps: [Int] = []
  public internal(set) var finally: [Int] = []
  /// The combinations of its task's matrix.
  public internal(set) var cells: [Int] = []
  /// Which combination it is.
  var cell: MatrixCell?

  /// Whether it only stands for the cells of its task's matrix.
  public var isMatrix: Bool { !task.matrix.isEmpty && cell == nil }

  public var task: TaskDefinition { settlement.task }
}

/// A value of tasks.yaml that a `KEY=` on the command line replaced.
public struct Replacement: Sendable {
  public let call: String
  public let name: String
  /// The value on the command line; masked where it is secret, as the next.
  public let value: String
  public let replacedValue: String
  public let replaced: LayerValue
}
