import OrderedCollections
import TaskKit

/// What is known of the run where a text is expanded.
struct RuntimeValues: Sendable {
  /// What is known of how the task's work ended.
  enum Work: Sendable {
    /// The text is not part of `finally`.
    case unavailable
    /// It is, and nothing has run yet.
    case pending
    case known(status: String, error: String)
  }

  var work = Work.unavailable
  /// The needs of the task that the text belongs to, where they come before it.
  var needs: CallOutputs?
  /// Its steps, where some come before the text.
  var steps: CallOutputs?

  /// A value of the run.
  enum Value {
    /// It becomes known later.
    case pending
    /// Nil where the call did not give it.
    case known(String?, isSecret: Bool)
  }

  /// - Throws: A `DiagnosticError` where the reference cannot be read here.
  func value(of reference: RuntimeReference, at origin: Origin, written: String) throws(DiagnosticError) -> Value {
    switch reference {
    case .runStatus, .runError:
      switch work {
      case .unavailable: throw DiagnosticError(.runtimeNameOutsideFinally(written, at: origin))
      case .pending: return .pending
      case .known(let status, let error):
        return .known(reference == .runStatus ? status : error, isSecret: false)
      }
    case .output(let group, let id, let cell, let key):
      guard let calls = outputs(of: group) else {
        throw DiagnosticError(.outputsOutOfReach(written, group, at: origin))
      }
      let number = try calls.number(of: id, at: origin)
      guard let known = calls.known else { return .pending }
      let call = known[number]
      let outputs = cell.map { call?.cells[$0] } ?? call?.outputs
      return .known(outputs?[key]?.description, isSecret: call?.secretNames.contains(key) == true)
    }
  }

  func outputs(of group: CallGroup) -> CallOutputs? {
    switch group {
    case .needs: needs
    case .steps: steps
    }
  }
}

/// The outputs of a task's needs or steps, as they can be read at one place.
struct CallOutputs: Sendable {
  /// What an id stands for.
  enum Name: Sendable {
    case call(Int)
    /// The name of a task that is called more than once.
    case ambiguous(count: Int)
  }

  /// What a call gave.
  struct Known: Sendable {
    var outputs: TaskOutputs
    var secretNames: Set<String>
    /// What the cells of its matrix gave.
    var cells: [MatrixCell.Name: TaskOutputs] = [:]
  }

  let group: CallGroup
  private let names: [String: Name]
  private let calls: [CallDefinition]
  /// How many of the calls come before the place.
  var reach: Int
  /// What they gave, by number; nil before the run.
  var known: [Int: Known]?

  init(_ group: CallGroup, of task: TaskDefinition) {
    self.group = group
    calls = group == .needs ? task.needs : task.steps
    reach = calls.count
    var names: [String: Name] = [:]
    for (number, call) in calls.enumerated() where call.id == nil {
      if case .call? = names[call.task.text] {
        names[call.task.text] = .ambiguous(count: 2)
      } else if case .ambiguous(let count)? = names[call.task.text] {
        names[call.task.text] = .ambiguous(count: count + 1)
      } else {
        names[call.task.text] = .call(number)
      }
    }
    for (number, call) in calls.enumerated() {
      if let id = call.id { names[id.text] = .call(number) }
    }
    self.names = names
  }

  /// The same, as a call sees it that comes after some of them.
  func before(_ number: Int) -> CallOutputs {
    var copy = self
    copy.reach = number
    return copy
  }

  /// The calls whose outputs a call's `with` reads.
  func numbers(readIn definition: CallDefinition?) -> Set<Int> {
    var numbers: Set<Int> = []
    for text in definition?.writtenTexts ?? [] where Template.isNeeded(for: text) {
      for case (.output(let group, let id, _, _), _) in (try? Template(text))?.runtimeReferences ?? [] {
        if group == self.group, case .call(let number)? = names[id] { numbers.insert(number) }
      }
    }
    return numbers
  }

  /// The call of a number.
  subscript(number: Int) -> CallDefinition { calls[number] }

  /// Looks an id up.
  ///
  /// - Returns: The number of the call.
  /// - Throws: A `DiagnosticError` where there is none that can be read here.
  func number(of id: String, at origin: Origin) throws(DiagnosticError) -> Int {
    switch names[id] {
    case .call(let number)?:
      guard number < reach else { throw DiagnosticError(.laterStep(id, at: origin)) }
      return number
    case .ambiguous(let count)?:
      throw DiagnosticError(.ambiguousCall(id, count: count, group, at: origin))
    case nil:
      throw DiagnosticError(.unknownCall(id, group, known: names.keys.sorted(), at: origin))
    }
  }
}
