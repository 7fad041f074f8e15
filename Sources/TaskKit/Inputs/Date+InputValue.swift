public import FoundationEssentials

extension Date: InputValue {
  public static var inputType: InputType { InputType(.string, expectation: "an instant such as 2026-01-31T12:00:00Z") }

  /// Reads ISO 8601, whole: a day, or a day with a time and its zone; fractions of a second are kept.
  public init?(inputText: String) {
    guard let fields = InstantFields(inputText) else { return nil }
    self = fields.date
  }

  public var inputText: String? {
    let isWhole = timeIntervalSince1970 == timeIntervalSince1970.rounded(.down)
    return formatted(isWhole ? .iso8601 : Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}

/// The fields of an ISO 8601 instant.
///
/// Foundation's parser takes whatever follows an instant, and hours beyond 24.
private struct InstantFields {
  private let day: (year: Int, month: Int, day: Int)
  private let seconds: Double
  private let zone: Int

  init?(_ text: String) {
    var rest = text[...]
    guard let year = rest.takeDigits(4), rest.take("-"), let month = rest.takeDigits(2), rest.take("-"),
      let day = rest.takeDigits(2), (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day)
    else { return nil }
    self.day = (year, month, day)
    guard !rest.isEmpty else {
      (seconds, zone) = (0, 0)
      return
    }
    guard rest.take("T"), let seconds = Self.takeTime(from: &rest), let zone = Self.takeZone(from: &rest), rest.isEmpty
    else { return nil }
    (self.seconds, self.zone) = (seconds, zone)
  }

  var date: Date {
    Date(timeIntervalSince1970: Double(daysSince1970 * 86_400 - zone) + seconds)
  }

  private static func takeTime(from rest: inout Substring) -> Double? {
    guard let hour = rest.takeDigits(2), rest.take(":"), let minute = rest.takeDigits(2), rest.take(":"),
      let second = rest.takeDigits(2), hour < 24, minute < 60, second < 60
    else { return nil }
    let whole = Double(hour * 3600 + minute * 60 + second)
    guard rest.take(".") else { return whole }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, let fraction = Double("0.\(digits)") else { return nil }
    rest = rest.dropFirst(digits.count)
    return whole + fraction
  }

  /// The zone's offset from UTC in seconds.
  private static func takeZone(from rest: inout Substring) -> Int? {
    if rest.take("Z") { return 0 }
    let sign = rest.take("+") ? 1 : rest.take("-") ? -1 : 0
    guard sign != 0, let hours = rest.takeDigits(2) else { return nil }
    _ = rest.take(":")
    guard let minutes = rest.takeDigits(2), hours < 24, minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Counted from March, so that a leap day is a year's last.
  private var daysSince1970: Int {
    let (year, month) = day.month > 2 ? (day.year, day.month - 3) : (day.year - 1, day.month + 9)
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day.day - 1 - 719_468
  }
}

extension Substring {
  fileprivate mutating func take(_ text: String) -> Bool {
    guard hasPrefix(text) else { return false }
    self = dropFirst(text.count)
    return true
  }

  fileprivate mutating func takeDigits(_ count: Int) -> Int? {
    let digits = prefix(count)
    guard digits.count == count, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    self = dropFirst(count)
    return Int(digits)
  }
}
