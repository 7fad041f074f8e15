/// A moment, to the millisecond.
public struct Instant: Sendable, Hashable, Comparable {
  /// Those that ISO 8601 can write: the years 0 to 9999.
  static let years =
    Instant(
      millisecondsSince1970: -62_167_219_200_000)...Instant(
      millisecondsSince1970: 253_402_300_799_999)

  public let millisecondsSince1970: Int

  public init(millisecondsSince1970: Int) {
    self.millisecondsSince1970 = millisecondsSince1970
  }

  public static func < (left: Self, right: Self) -> Bool {
    left.millisecondsSince1970 < right.millisecondsSince1970
  }

  public func advanced(bySeconds seconds: Int) -> Instant {
    Instant(millisecondsSince1970: millisecondsSince1970 + seconds * 1000)
  }

  /// Reads ISO 8601, whole: a day, or a day with a time and its zone; fractions of a second are kept to the millisecond.
  public init?(iso8601 text: String) {
    var reader = InstantReader(text.utf8)
    guard let instant = reader.read() else { return nil }
    self = instant
  }

  /// The moment as ISO 8601 in UTC: `2026-01-31T12:00:00Z`, or with `.250` where it is between two seconds.
  public var iso8601: String {
    let fraction = millisecondsSince1970 - secondsSince1970 * 1000
    return fraction == 0 ? "\(iso8601Second)Z" : "\(iso8601Second).\(Self.padded(fraction, to: 3))Z"
  }

  /// The second that the moment is in: `2026-01-31T12:00:00`, without a zone.
  public var iso8601Second: String {
    let days = Self.floored(secondsSince1970, by: 86_400)
    let second = secondsSince1970 - days * 86_400
    let day = CivilDay(daysSince1970: days)
    let date = "\(Self.padded(day.year, to: 4))-\(Self.padded(day.month, to: 2))-\(Self.padded(day.day, to: 2))"
    let time = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, to: 2) }
    return "\(date)T\(time[0]):\(time[1]):\(time[2])"
  }

  private var secondsSince1970: Int { Self.floored(millisecondsSince1970, by: 1000) }

  private static func floored(_ value: Int, by divisor: Int) -> Int {
    value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
  }

  private static func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
