public import TaskKit

/// Everything a run will do, settled before anything runs.
public struct Plan: Sendable {
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
  public internal(set) var needs: [Int] = []
  public internal(set) var steps: [Int] = []
  public internal(set) var finally: [Int] = []

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
