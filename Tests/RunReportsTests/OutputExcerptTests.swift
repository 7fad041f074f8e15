import Testing

@testable import RunReports

/// How much of an output a report keeps, and how it reads without a terminal.
@Suite struct OutputExcerptTests {
  @Test(arguments: [
    ("plain\n", "plain\n"), ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("\u{1B}]0;title\u{07}text", "text"),
    ("\u{1B}]8;;https://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"), ("10%\r20%\r\n", "10%\n20%\n"),
    ("\u{1B}[31\nnext", "\nnext"), ("\u{1B}", ""), ("\u{1B}[", ""), ("a\u{1}b", "a\u{FFFD}b"), ("\u{1B}(Bx", "x"),
    ("\u{1B}Mx", "x"),
  ])
  func `what steers terminals is left out`(written: String, shown: String) {
    var excerpt = OutputExcerpt()
    excerpt.add(Array(written.utf8))
    #expect(excerpt.text == shown)
  }

  @Test func `the end is kept, from the beginning of a line on`() {
    var excerpt = OutputExcerpt()
    for number in 1...20_000 { excerpt.add(Array("line \(number)\n".utf8)) }
    excerpt.finish()
    let lines = excerpt.text.split(separator: "\n")
    #expect(lines.last == "line 20000" && lines.first?.hasPrefix("line ") == true)
    #expect(excerpt.text.utf8.count <= OutputExcerpt.mostBytes)
    #expect(excerpt.text.utf8.count + excerpt.omittedBytes == (1...20_000).reduce(0) { $0 + "line \($1)\n".utf8.count })
  }

  @Test func `a line that is longer than all is cut`() {
    var excerpt = OutputExcerpt()
    excerpt.add(Array(String(repeating: "x", count: 200_000).utf8))
    excerpt.finish()
    #expect(excerpt.text.count == OutputExcerpt.mostBytes)
    excerpt.addLine("next")
    #expect(excerpt.text.hasSuffix("x\nnext\n"))
  }
}
