/// Cuts a stream of JSON texts into single values, as its bytes come: values on lines of their own, values one after the
/// other, and the items of arrays.
///
/// Each line is a text of its own where the first one is whole, so that a broken line spoils no other.
public struct JSONTextSplitter: Sendable {
  /// The text of one value, or of what stands where one should be.
  public struct Text: Sendable, Hashable {
    public let bytes: [UInt8]
    /// The line that it begins on, counted from 1.
    public let line: Int
  }

  /// Why there is no next value, though bytes are left.
  public struct Fault: Error, Sendable, Hashable {
    public let line: Int
    /// One sentence, without a full stop.
    public let message: String
    /// What to do.
    public let help: String
  }

  /// What an array's items have been followed by.
  private enum ArrayPosition {
    case outside
    case afterBracket
    case afterItem
    case afterComma
  }

  private enum Layout {
    case unknown
    case lines
    case values
  }

  /// How far the value that comes next has been looked at.
  private struct Scan {
    /// Behind the last byte that was looked at.
    var index: Int
    var depth = 0
    var isInString = false
    var isEscaped = false
    var newlines = 0
  }

  /// Without a line break in so many bytes, there are no lines.
  private static let longestFirstLine = 1 << 20

  private let limit: Int
  private var layout = Layout.unknown
  private var buffer: [UInt8] = []
  /// Where what has not been given begins.
  private var start = 0
  private var line = 1
  private var position = ArrayPosition.outside
  /// Behind the line that is being cut.
  private var lineEnd: Int?
  private var scan: Scan?
  private var isEnded = false

  /// - Parameter limit: The longest text of a value, in bytes.
  public init(limit: Int) {
    self.limit = limit
  }

  /// Takes the next bytes of the stream.
  public mutating func append(_ bytes: some Sequence<UInt8>) {
    buffer.removeSubrange(..<start)
    if let index = scan?.index { scan?.index = index - start }
    if let end = lineEnd { lineEnd = end - start }
    start = 0
    buffer += bytes
  }

  /// Says that no more bytes come.
  public mutating func end() {
    isEnded = true
  }

  /// The next value's text; nil where more bytes are needed, or none is left.
  public mutating func next() throws(Fault) -> Text? {
    if layout == .unknown { layout = findLayout() }
    let text =
      switch layout {
      case .unknown: Text?.none
      case .lines: nextLine()
      case .values: try nextValue()
      }
    if text == nil, buffer.count - start > limit {
      throw Fault(
        line: line, message: "a value is longer than \(limit >> 20) MiB", help: "write one value after another")
    }
    if text == nil, isEnded, position != .outside {
      throw Fault(line: line, message: "the array is not closed", help: "the file may be cut off")
    }
    return text
  }

  private mutating func findLayout() -> Layout {
    if start == 0, buffer.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    skipSpace()
    guard start < buffer.count else { return .unknown }
    guard buffer[start] != UInt8(ascii: "[") else { return .values }
    guard let lineEnd = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) else {
      if isEnded { return .lines }
      return buffer.count - start > Self.longestFirstLine ? .values : .unknown
    }
    // A value that goes on beyond its line breaks off where more must follow.
    let last = buffer[start..<lineEnd].last { !Self.isSpace($0) }
    let goesOn = [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ","), UInt8(ascii: ":")].contains(last)
    return goesOn ? .values : .lines
  }

  private mutating func nextLine() -> Text? {
    skipSpace()
    if let end = lineEnd, end <= start { lineEnd = nil }
    if lineEnd == nil {
      let searched = max(scan?.index ?? start, start)
      lineEnd = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) ?? (isEnded ? buffer.count : nil)
    }
    guard let end = lineEnd else {
      scan = Scan(index: buffer.count)
      return nil
    }
    scan = nil
    guard end > start else { return nil }
    // Several values may share a line.
    return take(upTo: Self.endOfValue(buffer, start..<end) ?? end, newlines: 0)
  }

  private mutating func nextValue() throws(Fault) -> Text? {
    try skipSeparators()
    guard start < buffer.count else { return nil }
    var scan = self.scan ?? Scan(index: start)
    let end = Self.advance(&scan, over: buffer, isInArray: position != .outside)
    self.scan = scan
    guard let end = end ?? (isEnded ? buffer.count : nil) else { return nil }
    self.scan = nil
    return take(upTo: end, newlines: scan.newlines)
  }

  private mutating func take(upTo end: Int, newlines: Int) -> Text {
    let text = Text(bytes: Array(buffer[start..<end]), line: line)
    line += newlines
    start = end
    return text
  }

  private mutating func skipSpace() {
    while start < buffer.count, Self.isSpace(buffer[start]) {
      if buffer[start] == UInt8(ascii: "\n") { line += 1 }
      start += 1
    }
  }

  /// Skips what stands between values, and goes into and out of an array.
  private mutating func skipSeparators() throws(Fault) {
    guard scan == nil else { return }
    while true {
      skipSpace()
      guard start < buffer.count else { return }
      switch (buffer[start], position) {
      case (UInt8(ascii: "["), .outside): position = .afterBracket
      case (UInt8(ascii: "]"), .afterBracket), (UInt8(ascii: "]"), .afterItem): position = .outside
      case (UInt8(ascii: ","), .afterItem): position = .afterComma
      case (_, .outside): return
      case (UInt8(ascii: "]"), _), (UInt8(ascii: ","), _):
        throw Fault(line: line, message: "a value is missing here", help: "remove the comma")
      case (_, .afterItem):
        throw Fault(line: line, message: "a `,` or `]` was expected here", help: "separate values with commas")
      case (_, .afterBracket), (_, .afterComma):
        position = .afterItem
        return
      }
      start += 1
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\t")
  }

  private static func endOfValue(_ buffer: [UInt8], _ range: Range<Int>) -> Int? {
    var scan = Scan(index: range.lowerBound)
    return advance(&scan, over: buffer, upTo: range.upperBound, isInArray: false)
  }

  /// Goes on to the end of a value.
  ///
  /// - Returns: Behind the value's last byte; nil where the bytes end before.
  private static func advance(
    _ scan: inout Scan, over buffer: [UInt8], upTo end: Int? = nil, isInArray: Bool
  ) -> Int? {
    let end = end ?? buffer.count
    while scan.index < end {
      let byte = buffer[scan.index]
      scan.index += 1
      if byte == UInt8(ascii: "\n") { scan.newlines += 1 }
      if scan.isInString {
        if scan.isEscaped {
          scan.isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          scan.isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          scan.isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): scan.isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): scan.depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if scan.depth == 0, isInArray, byte == UInt8(ascii: "]") {
          scan.index -= 1
          return scan.index
        }
        scan.depth -= 1
        if scan.depth <= 0 { return scan.index }
      case UInt8(ascii: ",") where scan.depth == 0 && isInArray:
        scan.index -= 1
        return scan.index
      case UInt8(ascii: "\n") where scan.depth == 0:
        return scan.index
      default: break
      }
    }
    return nil
  }
}
