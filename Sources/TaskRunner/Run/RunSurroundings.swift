public import FoundationEssentials
public import TaskKit

/// What a run knows of the world, and how it is to go about it.
public struct RunSurroundings: Sendable {
  public var setting: RunSetting
  /// The process environment.
  public var environment: [String: String]
  /// What the user wrote after `--`: for the scripts of the tasks asked for.
  public var arguments: [String]
  /// Whether tasks may change what `protected` names.
  public var allowsProtected: Bool
  /// How many tasks work at the same time.
  public var jobs: Int
  /// Whether a failure stops only what depends on it.
  public var keepsGoing: Bool
  /// Whether tasks work though all is up to date.
  public var forces: Bool
  public var now: @Sendable () -> Date
  /// What the world tells the run.
  public var signals: AsyncStream<RunSignal>
  /// Suspends this process; returns when it goes on.
  public var suspend: @Sendable () -> Void
  /// The calls that ended well before the run was resumed, by path.
  public var recorded: [String: RecordedCall]
  /// The calls that had begun before the run was resumed, by path.
  public var begunBefore: Set<String>

  public init(
    setting: RunSetting, environment: [String: String], arguments: [String], allowsProtected: Bool, jobs: Int = 1,
    keepsGoing: Bool = false, forces: Bool = false, now: @escaping @Sendable () -> Date,
    signals: AsyncStream<RunSignal> = AsyncStream { _ in }, suspend: @escaping @Sendable () -> Void = {},
    recorded: [String: RecordedCall] = [:], begunBefore: Set<String> = []
  ) {
    self.setting = setting
    self.environment = environment
    self.arguments = arguments
    self.allowsProtected = allowsProtected
    self.jobs = jobs
    self.keepsGoing = keepsGoing
    self.forces = forces
    self.now = now
    self.signals = signals
    self.suspend = suspend
    self.recorded = recorded
    self.begunBefore = begunBefore
  }
}

extension RunSurroundings {
  /// What a call's scripts see; later wins: the process, `.env` (it fills gaps), the task's values, its `env`, `UGC_*`.
  func environment(of settlement: Settlement, _ call: CallIdentity, _ settler: Settler) -> [String: String] {
    var environment = environment
    environment.merge(settler.shared.dotenvVariables(of: settlement.task.part)) { process, _ in process }
    environment.merge(settlement.variables) { _, task in task }
    environment["UGC_RUN"] = setting.identity.id
    environment["UGC_RUN_DIR"] = setting.folder
    environment["UGC_TASK"] = call.task
    environment["UGC_CALL"] = call.path
    return environment
  }
}

extension RunSurroundings {
  /// The variables of `.env` files, with what a script of the task sees of them.
  func dotenvVariables(of settlement: Settlement, _ settler: Settler) -> [String: String] {
    guard settlement.entry?.manifest.runsScript == true else { return [:] }
    return settler.shared.dotenvVariables(of: settlement.task.part).reduce(into: [:]) { seen, variable in
      seen[variable.key] = environment[variable.key] ?? variable.value
    }
  }
}

/// A call that ended well before the run was resumed.
public struct RecordedCall: Sendable, Hashable {
  public let outputs: TaskOutputs
  /// Those of them that are not whole here.
  public let concealedOutputs: Set<String>
  public let duration: Duration
  /// Whether an output that is read was a secret, which is not kept: where it is needed, the call runs again.
  public let hasConcealedOutputs: Bool
}
