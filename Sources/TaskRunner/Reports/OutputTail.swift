/// The last lines of what a task wrote.
struct OutputTail: Sendable {
  static let mostLines = 20
  private static let longestLine = 4096

  private(set) var lines: [[UInt8]] = []
  private var buffer = LineBuffer(longestPiece: OutputTail.longestLine)

  mutating func add(_ bytes: [UInt8]) {
    for piece in buffer.add(bytes) { append(piece) }
  }

  mutating func finish() {
    if let rest = buffer.finish() { append(rest) }
  }

  /// What it wrote last, be the line whole or not.
  var lastLine: [UInt8]? {
    buffer.finished.flatMap { $0.bytes.isEmpty ? nil : $0.bytes } ?? lines.last
  }

  private mutating func append(_ piece: LineBuffer.Piece) {
    guard !piece.bytes.isEmpty else { return }
    lines.append(Array(piece.bytes.prefix(Self.longestLine)))
    if lines.count > Self.mostLines { lines.removeFirst() }
  }
}
