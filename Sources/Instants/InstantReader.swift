/// Reads an ISO 8601 instant.
///
/// Foundation's parser takes whatever follows an instant, and hours beyond 24.
struct InstantReader {
  private var rest: Substring.UTF8View

  init(_ text: String.UTF8View) {
    rest = text[...]
  }

  mutating func read() -> Instant? {
    guard let year = takeDigits(4), take("-"), let month = takeDigits(2), take("-"), let day = takeDigits(2),
      let date = CivilDay(year: year, month: month, day: day)
    else { return nil }
    let midnight = date.daysSince1970 * 86_400_000
    guard !rest.isEmpty else { return Instant(millisecondsSince1970: midnight) }
    guard take("T"), let time = takeTime(), let zone = takeZone(), rest.isEmpty else { return nil }
    let instant = Instant(millisecondsSince1970: midnight + time - zone)
    // A year of five digits could not be written again.
    return Instant.years.contains(instant) ? instant : nil
  }

  private mutating func takeTime() -> Int? {
    guard let hour = takeDigits(2), take(":"), let minute = takeDigits(2), take(":"), let second = takeDigits(2),
      hour < 24, minute < 60, second < 60
    else { return nil }
    let whole = (hour * 3600 + minute * 60 + second) * 1000
    guard take(".") else { return whole }
    let digits = rest.prefix { Self.value($0) != nil }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    let places = digits.prefix(3).compactMap(Self.value)
    return whole + zip(places, [100, 10, 1]).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The zone's offset from UTC.
  private mutating func takeZone() -> Int? {
    if take("Z") { return 0 }
    let sign = take("+") ? 1 : take("-") ? -1 : 0
    guard sign != 0, let hours = takeDigits(2) else { return nil }
    _ = take(":")
    guard let minutes = takeDigits(2), hours < 24, minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60) * 1000
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func takeDigits(_ count: Int) -> Int? {
    var number = 0
    for _ in 0..<count {
      guard let digit = rest.first.flatMap(Self.value) else { return nil }
      number = number * 10 + digit
      rest = rest.dropFirst()
    }
    return number
  }

  private static func value(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }
}
