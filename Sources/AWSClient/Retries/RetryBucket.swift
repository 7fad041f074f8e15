import Synchronization

/// The tokens that retries of one service cost, so that a service in trouble is not flooded.
final class RetryBucket: Sendable {
  private static let capacity = 500

  private let tokens = Mutex(RetryBucket.capacity)

  /// Takes the cost of a retry, where there is as much.
  func take(_ cost: Int) -> Bool {
    tokens.withLock { tokens in
      guard tokens >= cost else { return false }
      tokens -= cost
      return true
    }
  }

  /// Gives back what the last retry of a call that succeeded cost; a first try that succeeds gives one.
  func give(_ tokens: Int) {
    self.tokens.withLock { $0 = min(Self.capacity, $0 + tokens) }
  }
}
