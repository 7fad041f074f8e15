/// Cuts a stream of bytes into lines.
struct LineBuffer: Sendable {
  /// A line longer than this is given in pieces, so that memory stays flat.
  static let longestLine = 1 << 20

  /// What came after the last line break; nil where nothing did.
  private(set) var rest: [UInt8]?

  /// Takes more bytes and gives the lines that are whole now, without their line breaks.
  mutating func add(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      lines.append((rest ?? []) + bytes[start..<end])
      rest = nil
      start = end + 1
    }
    if start < bytes.endIndex {
      rest = (rest ?? []) + bytes[start...]
      if let long = rest, long.count > Self.longestLine {
        lines.append(long)
        rest = nil
      }
    }
    return lines
  }
}
