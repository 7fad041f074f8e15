import FoundationEssentials
import TaskRunner

/// Finds the chain of works that made a run as long as it was.
///
/// It walks back from what ended last: to what of its needs ended last, or to the step before it, or to what its caller
/// had to wait for; and where a work began later than these allowed, to what kept its place until then.
struct CriticalPath {
  /// When a call's own work began and ended.
  struct Work {
    let start: Date
    let end: Date
  }

  /// A work that begins so much later than it could has waited for a place.
  private static let patience = 0.02
  private static let tolerance = 0.001

  private let plan: Plan
  /// By the calls' places in the plan; nil where a call did none.
  private let works: [Work?]
  private let byEnd: [Int]
  /// Where each call is written: a need may have several callers.
  private let positions: [[Position]]
  private var latest: [Int??]

  /// Where a call is written.
  private enum Position {
    case root(Int)
    case need(of: Int)
    case step(Int, of: Int)
    case cell(of: Int)
    case finally(Int, of: Int)
  }

  /// - Parameters:
  ///   - plan: The run's plan.
  ///   - works: The work of each call, by its place in the plan.
  init(_ plan: Plan, works: [Work?]) {
    self.plan = plan
    self.works = works
    byEnd = works.indices.filter { works[$0] != nil }.sorted { Self.end(of: $0, works) < Self.end(of: $1, works) }
    latest = Array(repeating: .none, count: plan.calls.count)
    var positions = [[Position]](repeating: [], count: plan.calls.count)
    for (number, root) in plan.roots.enumerated() { positions[root].append(.root(number)) }
    for (index, call) in plan.calls.enumerated() {
      for need in call.needs { positions[need].append(.need(of: index)) }
      for (number, step) in call.steps.enumerated() { positions[step].append(.step(number, of: index)) }
      for cell in call.cells { positions[cell].append(.cell(of: index)) }
      for (number, step) in call.finally.enumerated() { positions[step].append(.finally(number, of: index)) }
    }
    self.positions = positions
  }

  /// The calls of the path, first one first.
  mutating func calls() -> [Int] {
    var path: [Int] = []
    var seen: Set<Int> = []
    var current = byEnd.last
    while let call = current, seen.insert(call).inserted {
      path.append(call)
      current = predecessor(of: call)
    }
    return path.reversed()
  }

  /// What a call's work had to wait for.
  private mutating func predecessor(of call: Int) -> Int? {
    guard let start = works[call]?.start else { return nil }
    let latest = start.addingTimeInterval(Self.tolerance)
    let condition = lastWork(among: conditions(of: call).filter { end(of: $0) <= latest })
    let possible = condition.map(end) ?? .distantPast
    guard start.timeIntervalSince(possible) > Self.patience, let other = lastWork(endedBy: latest, but: call),
      end(of: other) > possible
    else { return condition }
    return other
  }

  /// The work that ended last before a time.
  private func lastWork(endedBy time: Date, but call: Int) -> Int? {
    var range = byEnd.startIndex..<byEnd.endIndex
    while let middle = range.isEmpty ? nil : (range.lowerBound + range.upperBound) / 2 {
      range = end(of: byEnd[middle]) <= time ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return byEnd[..<range.lowerBound].last { $0 != call }
  }

  private func end(of call: Int) -> Date { Self.end(of: call, works) }

  private static func end(of call: Int, _ works: [Work?]) -> Date { works[call]?.end ?? .distantPast }

  /// The works that may have had to end before a call's could begin: those of its needs, and of what came before it where
  /// it is written.
  private mutating func conditions(of call: Int) -> [Int] {
    var found = [latest(of: plan.calls[call].needs)].compactMap { $0 }
    guard found.isEmpty else { return found }
    var seen: Set<Int> = [call]
    var pending = [call]
    while let next = pending.popLast() {
      for position in positions[next] {
        let (before, caller) = before(position)
        if let before {
          found.append(before)
        } else if let caller, seen.insert(caller).inserted {
          pending.append(caller)
        }
      }
    }
    return found
  }

  /// The work that came before a place; where there is none, the caller that may have had to wait.
  private mutating func before(_ position: Position) -> (work: Int?, caller: Int?) {
    switch position {
    case .root(let number):
      return (number > 0 ? latest(of: [plan.roots[number - 1]]) : nil, nil)
    case .need(let caller):
      return (nil, caller)
    case .cell(let caller):
      return (latest(of: plan.calls[caller].needs), caller)
    case .step(let number, let caller):
      let before = last(of: plan.calls[caller].steps[..<number])
      return (before ?? latest(of: plan.calls[caller].needs), caller)
    case .finally(let number, let caller):
      let own = works[caller] == nil ? nil : caller
      let steps = latest(of: plan.calls[caller].steps)
      return (
        last(of: plan.calls[caller].finally[..<number]) ?? steps ?? own ?? latest(of: plan.calls[caller].needs), caller
      )
    }
  }

  /// The last of some steps that did any work.
  private mutating func last(of steps: ArraySlice<Int>) -> Int? {
    for step in steps.reversed() {
      if let found = latest(of: [step]) { return found }
    }
    return nil
  }

  /// The work that ended last among some calls and what they call.
  private mutating func latest(of calls: [Int]) -> Int? {
    lastWork(among: calls.compactMap { latestWork(in: $0) })
  }

  private func lastWork(among calls: [Int]) -> Int? {
    calls.max { end(of: $0) < end(of: $1) }
  }

  /// The work that ended last in a call, its steps, cells and `finally`; of one that has none of them, in its needs.
  private mutating func latestWork(in call: Int) -> Int? {
    var pending = [call]
    while let next = pending.last {
      guard case .none = latest[next] else {
        pending.removeLast()
        continue
      }
      let inner = inside(next)
      let unknown = inner.filter { if case .none = latest[$0] { true } else { false } }
      guard unknown.isEmpty else {
        pending += unknown
        continue
      }
      let candidates = inner.compactMap { latest[$0] ?? nil } + (works[next] == nil ? [] : [next])
      latest[next] = .some(lastWork(among: candidates))
      pending.removeLast()
    }
    return latest[call] ?? nil
  }

  private func inside(_ call: Int) -> [Int] {
    let planned = plan.calls[call]
    let inner = planned.steps + planned.cells + planned.finally
    return inner.isEmpty && works[call] == nil ? planned.needs : inner
  }
}
