import OrderedCollections
import TaskKit

/// Finds tasks that call themselves, by whatever way: each ring is shown whole.
///
/// The walk keeps its own stack, so that a chain of any length is fine.
struct CallRings {
  private enum Mark {
    case onPath
    case done
  }

  private let file: TaskFile
  private var marks: [String: Mark] = [:]
  private var path: [(task: TaskDefinition, next: Int)] = []
  private var problems: [Diagnostic] = []

  static func problems(in file: TaskFile) -> [Diagnostic] {
    var rings = CallRings(file: file)
    for task in file.tasks.values where rings.marks[task.name] == nil { rings.walk(from: task) }
    return rings.problems
  }

  private init(file: TaskFile) {
    self.file = file
  }

  private mutating func walk(from root: TaskDefinition) {
    enter(root)
    while let (task, next) = path.last {
      guard let call = task.call(at: next) else {
        marks[task.name] = .done
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      guard let called = file.task(calledBy: call) else { continue }
      switch marks[called.name] {
      case nil: enter(called)
      case .onPath?: report(called, closedBy: call)
      case .done?: break
      }
    }
  }

  private mutating func enter(_ task: TaskDefinition) {
    marks[task.name] = .onPath
    path.append((task, 0))
  }

  private mutating func report(_ task: TaskDefinition, closedBy call: CallDefinition) {
    let ring = path.map(\.task.name).drop { $0 != task.name } + [task.name]
    problems.append(.taskRing(Array(ring), at: .source(call.task.location)))
  }
}

extension TaskDefinition {
  /// Needs, steps and finally, counted through.
  fileprivate func call(at index: Int) -> CallDefinition? {
    var index = index
    for calls in [needs, steps, finally] {
      if index < calls.count { return calls[index] }
      index -= calls.count
    }
    return nil
  }
}
