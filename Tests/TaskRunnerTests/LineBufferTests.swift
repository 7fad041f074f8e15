import Testing

@testable import TaskRunner

@Suite struct LineBufferTests {
  private func text(_ piece: LineBuffer.Piece) -> String {
    String(decoding: piece.bytes, as: UTF8.self) + (piece.endsLine ? "$" : "")
  }

  @Test func `lines are cut at line feeds, the rest is kept`() {
    var buffer = LineBuffer()
    #expect(buffer.add(Array("a\nb".utf8)).map(text) == ["a$"])
    #expect(buffer.add(Array("c\n\nd\n".utf8)).map(text) == ["bc$", "$", "d$"])
    #expect(buffer.finish() == nil)
    #expect(buffer.add(Array("e".utf8)) == [])
    #expect(buffer.finish().map(text) == "e$")
    #expect(buffer.finish() == nil)
  }

  @Test func `a line without end is given in pieces, whole and with its end`() {
    var buffer = LineBuffer(longestPiece: 4)
    let pieces = "abcdefghijk\n".utf8.flatMap { buffer.add([$0]) }
    #expect(pieces.map(text) == ["abcde", "fghij", "k$"])
    #expect("abcde".utf8.flatMap { buffer.add([$0]) }.map(text) == ["abcde"])
    #expect(buffer.finish().map(text) == "$")
  }
}
