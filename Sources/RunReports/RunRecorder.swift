public import FoundationEssentials
import Synchronization
public import TaskRunner

/// Collects what reports tell of a run.
public final class RunRecorder: RunObserver {
  private struct State {
    var identity: RunIdentity?
    var startedAt: Date?
    var calls: [String: Recorded] = [:]
    var report: RunReport?
  }

  private struct Recorded {
    var identity: CallIdentity?
    var startedAt: Date?
    var result: TaskResult?
    var values: [RunReport.Value]?
    var findings: [Finding] = []
    var output = OutputExcerpt()
  }

  private let plan: Plan
  private let state = Mutex(State())

  /// - Parameter plan: The run's plan.
  public init(_ plan: Plan) {
    self.plan = plan
  }

  /// The report; nil until the run has ended.
  public var report: RunReport? {
    state.withLock { $0.report }
  }

  public func receive(_ event: RunEvent, at time: Date) {
    state.withLock { state in
      switch event {
      case .runStarted(let identity, _): (state.identity, state.startedAt) = (identity, time)
      case .settled(let call, let values): state.calls[call.path, default: Recorded()].values = values.map(reported)
      case .taskStarted(let call): state.calls[call.path, default: Recorded()].startedAt = time
      case .output(let call, let bytes, _): state.calls[call.path, default: Recorded()].output.add(bytes)
      case .printed(let call, let line): state.calls[call.path, default: Recorded()].output.addLine(line)
      case .log(let call, let level, let message):
        guard level >= .info else { break }
        let prefix = level >= .warning ? "\(level.rawValue): " : ""
        state.calls[call.path, default: Recorded()].output.addLine(prefix + message)
      case .finding(let call, let finding): state.calls[call.path, default: Recorded()].findings.append(finding)
      case .retrying(let call, let attempt): state.calls[call.path, default: Recorded()].output.addLine(attempt.line)
      case .taskFinished(let call, let result):
        state.calls[call.path, default: Recorded()].identity = call
        state.calls[call.path]?.result = result
        state.calls[call.path]?.output.finish()
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
    var calls: [RunReport.Call] = []
    var places: [Int: Int] = [:]
    var works = [CriticalPath.Work?](repeating: nil, count: plan.calls.count)
    for (index, _) in plan.inOrder() {
      let planned = plan.calls[index]
      guard let recorded = state.calls[planned.path], let identity = recorded.identity, let result = recorded.result
      else { continue }
      let call = RunReport.Call(
        identity: identity, plugin: planned.settlement.entry?.manifest.name, depth: depths[index],
        startedAt: recorded.startedAt, result: result,
        values: recorded.values ?? planned.settlement.configuration.map(reported), findings: recorded.findings,
        output: recorded.output)
      if call.hasWorked, let start = call.startedAt {
        works[index] = .init(start: start, end: start.addingTimeInterval(call.result.duration.inSeconds))
      }
      places[index] = calls.count
      calls.append(call)
    }
    var path = CriticalPath(plan, works: works)
    return RunReport(
      identity: identity, tasks: plan.roots.map { plan.calls[$0].path }, startedAt: startedAt, result: result,
      calls: calls, criticalPath: path.calls().compactMap { places[$0] })
  }

  private func reported(_ row: ConfigurationRow) -> RunReport.Value {
    let (value, source) = row.columns
    return RunReport.Value(
      name: row.name, value: plan.masker.mask(value), source: plan.masker.mask(source),
      json: plan.masker.mask(row.json))
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
