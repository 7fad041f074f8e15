/// What DynamoDB takes as an item: a local stack takes no more, so that both hold the same.
public enum ItemLimits {
  /// Names and values together.
  public static let bytes = 400 << 10
  /// Lists and maps within each other.
  public static let depth = 32

  /// The bytes of a partition key, and of a sort key.
  public static let partitionKeyBytes = 2048
  public static let sortKeyBytes = 1024

  private static let digits = 38
  /// The exponents of a number's first digit.
  private static let exponents = -130...125

  /// Whether a number of JSON, as it is written, fits: 38 digits, from 1E-130 up to 9.99…E+125.
  public static func fits(number text: String) -> Bool {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa[0].drop { $0 == "-" }
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    let written = Array(whole + fraction)
    guard let first = written.firstIndex(where: { $0 != "0" }), let last = written.lastIndex(where: { $0 != "0" })
    else { return true }
    guard last - first < digits else { return false }
    guard parts.count > 1 else { return exponents.contains(whole.count - 1 - first) }
    // An exponent that is no Int is beyond all limits.
    guard let exponent = Int(parts[1]), (-10_000_000...10_000_000).contains(exponent) else { return false }
    return exponents.contains(whole.count - 1 - first + exponent)
  }
}
