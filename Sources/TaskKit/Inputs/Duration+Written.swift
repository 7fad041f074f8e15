extension Duration {
  private static let units: [(name: String, milliseconds: Double)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
  ]

  /// A time as users write it: a number and its unit, `500ms`, `1.5s`, `5m`, `1h`.
  ///
  /// Nil where the text is none, or longer than a year.
  public init?(written text: String) {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(number.count)
    guard let factor = Self.units.first(where: { $0.name == unit })?.milliseconds, let count = Double(number),
      count * factor <= 365 * 24 * 3_600_000
    else { return nil }
    self = .milliseconds(Int64((count * factor).rounded()))
  }
}
