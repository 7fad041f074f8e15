/// How long one call is tried on beyond the standard retries.
final class Patience {
  /// The user is told of a call that has not worked for this long.
  private static let quiet = Duration.seconds(10)

  private let end: ContinuousClock.Instant?
  private var nextNotice: ContinuousClock.Instant
  private let notice: @Sendable (String) -> Void

  init(_ persistence: Persistence, notice: @escaping @Sendable (String) -> Void) {
    let now = ContinuousClock.now
    end = if case .lasting(let time) = persistence { now + time } else { nil }
    nextNotice = now + Self.quiet
    self.notice = notice
  }

  /// Whether a call that is made after a delay is still in time.
  func allows(_ delay: Duration) -> Bool {
    end.map { ContinuousClock.now + delay < $0 } ?? false
  }

  /// Tells of a failed try, where the last notice is some time ago.
  func tell(_ failure: @autoclosure () -> String) {
    let now = ContinuousClock.now
    guard let end, now >= nextNotice else { return }
    nextNotice = now + Self.quiet
    let left = (end - now) / .seconds(1)
    notice("\(failure()); trying on for at most \(Int(left.rounded())) s")
  }
}
