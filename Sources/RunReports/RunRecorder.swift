public import FoundationEssentials
import Synchronization
public import TaskRunner

/// Collects what reports tell of a run.
public final class RunRecorder: RunObserver {
  private struct State {
    var identity: RunIdentity?
    var startedAt: Date?
    var calls: [String: Recorded] = [:]
    /// Masks what was known when values were settled last.
    var masker: SecretMasker
    var report: RunReport?
  }

  private struct Recorded {
    var startedAt: Date?
    var result: TaskResult?
    var values: [ConfigurationRow]?
    var findings: [Finding] = []
    var output = OutputExcerpt()
    var filters: [OutputStream: MaskCommandFilter] = [:]

    mutating func add(_ bytes: [UInt8], _ stream: OutputStream) {
      output.add(filters[stream, default: MaskCommandFilter()].add(bytes))
    }

    mutating func finish() {
      for var filter in filters.values { output.add(filter.finish()) }
      filters = [:]
      output.finish()
    }
  }

  private let plan: Plan
  private let keepsOutput: Bool
  private let state: Mutex<State>

  /// - Parameters:
  ///   - plan: The run's plan.
  ///   - keepsOutput: Whether what tasks wrote is kept where they did not fail.
  public init(_ plan: Plan, keepsOutput: Bool) {
    self.plan = plan
    self.keepsOutput = keepsOutput
    state = Mutex(State(masker: plan.masker))
  }

  /// The report; nil until the run has ended.
  public var report: RunReport? {
    state.withLock { $0.report }
  }

  public func receive(_ event: RunEvent, at time: Date) {
    state.withLock { state in
      switch event {
      case .runStarted(let identity, _): (state.identity, state.startedAt) = (identity, time)
      case .settled(let call, let values, let masker):
        state.calls[call.path, default: Recorded()].values = values
        state.masker = masker
      case .taskStarted(let call): state.calls[call.path, default: Recorded()].startedAt = time
      case .output(let call, let bytes, let stream):
        state.calls[call.path, default: Recorded()].add(bytes, stream)
      case .printed(let call, let line): state.calls[call.path, default: Recorded()].output.addLine(line)
      case .log(let call, let level, let message):
        guard level >= .info else { break }
        let prefix = level >= .warning ? "\(level.rawValue): " : ""
        state.calls[call.path, default: Recorded()].output.addLine(prefix + message)
      case .finding(let call, let finding): state.calls[call.path, default: Recorded()].findings.append(finding)
      case .retrying(let call, let attempt): state.calls[call.path, default: Recorded()].output.addLine(attempt.line)
      case .taskFinished(let call, let result):
        state.calls[call.path, default: Recorded()].result = result
        state.calls[call.path]?.finish()
        if !keepsOutput, result.status != .failed { state.calls[call.path]?.output = OutputExcerpt() }
      case .progress, .stopping: break
      case .runFinished(let result):
        state.report = report(of: state, result, at: time)
        state.calls = [:]
      }
    }
  }

  private func report(of state: State, _ result: RunResult, at time: Date) -> RunReport? {
    guard let identity = state.identity, let startedAt = state.startedAt else { return nil }
    let depths = depths()
    let unreached = unreached(state)
    var calls: [RunReport.Call] = []
    var places: [Int: Int] = [:]
    var works = [CriticalPath.Work?](repeating: nil, count: plan.calls.count)
    for (index, _) in plan.inOrder() {
      let planned = plan.calls[index]
      let recorded = state.calls[planned.path] ?? Recorded()
      guard let result = recorded.result ?? unreached[index] else { continue }
      let call = RunReport.Call(
        identity: CallIdentity(planned), plugin: planned.settlement.entry?.manifest.name, depth: depths[index],
        startedAt: recorded.startedAt, result: result.masked(by: state.masker),
        values: (recorded.values ?? planned.settlement.configuration).map { reported($0, state.masker) },
        findings: recorded.findings.map(state.masker.mask),
        output: recorded.output.masked(by: state.masker))
      if call.hasWorked, let start = call.startedAt {
        works[index] = .init(start: start, end: start.addingTimeInterval(call.result.duration.inSeconds))
      }
      places[index] = calls.count
      calls.append(call)
    }
    var path = CriticalPath(plan, works: works)
    return RunReport(
      identity: identity, tasks: plan.roots.map { plan.calls[$0].path }, startedAt: startedAt,
      result: result.masked(by: state.masker), calls: calls, criticalPath: path.calls().compactMap { places[$0] })
  }

  /// How the calls ended that nobody made, because what would have made them was skipped; by their place in the plan.
  private func unreached(_ state: State) -> [Int: TaskResult] {
    var unreached: [Int: TaskResult] = [:]
    var pending: [(Int, TaskResult)] = plan.calls.enumerated().compactMap { index, call in
      guard let result = state.calls[call.path]?.result, result.status == .skipped else { return nil }
      return (index, result.ofCallsBelow)
    }
    while let (index, result) = pending.popLast() {
      let call = plan.calls[index]
      for child in call.needs + call.steps + call.cells + call.finally
      where unreached[child] == nil && state.calls[plan.calls[child].path]?.result == nil {
        unreached[child] = result
        pending.append((child, result))
      }
    }
    return unreached
  }

  private func reported(_ row: ConfigurationRow, _ masker: SecretMasker) -> RunReport.Value {
    let (line, source) = row.columns
    let value = row.value.map(\.text) ?? ""
    return RunReport.Value(
      name: row.name, value: masker.mask(value.isEmpty ? line : value), source: masker.mask(source),
      json: masker.mask(row.json))
  }

  /// How deep each call lies below those that were asked for; needs lie beside what needs them.
  private func depths() -> [Int] {
    var depths = [Int](repeating: 0, count: plan.calls.count)
    for (index, _) in plan.inOrder() {
      let call = plan.calls[index]
      for child in call.steps + call.finally + call.cells { depths[child] = depths[index] + 1 }
    }
    return depths
  }
}
