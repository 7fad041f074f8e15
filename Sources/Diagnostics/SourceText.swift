import Synchronization

/// The text of a file, with the name that messages give it.
public final class SourceText: Sendable {
  /// What ends a line.
  public enum LineBreaks: Sendable {
    /// LF, CR, and CR LF.
    case ascii
    /// These, and NEL, LS and PS, as libyaml counts lines.
    case yaml
  }

  /// The name that messages show: the path as the user would write it.
  public let name: String
  /// The absolute path of the file.
  public let path: String
  /// The text, in UTF-8.
  public let bytes: [UInt8]
  public let lineBreaks: LineBreaks
  /// The number of the first line: more than 1 where the text is a part of the file.
  public let firstLine: Int
  /// The ranges of the lines, found when the first message needs one.
  private let lines = Mutex<[Range<Int>]?>(nil)

  public init(name: String, path: String, bytes: [UInt8], lineBreaks: LineBreaks = .ascii, firstLine: Int = 1) {
    self.name = name
    self.path = path
    self.bytes = bytes
    self.lineBreaks = lineBreaks
    self.firstLine = firstLine
  }

  /// The text of a line by its number in the file, without its line break; nil where the text does not have it.
  public func line(_ number: Int) -> String? {
    let lines = lines.withLock { known in
      let lines = known ?? findLines()
      known = lines
      return lines
    }
    guard lines.indices.contains(number - firstLine) else { return nil }
    return String(decoding: bytes[lines[number - firstLine]], as: UTF8.self)
  }

  private func findLines() -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    while let lineBreak = nextLineBreak(from: start) {
      lines.append(start..<lineBreak.lowerBound)
      start = lineBreak.upperBound
    }
    return lines + [start..<bytes.endIndex]
  }

  private func nextLineBreak(from start: Int) -> Range<Int>? {
    var index = start
    while index < bytes.endIndex {
      switch bytes[index] {
      case 0x0A:
        return index..<index + 1
      case 0x0D:
        return index..<index + (byte(at: index + 1) == 0x0A ? 2 : 1)
      case 0xC2 where lineBreaks == .yaml && byte(at: index + 1) == 0x85:
        return index..<index + 2
      case 0xE2 where lineBreaks == .yaml && isSeparator(at: index):
        return index..<index + 3
      default:
        index += 1
      }
    }
    return nil
  }

  /// U+2028 or U+2029.
  private func isSeparator(at index: Int) -> Bool {
    byte(at: index + 1) == 0x80 && (byte(at: index + 2) == 0xA8 || byte(at: index + 2) == 0xA9)
  }

  private func byte(at index: Int) -> UInt8? {
    index < bytes.endIndex ? bytes[index] : nil
  }
}

extension SourceText {
  /// The name that messages give to a file beside this one.
  public func nameBeside(_ file: String) -> String {
    guard !file.hasPrefix("/"), let slash = name.lastIndex(of: "/") else { return file }
    return name[...slash] + file
  }
}

extension Origin {
  /// The name that messages give to a file whose path was written here.
  public func name(ofFile path: String) -> String {
    if case .source(let location) = self { location.source.nameBeside(path) } else { path }
  }
}
