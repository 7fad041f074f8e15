/// Text in columns.
extension String {
  /// The text with spaces after it, up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  var withoutTrailingSpaces: String {
    String(prefix(upTo: lastIndex { $0 != " " }.map(index(after:)) ?? startIndex))
  }

  /// As much of the text as fits into a terminal's columns; some characters take two.
  func cut(toColumns most: Int) -> String {
    var columns = 0
    var text = ""
    for character in self {
      columns += character.columns
      guard columns <= most else { break }
      text.append(character)
    }
    return text
  }
}

extension Character {
  /// Blocks of scripts and symbols whose characters are twice as wide as letters.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD,
  ]

  fileprivate var columns: Int {
    guard let scalar = unicodeScalars.first, scalar.value >= 0x1100 else { return 1 }
    let isWide = scalar.properties.isEmojiPresentation || Self.wide.contains { $0.contains(scalar.value) }
    return isWide ? 2 : 1
  }
}
