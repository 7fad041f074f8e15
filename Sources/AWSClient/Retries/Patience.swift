/// How long one call is tried on beyond the standard retries.
final class Patience {
  /// The user is told of a call that has not worked for this long.
  private static let quiet = Duration.seconds(10)

  private let end: ContinuousClock.Instant?
  private let goesOn: Bool
  private var nextNotice: ContinuousClock.Instant
  private let notice: @Sendable (String) -> Void

  init(_ persistence: Persistence, notice: @escaping @Sendable (String) -> Void) {
    let now = ContinuousClock.now
    switch persistence {
    case .standard: (end, goesOn) = (nil, false)
    case .bounded(let time): (end, goesOn) = (now + time, false)
    case .lasting(let time): (end, goesOn) = (now + time, true)
    }
    nextNotice = now + Self.quiet
    self.notice = notice
  }

  /// Whether a call is made beyond the standard retries, after a delay.
  func allows(_ delay: Duration) -> Bool {
    goesOn && isInTime(after: delay)
  }

  /// Whether a call that is made after a delay is still in time.
  func isInTime(after delay: Duration) -> Bool {
    end.map { ContinuousClock.now + delay < $0 } ?? true
  }

  /// How long the next try may take.
  func timeout(atMost longest: Duration) -> Duration {
    guard let end else { return longest }
    return max(.milliseconds(100), min(longest, end - .now))
  }

  /// Tells of a failed try, where the last notice is some time ago.
  func tell(_ failure: @autoclosure () -> String) {
    let now = ContinuousClock.now
    guard let end, goesOn, now >= nextNotice else { return }
    nextNotice = now + Self.quiet
    let left = (end - now) / .seconds(1)
    notice("\(failure()); trying on for at most \(Int(left.rounded())) s")
  }
}
