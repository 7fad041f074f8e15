/// How long to wait before a retry.
enum RetryDelay {
  private static let longest = 20.0
  private static let firstOfThrottling = Duration.seconds(1)
  private static let mostAdded = 5.0

  /// - Parameters:
  ///   - attempt: The number of tries so far.
  ///   - kind: Why the last one failed.
  ///   - service: The service that is called.
  ///   - asked: What the service asked for.
  ///   - share: A random number from 0 to 1.
  /// - Returns: At most 25 s.
  static func before(
    retryAfter attempt: Int, _ kind: RetryClass, of service: AWSService, asked: Duration?, share: Double
  ) -> Duration {
    let first = kind == .throttling ? firstOfThrottling : service.firstDelay
    // Beyond 2^16 the longest delay is reached anyway.
    let full = min(first / .seconds(1) * Double(1 << min(attempt - 1, 16)), longest)
    let delay = full * share
    guard let asked else { return .seconds(delay) }
    return .seconds(min(max(delay, asked / .seconds(1)), delay + mostAdded))
  }
}
