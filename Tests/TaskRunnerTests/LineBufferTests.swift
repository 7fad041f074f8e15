import Testing

@testable import TaskRunner

@Suite struct LineBufferTests {
  @Test func `lines are cut at line feeds, the rest is kept`() {
    var buffer = LineBuffer()
    func add(_ text: String) -> [String] { buffer.add(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } }
    #expect(add("a\nb") == ["a"])
    #expect(add("c\n\nd\n") == ["bc", "", "d"])
    #expect(buffer.rest == nil)
    #expect(add("e") == [])
    #expect(buffer.rest == Array("e".utf8))
  }

  @Test func `a line without end is given in pieces`() {
    var buffer = LineBuffer()
    let piece = [UInt8](repeating: 65, count: 1 << 16)
    let lines = (0..<64).flatMap { _ in buffer.add(piece) }
    #expect(lines.map(\.count).reduce(0, +) + (buffer.rest?.count ?? 0) == 64 << 16)
    #expect((buffer.rest?.count ?? 0) <= LineBuffer.longestLine)
  }
}
