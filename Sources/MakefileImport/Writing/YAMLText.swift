/// Writes texts as YAML scalars.
enum YAMLText {
  private static let words: Set<String> = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", "nan", "inf",
  ]

  /// A plain scalar where the text stays itself, or one in double quotes.
  static func scalar(_ text: String, inFlow: Bool = false) -> String {
    isPlain(text, inFlow: inFlow) ? text : quoted(text)
  }

  /// `[a, b]`.
  static func list(_ texts: [String]) -> String {
    "[" + texts.map { scalar($0, inFlow: true) }.joined(separator: ", ") + "]"
  }

  /// The value of a key: on its line, or as a block below it.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - indentation: The spaces before the key.
  ///   - endsLine: Whether the text may end with a line break that it has not, as a script may.
  /// - Returns: What follows the key's colon and a space.
  static func value(_ text: String, indentation: Int, endsLine: Bool = false) -> String {
    let needsBlock = text.contains("\n") || !isPlain(text, inFlow: false) && text.contains { "\"\\".contains($0) }
    guard needsBlock, canBeBlock(text) else { return scalar(text) }
    let margin = String(repeating: " ", count: indentation + 2)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    // A block is as far to the right as its first line, unless it says so.
    let indicator = "|" + (text.first == " " || text.first == "\n" ? "2" : "") + (endsLine ? "" : "-")
    return indicator + "\n" + lines.map { $0.isEmpty ? "" : margin + $0 }.joined(separator: "\n")
  }

  private static func canBeBlock(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || isPrintable($0) }
      && text.unicodeScalars.contains { $0 != "\n" && $0 != " " && $0 != "\t" }
  }

  private static func isPlain(_ text: String, inFlow: Bool) -> Bool {
    guard let last = text.unicodeScalars.last else { return false }
    if isNumber(text) { return !inFlow }
    guard canBegin(text), last != " ", last != ":", !words.contains(text.lowercased()) else { return false }
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      guard isPrintable(scalar) else { return false }
      if scalar == "#", previous == " " { return false }
      if scalar == " ", previous == ":" { return false }
      if inFlow, ",[]{}:?\"'".unicodeScalars.contains(scalar) { return false }
      previous = scalar
    }
    return true
  }

  /// The name of a task or a value, as a key.
  static func key(_ name: String) -> String { isNumber(name) ? quoted(name) : scalar(name, inFlow: true) }

  private static func isNumber(_ text: String) -> Bool {
    text.utf8.count < 10 && UInt32(text).map(String.init) == text
  }

  /// Whether the beginning means nothing to YAML, and is no number's or date's.
  private static func canBegin(_ text: String) -> Bool {
    let start = text.unicodeScalars.drop { $0 == "-" || $0 == "." }
    guard let first = start.first, first.isASCII else { return false }
    let isLetter = first.properties.isAlphabetic
    if start.startIndex > text.startIndex {
      return isLetter && !["inf", "nan"].contains(start.prefix(3).map { String($0) }.joined().lowercased())
    }
    return isLetter || "/_$(".unicodeScalars.contains(first)
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default: if isPrintable(scalar) { result.unicodeScalars.append(scalar) } else { result += escape(scalar) }
      }
    }
    return result + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let width = digits.utf8.count <= 2 ? 2 : digits.utf8.count <= 4 ? 4 : 8
    let letter = width == 2 ? "x" : width == 4 ? "u" : "U"
    return "\\\(letter)" + String(repeating: "0", count: width - digits.utf8.count) + digits
  }
}
