import Testing

@testable import Diagnostics

@Suite struct DiagnosticRendererTests {
  private let plain = DiagnosticRenderer(isColored: false)

  private func location(_ text: String, line: Int, columns: Range<Int>) -> Origin {
    let source = SourceText(name: "tasks.yaml", path: "/tasks.yaml", bytes: Array(text.utf8))
    let range = SourceRange(
      start: SourcePosition(line: line, column: columns.lowerBound),
      end: SourcePosition(line: line, column: columns.upperBound))
    return .source(SourceLocation(source: source, range: range))
  }

  @Test func `a place is shown with its line and a caret`() {
    let diagnostic = Diagnostic(
      .error, "there is no task `bild`", at: location("a: 1\nneeds: [bild]\n", line: 2, columns: 9..<13),
      help: "did you mean `build`?")
    #expect(
      plain.render(diagnostic) == """
        error: there is no task `bild`
         --> tasks.yaml:2:9
          |
        2 | needs: [bild]
          |         ^^^^
        help: did you mean `build`?

        """)
  }

  @Test func `a variable is shown with its value`() {
    let diagnostic = Diagnostic(.error, "no", at: .environment(variable: "SEED_COUNT", value: "12abc"))
    #expect(
      plain.render(diagnostic) == """
        error: no
         --> environment variable SEED_COUNT
          |
          | SEED_COUNT=12abc
          |            ^^^^^

        """)
  }

  @Test func `a concealed place shows no text`() {
    let diagnostic = Diagnostic(
      .error, "no", at: .commandLine(variable: "TOKEN", value: "hunter22"), isConcealed: true)
    #expect(plain.render(diagnostic) == "error: no\n --> TOKEN on the command line\n")
  }

  @Test func `tabs keep the caret in its place, and a long line is cut around it`() {
    let tabs = plain.render(Diagnostic(.error, "no", at: location("\tkey: x", line: 1, columns: 7..<8)))
    #expect(tabs.contains("1 | \tkey: x\n  | \t     ^\n"))
    let long = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
    let cut = plain.render(Diagnostic(.error, "no", at: location(long, line: 1, columns: 501..<502)))
    let lines = cut.split(separator: "\n")
    let column = lines[4].firstIndex(of: "^").map { lines[4].distance(from: lines[4].startIndex, to: $0) }
    #expect(column.map { Array(lines[3])[$0] } == "X")
    #expect(lines.allSatisfy { $0.count < 200 })
  }

  @Test func `control characters cannot reach the terminal`() {
    let diagnostic = Diagnostic(.error, "bad \u{1B}[31m", at: location("k: \u{1B}]0;x\u{07}", line: 1, columns: 1..<2))
    let text = plain.render(diagnostic)
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func `colours are used only where asked for`() {
    #expect(DiagnosticRenderer(isColored: true).render(Diagnostic(.warning, "x")).contains("\u{1B}[1;33mwarning"))
    #expect(plain.render(Diagnostic(.warning, "x")) == "warning: x\n")
  }
}
