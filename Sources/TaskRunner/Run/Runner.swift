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
  /// Whether tasks may change what `protected` names.
  public var allowsProtected: Bool
  public var now: @Sendable () -> Date

  public init(
    identity: RunIdentity, environment: [String: String], state: StateDirectory, arguments: [String],
    allowsProtected: Bool, now: @escaping @Sendable () -> Date
  ) {
    self.identity = identity
    self.environment = environment
    self.state = state
    self.arguments = arguments
    self.allowsProtected = allowsProtected
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
    /// Grows where a call that is settled late brings new secrets.
    private var masker: SecretMasker

    init(runner: Runner) {
      self.runner = runner
      masker = runner.plan.masker
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
      let identity = CallIdentity(call)
      if let failure = await runNeeds(of: call, settlement) {
        runner.emit(
          .taskFinished(identity, TaskResult(status: .skipped, duration: .zero, outputs: [:], failure: failure)))
        return failure
      }
      let started = ContinuousClock.now
      runner.emit(.taskStarted(identity))
      var (outputs, failure) = await work(call, settlement, identity)
      if let failureOfFinally = await runFinally(of: call, settlement, after: failure) {
        failure = failure ?? failureOfFinally
      }
      let result = TaskResult(
        status: failure.map(\.status) ?? .succeeded, duration: started.duration(to: .now),
        outputs: masker.mask(outputs), failure: failure)
      runner.emit(.taskFinished(identity, result))
      return failure
    }

    private mutating func runNeeds(of call: PlannedCall, _ settlement: Settlement) async -> RunFailure? {
      for need in call.needs {
        // A need whose values were not known when it was planned is nobody else's.
        let isDeferred = runner.plan.calls[need].settlement.isDeferred
        let failure = isDeferred ? await runCall(need, by: settlement.scope) : await runShared(need)
        if let failure { return failure }
      }
      return nil
    }

    /// The plugin's work, or the steps until one fails.
    private mutating func work(
      _ call: PlannedCall, _ settlement: Settlement, _ identity: CallIdentity
    ) async -> (TaskOutputs, RunFailure?) {
      if settlement.entry != nil {
        pluginsRun += 1
        return await runner.run(settlement, identity, masker)
      }
      for step in call.steps {
        if Task.isCancelled { return ([:], RunFailure(CancellationError(), in: identity, masker)) }
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
        masker = masker.adding(settlement.read.secrets)
        guard settlement.refusals.isEmpty || runner.surroundings.allowsProtected else {
          throw DiagnosticError(settlement.refusals)
        }
        return await run(index, settled: settlement)
      } catch {
        let failure = RunFailure(error, in: CallIdentity(call), masker)
        runner.emit(.taskFinished(CallIdentity(call), TaskResult(failure)))
        return failure
      }
    }
  }

  private func run(
    _ settlement: Settlement, _ identity: CallIdentity, _ masker: SecretMasker
  ) async -> (TaskOutputs, RunFailure?) {
    guard let plugin = settlement.plugin else {
      let error = DiagnosticError(
        "the values of `\(identity.task)` are not known", help: "this is a mistake in the program")
      return ([:], RunFailure(error, in: identity, masker))
    }
    let reporter = CallReporter(call: identity, masker: masker, emit: emit)
    let context = TaskContext(
      task: identity.task, call: identity.path, run: surroundings.identity, directory: settlement.directory,
      state: surroundings.state, environment: environment(for: settlement, identity),
      arguments: plan.roots.contains { plan.calls[$0].path == identity.path } ? surroundings.arguments : [],
      reporter: reporter)
    defer { reporter.finish() }
    do {
      return (try await plugin.run(context), nil)
    } catch let failure as TaskFailure {
      return (failure.outputs, RunFailure(failure, in: identity, masker))
    } catch {
      return ([:], RunFailure(error, in: identity, masker))
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
    diagnostics = Diagnostic.all(of: error).map(masker.mask)
  }
}

extension Diagnostic {
  /// Whatever a plugin threw, as something to tell the user.
  static func all(of error: any Error) -> [Diagnostic] {
    switch error {
    case let error as DiagnosticError: error.diagnostics
    case let error as InvalidInput: error.diagnostics
    case let failure as TaskFailure: failure.diagnostics
    case is CancellationError: [Diagnostic(.error, "the task was cancelled")]
    default: [Diagnostic(.error, "the task failed unexpectedly: \(error)")]
    }
  }
}

extension TaskResult {
  /// The end of a call that could not begin.
  fileprivate init(_ failure: RunFailure) {
    self.init(status: failure.status, duration: .zero, outputs: [:], failure: failure)
  }
}

extension CallIdentity {
  fileprivate init(_ call: PlannedCall) {
    self.init(task: call.task.name, path: call.path)
  }
}
