public import FoundationEssentials
public import TaskRunner

/// All that a command sees of the world and writes to, as a value.
public struct World: Sendable {
  public var environment: [String: String]
  /// The absolute path of the folder where the user stands.
  public var directory: String
  public var output: any ByteSink
  public var error: any ByteSink
  public var terminal: Terminal
  /// The terminal's columns and lines now, where they can change.
  public var currentSize: @Sendable () -> (width: Int, height: Int)?
  /// The current time.
  public var now: @Sendable () -> Date
  /// A random seed for a run.
  public var makeSeed: @Sendable () -> UInt64
  /// What the world tells a run; asked for when the run begins.
  public var signals: @Sendable () -> AsyncStream<RunSignal>
  /// Suspends this process; returns when it goes on.
  public var suspend: @Sendable () -> Void
  /// Whether a script may have this process's own terminal.
  public var lendsTerminal: Bool
  /// Whether standard output and standard error go to the same place.
  public var joinsStreams: Bool
  /// Whether standard error is kept in a file.
  public var keepsErrors: Bool
  /// The processors of this machine.
  public var processors: Int
  /// Reads a line that the user types, without its line break; nil at the end of input.
  public var readLine: @Sendable () -> String?

  public init(
    environment: [String: String], directory: String, output: any ByteSink, error: any ByteSink,
    terminal: Terminal = Terminal(), currentSize: @escaping @Sendable () -> (width: Int, height: Int)? = { nil },
    now: @escaping @Sendable () -> Date = { Date() },
    makeSeed: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) },
    signals: @escaping @Sendable () -> AsyncStream<RunSignal> = { AsyncStream { _ in } },
    suspend: @escaping @Sendable () -> Void = {}, lendsTerminal: Bool = false, joinsStreams: Bool = false,
    keepsErrors: Bool = false, processors: Int = 1,
    readLine: @escaping @Sendable () -> String? = { nil }
  ) {
    self.environment = environment
    self.directory = directory
    self.output = output
    self.error = error
    self.terminal = terminal
    self.currentSize = currentSize
    self.now = now
    self.makeSeed = makeSeed
    self.signals = signals
    self.suspend = suspend
    self.lendsTerminal = lendsTerminal
    self.joinsStreams = joinsStreams
    self.keepsErrors = keepsErrors
    self.processors = processors
    self.readLine = readLine
  }
}

/// Which of the three streams are a terminal.
public struct Terminal: Sendable {
  public var isInput: Bool
  public var isOutput: Bool
  public var isError: Bool
  /// Columns.
  public var width: Int
  /// Lines.
  public var height: Int

  public init(
    isInput: Bool = false, isOutput: Bool = false, isError: Bool = false, width: Int = 80, height: Int = 24
  ) {
    self.isInput = isInput
    self.isOutput = isOutput
    self.isError = isError
    self.width = width
    self.height = height
  }
}
