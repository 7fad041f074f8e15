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

  private let plan: Plan
  /// By the calls' places in the plan; nil where a call did none.
  private let works: [Work?]
  private let byEnd: [Int]
  private let positions: [Position]
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
    var positions = [Position?](repeating: nil, count: plan.calls.count)
    for (number, root) in plan.roots.enumerated() { positions[root] = positions[root] ?? .root(number) }
    for (index, call) in plan.calls.enumerated() {
      for need in call.needs { positions[need] = positions[need] ?? .need(of: index) }
      for (number, step) in call.steps.enumerated() { positions[step] = .step(number, of: index) }
      for cell in call.cells { positions[cell] = .cell(of: index) }
      for (number, step) in call.finally.enumerated() { positions[step] = .finally(number, of: index) }
    }
    self.positions = positions.map { $0 ?? .root(0) }
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
    let condition = before(call)
    guard let start = works[call]?.start else { return condition }
    let possible = condition.map(end) ?? .distantPast
    guard start.timeIntervalSince(possible) > Self.patience,
      let other = lastWork(endedBy: start.addingTimeInterval(0.001), but: call),
      start.timeIntervalSince(end(of: other)) <= Self.patience
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

  /// The work that had to end before a call's could begin.
  private mutating func before(_ call: Int) -> Int? {
    if let need = latest(of: plan.calls[call].needs) { return need }
    var call = call
    while true {
      switch positions[call] {
      case .root(let number):
        return number > 0 ? latest(of: [plan.roots[number - 1]]) : nil
      case .step(let number, let caller), .finally(let number, let caller):
        let siblings = if case .step = positions[call] { plan.calls[caller].steps } else { plan.calls[caller].finally }
        for sibling in siblings[..<number].reversed() {
          if let found = latest(of: [sibling]) { return found }
        }
        if case .finally = positions[call] {
          if let found = latest(of: plan.calls[caller].steps) { return found }
          if works[caller] != nil { return caller }
        }
        if let need = latest(of: plan.calls[caller].needs) { return need }
        call = caller
      case .cell(let caller):
        if let need = latest(of: plan.calls[caller].needs) { return need }
        call = caller
      case .need(let caller):
        call = caller
      }
    }
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
