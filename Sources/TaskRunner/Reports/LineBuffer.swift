/// Cuts a stream of bytes into lines.
struct LineBuffer: Sendable {
  /// A line, or a piece of one that is too long to wait for its end.
  struct Piece: Sendable, Equatable {
    /// Without the line break.
    var bytes: [UInt8]
    var endsLine: Bool
  }

  /// A line longer than this is given in pieces, so that memory stays flat.
  let longestPiece: Int
  /// What came after the last line break and was not given yet.
  private var rest: [UInt8] = []
  /// Whether a piece of the current line was given.
  private var isInLine = false

  init(longestPiece: Int = 1 << 20) {
    self.longestPiece = longestPiece
  }

  /// Takes more bytes and gives the lines that are whole now, and pieces of those that grow too long.
  mutating func add(_ bytes: [UInt8]) -> [Piece] {
    var pieces: [Piece] = []
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      pieces.append(Piece(bytes: rest + bytes[start..<end], endsLine: true))
      rest = []
      isInLine = false
      start = end + 1
    }
    rest += bytes[start...]
    if rest.count > longestPiece {
      pieces.append(Piece(bytes: rest, endsLine: false))
      rest = []
      isInLine = true
    }
    return pieces
  }

  /// What is left of a last line that did not end.
  var finished: Piece? {
    var copy = self
    return copy.finish()
  }

  /// What is left of a last line that did not end.
  mutating func finish() -> Piece? {
    defer { (rest, isInLine) = ([], false) }
    return rest.isEmpty && !isInLine ? nil : Piece(bytes: rest, endsLine: true)
  }
}
