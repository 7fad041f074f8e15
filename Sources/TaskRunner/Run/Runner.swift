public import FoundationEssentials
public import TaskKit

/// What a run knows of the world.
public struct RunSurroundings: Sendable {
  public var identity: RunIdentity
  /// The process environment.
  public var environment: [String: String]
  public var state: StateDirectory
  /// What the user wrote after `--`: for the scripts of the tasks asked for.
  public var arguments: [String]
  public var now: @Sendable () -> Date

  public init(
    identity: RunIdentity, environment: [String: String], state: StateDirectory, arguments: [String],
    now: @escaping @Sendable () -> Date
  ) {
    self.identity = identity
    self.environment = environment
    self.state = state
    self.arguments = arguments
    self.now = now
  }
}

/// Runs a plan: needs, then a task's own work, then its `finally`.
public struct Runner: Sendable {
  private let plan: Plan
  private let settler: Settler
  private let surroundings: RunSurroundings
  private let observer: any RunObserver

  public init(plan: Plan, planner: Planner, surroundings: RunSurroundings, observer: any RunObserver) {
    self.plan = plan
    settler = planner.settler
    self.surroundings = surroundings
    self.observer = observer
  }

  /// Runs the tasks asked for, in order, until one fails.
  public func run() async -> RunResult {
    let started = ContinuousClock.now
    emit(.runStarted(surroundings.identity, tasks: plan.roots.map { plan.calls[$0].path }))
    var execution = Execution(runner: self)
    var failure: RunFailure?
    for root in plan.roots {
      failure = await execution.runShared(root)
      if failure != nil { break }
    }
    let result = RunResult(
      status: failure.map(\.status) ?? .succeeded, duration: started.duration(to: .now), failure: failure,
      hasDoneNothing: failure?.isInvalidInput == true && execution.pluginsRun == 1)
    emit(.runFinished(result))
    return result
  }

  private func emit(_ event: RunEvent) {
    observer.receive(event, at: surroundings.now())
  }

  /// The state of one run.
  private struct Execution {
    let runner: Runner
    /// How the calls that run once ended, by index.
    private var ended: [Int: RunFailure?] = [:]
    private(set) var pluginsRun = 0

    init(runner: Runner) {
      self.runner = runner
    }

    /// Runs a need or a task of the command line, unless it has run.
    mutating func runShared(_ index: Int) async -> RunFailure? {
      if let failure = ended[index] { return failure }
      let failure = await run(index, settled: runner.plan.calls[index].settlement)
      ended[index] = .some(failure)
      return failure
    }

    private mutating func run(_ index: Int, settled settlement: Settlement) async -> RunFailure? {
      let call = runner.plan.calls[index]
      for need in call.needs {
        if let failure = await runShared(need) { return failure }
      }
      let identity = CallIdentity(task: call.task.name, path: call.path)
      let started = ContinuousClock.now
      runner.emit(.taskStarted(identity))
      var (outputs, failure) = await work(call, settlement, identity)
      if let failureOfFinally = await runFinally(of: call, settlement, after: failure) {
        failure = failure ?? failureOfFinally
      }
      let result = TaskResult(
        status: failure.map(\.status) ?? .succeeded, duration: started.duration(to: .now),
        outputs: runner.plan.masker.mask(outputs), failure: failure)
      runner.emit(.taskFinished(identity, result))
      return failure
    }

    /// The plugin's work, or the steps until one fails.
    private mutating func work(
      _ call: PlannedCall, _ settlement: Settlement, _ identity: CallIdentity
    ) async -> (TaskOutputs, RunFailure?) {
      if let plugin = settlement.plugin {
        pluginsRun += 1
        return await runner.run(plugin, settlement, identity)
      }
      for step in call.steps {
        if Task.isCancelled { return ([:], RunFailure(CancellationError(), in: identity, runner.plan.masker)) }
        if let failure = await runCall(step, by: settlement.scope) { return ([:], failure) }
      }
      return ([:], nil)
    }

    /// Runs all of `finally`, whatever fails, and gives the first failure.
    private mutating func runFinally(
      of call: PlannedCall, _ settlement: Settlement, after failure: RunFailure?
    ) async -> RunFailure? {
      var scope = settlement.scope
      scope.runtime = .known(
        status: (failure.map(\.status) ?? .succeeded).rawValue, error: failure?.message ?? "")
      var first: RunFailure?
      for step in call.finally {
        let failure = await runCall(step, by: scope)
        first = first ?? failure
      }
      return first
    }

    /// Runs a step; what could not be settled before is settled now.
    private mutating func runCall(_ index: Int, by caller: Scope) async -> RunFailure? {
      let call = runner.plan.calls[index]
      guard call.settlement.isDeferred else { return await run(index, settled: call.settlement) }
      do throws(DiagnosticError) {
        let settlement = try runner.settler.settle(call.task, as: call.definition, by: caller)
        return await run(index, settled: settlement)
      } catch {
        return RunFailure(error, in: CallIdentity(task: call.task.name, path: call.path), runner.plan.masker)
      }
    }
  }

  private func run(
    _ plugin: any TaskPlugin, _ settlement: Settlement, _ identity: CallIdentity
  ) async -> (TaskOutputs, RunFailure?) {
    let reporter = CallReporter(call: identity, masker: plan.masker, emit: emit)
    let context = TaskContext(
      task: identity.task, call: identity.path, run: surroundings.identity, directory: settlement.directory,
      state: surroundings.state, environment: environment(for: settlement, identity),
      arguments: plan.roots.contains { plan.calls[$0].path == identity.path } ? surroundings.arguments : [],
      reporter: reporter)
    defer { reporter.finish() }
    do {
      return (try await plugin.run(context), nil)
    } catch let failure as TaskFailure {
      return (failure.outputs, RunFailure(failure, in: identity, plan.masker))
    } catch {
      return ([:], RunFailure(error, in: identity, plan.masker))
    }
  }

  /// Later wins: the process, `.env` (it fills gaps), the task's values, its `env`, `UGC_*`.
  private func environment(for settlement: Settlement, _ identity: CallIdentity) -> [String: String] {
    var environment = surroundings.environment
    environment.merge(settler.shared.dotenvVariables) { process, _ in process }
    environment.merge(settlement.variables) { _, task in task }
    environment["UGC_RUN"] = surroundings.identity.id
    environment["UGC_TASK"] = identity.task
    environment["UGC_CALL"] = identity.path
    return environment
  }
}

extension RunFailure {
  fileprivate var status: TaskStatus { isCancellation ? .cancelled : .failed }

  /// Whatever was thrown, as something to tell the user.
  fileprivate init(_ error: any Error, in call: CallIdentity, _ masker: SecretMasker) {
    self.call = call
    isCancellation = error is CancellationError
    isInvalidInput = error is InvalidInput
    let found: [Diagnostic] =
      switch error {
      case let error as DiagnosticError: error.diagnostics
      case let error as InvalidInput: error.diagnostics
      case let failure as TaskFailure: [Diagnostic(.error, failure.message)]
      case is CancellationError: [Diagnostic(.error, "the task was cancelled")]
      default: [Diagnostic(.error, "the task failed unexpectedly: \(error)")]
      }
    diagnostics = found.map(masker.mask)
  }
}
