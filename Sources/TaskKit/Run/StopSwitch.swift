import Synchronization

/// What a running task is told from outside.
public enum ControlOrder: Sendable, Hashable {
  /// To end: the signal goes to its processes at once, and what is left after the grace period is killed.
  case stop(signal: Int32, grace: Duration)
  /// To hold its processes, because the user suspends the runner.
  case hold
  /// To let them go on.
  case goOn
}

/// How a running task is told to stop.
///
/// The task of a plugin is cancelled as well, so that a plugin without processes need not know of this.
public final class StopSwitch: Sendable {
  public typealias Handler = @Sendable (ControlOrder) -> Void

  private struct State {
    var orders: [ControlOrder] = []
    var handlers: [Int: Handler] = [:]
    var nextHandler = 0
    /// Those who wait for an order to stop; each has a stream of its own, as a stream has one reader.
    var waiters: [Int: AsyncStream<Never>.Continuation] = [:]
  }

  private let state = Mutex(State())

  public init() {}

  /// Whether the task was told to stop.
  public var isStopped: Bool {
    state.withLock { $0.orders.contains(where: \.isStop) }
  }

  /// Gives an order to whoever handles them, now or later.
  public func give(_ order: ControlOrder) {
    let handlers = state.withLock { state in
      state.orders.append(order)
      return Array(state.handlers.values)
    }
    for handler in handlers { handler(order) }
    // Last: who waits for it finds the order obeyed.
    if order.isStop {
      for waiter in state.withLock({ Array($0.waiters.values) }) { waiter.finish() }
    }
  }

  /// Handles orders while some work is done; those given before are handed over first.
  public func handling<Result>(
    with handler: @escaping Handler, _ work: () async throws -> Result
  ) async rethrows -> Result {
    let (number, missed) = state.withLock { state in
      state.nextHandler += 1
      state.handlers[state.nextHandler] = handler
      return (state.nextHandler, state.orders)
    }
    defer { state.withLock { $0.handlers[number] = nil } }
    for order in missed { handler(order) }
    return try await work()
  }

  /// Returns when the task is told to stop, or is cancelled.
  public func waitForStop() async {
    let (stream, continuation) = AsyncStream<Never>.makeStream()
    let number = state.withLock { state in
      state.nextHandler += 1
      state.waiters[state.nextHandler] = continuation
      return state.nextHandler
    }
    defer { state.withLock { $0.waiters[number] = nil } }
    if isStopped { continuation.finish() }
    for await _ in stream {}
  }
}

extension ControlOrder {
  fileprivate var isStop: Bool {
    if case .stop = self { true } else { false }
  }
}
