public import FoundationEssentials

/// What all tasks of a run have in common.
public struct RunSetting: Sendable {
  public let identity: RunIdentity
  public let state: StateDirectory
  /// The absolute path of a folder for the run's own files; it goes when the run is forgotten.
  public let folder: String
  /// How long a process may take to end when it is told to.
  public let grace: Duration
  public let resources: RunResources
  /// Whether the terminal may be handed to a script; otherwise its output is passed through like any other's.
  public let lendsTerminal: Bool

  /// Whether standard output and standard error go to the same place, so that their order is kept.
  public let joinsStreams: Bool

  /// Suspends this process, as the user did with an interactive script; returns when it goes on.
  public let suspend: @Sendable () -> Void
  /// Whether the run goes on after it was ended, so that processes of it could be left.
  public let isResumed: Bool

  public init(
    identity: RunIdentity, state: StateDirectory, folder: String, grace: Duration = .seconds(10),
    resources: RunResources = RunResources(), lendsTerminal: Bool = false, joinsStreams: Bool = false,
    suspend: @escaping @Sendable () -> Void = {}, isResumed: Bool = false
  ) {
    self.identity = identity
    self.state = state
    self.folder = folder
    self.grace = grace
    self.resources = resources
    self.lendsTerminal = lendsTerminal
    self.joinsStreams = joinsStreams
    self.suspend = suspend
    self.isResumed = isResumed
  }
}

/// What a run's ids and times derive from, so that doing the same work again gives the same result.
public struct RunIdentity: Sendable, Hashable {
  public let id: String
  public let startedAt: Date
  public let randomSeed: UInt64

  public init(id: String, startedAt: Date, randomSeed: UInt64) {
    self.id = id
    self.startedAt = startedAt
    self.randomSeed = randomSeed
  }
}
