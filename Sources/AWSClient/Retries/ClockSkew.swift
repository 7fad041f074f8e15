import FoundationEssentials
import Synchronization

/// How far this machine's clock is behind a service's.
final class ClockSkew: Sendable {
  /// AWS refuses requests whose time is off by five minutes.
  private static let tolerated = 4 * 60.0

  private let seconds = Mutex(0.0)

  /// The correction, in seconds.
  var correction: Double { seconds.withLock { $0 } }

  /// Whether another correction makes another try worth it.
  func hasMoved(since correction: Double) -> Bool {
    abs(self.correction - correction) > Self.tolerated
  }

  /// Learns from the `Date` of an answer.
  ///
  /// - Parameters:
  ///   - header: The header's value.
  ///   - now: What this machine's clock shows.
  func learn(from header: String?, now: Date) {
    guard let header, let date = HTTPDate.date(header) else { return }
    seconds.withLock { seconds in
      let difference = date.timeIntervalSince(now)
      if abs(difference - seconds) > Self.tolerated { seconds = difference }
    }
  }
}

/// The dates of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  static func date(_ text: String) -> Date? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", words[1].count == 2, let month = months.firstIndex(of: String(words[2]))
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    return try? Date("\(words[3])-\(number)-\(words[1])T\(words[4])Z", strategy: .iso8601)
  }
}
