import Testing

@testable import TaskRunner

/// The lines that GitHub Actions acts on, and those that must not look like one.
@Suite struct WorkflowCommandTests {
  @Test func `values are escaped as the runner reads them`() {
    let command = WorkflowCommand("error", ["file": "a,b:c%.yaml", "line": nil, "title": "x"], "50%\r\n::next")
    #expect(command.line == "::error file=a%2Cb%3Ac%25.yaml,title=x::50%25%0D%0A::next")
    #expect(WorkflowCommand("endgroup").line == "::endgroup::")
  }

  @Test(arguments: [
    ("a: b :: c", "a: b :: c"), ("::error::x", ": :error::x"), ("  ::error::x", "  : :error::x"),
    ("a\n::b", "a\n: :b"), ("a\r::b", "a\r: :b"), ("a\r\n\t::b", "a\r\n\t: :b"), (":::", ": ::"),
    ("x ##[group]y", "x ## [group]y"), ("\u{600}##[x]", "\u{600}## [x]"), ("###[x]", "### [x]"),
    ("#[x] # [y]", "#[x] # [y]"),
    ("\u{2003}::x", "\u{2003}: :x"), (": :x", ": :x"), ("", ""),
  ])
  func `data begins no command`(text: String, safe: String) {
    #expect(WorkflowCommand.disarm(text) == safe)
    #expect(WorkflowCommand.disarm(safe) == safe)
  }
}
