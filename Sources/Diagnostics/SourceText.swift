/// The text of a file, with the name that messages give it.
public final class SourceText: Sendable {
  /// The name that messages show: the path as the user would write it.
  public let name: String
  /// The absolute path of the file.
  public let path: String
  /// The text, in UTF-8.
  public let bytes: [UInt8]

  public init(name: String, path: String, bytes: [UInt8]) {
    self.name = name
    self.path = path
    self.bytes = bytes
  }

  /// The text of a line, the first being 1, without its line break; nil beyond the last.
  public func line(_ number: Int) -> String? {
    var current = 1
    var start = bytes.startIndex
    while current < number {
      guard let lineBreak = nextLineBreak(from: start) else { return nil }
      start = lineBreak.upperBound
      current += 1
    }
    let end = nextLineBreak(from: start)?.lowerBound ?? bytes.endIndex
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// YAML's line breaks, so that lines are counted as libyaml counts them.
  private func nextLineBreak(from start: Int) -> Range<Int>? {
    var index = start
    while index < bytes.endIndex {
      switch bytes[index] {
      case 0x0A:
        return index..<index + 1
      case 0x0D:
        return index..<index + (byte(at: index + 1) == 0x0A ? 2 : 1)
      case 0xC2 where byte(at: index + 1) == 0x85:
        return index..<index + 2
      case 0xE2 where byte(at: index + 1) == 0x80 && (byte(at: index + 2) == 0xA8 || byte(at: index + 2) == 0xA9):
        return index..<index + 3
      default:
        index += 1
      }
    }
    return nil
  }

  private func byte(at index: Int) -> UInt8? {
    index < bytes.endIndex ? bytes[index] : nil
  }
}
