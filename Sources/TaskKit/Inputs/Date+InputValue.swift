public import FoundationEssentials
import Instants

extension Date: InputValue {
  public static var inputType: InputType { InputType(.string, expectation: "an instant such as 2026-01-31T12:00:00Z") }

  /// Reads ISO 8601, whole: a day, or a day with a time and its zone; fractions of a second are kept.
  public init?(inputText: String) {
    guard let instant = Instant(iso8601: inputText) else { return nil }
    self.init(timeIntervalSince1970: Double(instant.millisecondsSince1970) / 1000)
  }

  public var inputText: String? {
    Instant(millisecondsSince1970: Int((timeIntervalSince1970 * 1000).rounded())).iso8601
  }
}
