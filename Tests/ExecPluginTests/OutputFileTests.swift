import TaskKit
import Testing

@testable import ExecPlugin

@Suite struct OutputFileTests {
  private func parse(_ text: String) throws -> [String] {
    try OutputFile.parse(Array(text.utf8)).values.map { "\($0.name)→\($0.value)" }
  }

  @Test(arguments: [
    ("", []), ("a=1", ["a→1"]), ("a=1\nb=x=y\n\nc=\n", ["a→1", "b→x=y", "c→"]), ("a=1\na=2\n", ["a→2"]),
    ("t<<END\none\n\nEND x\nEND\nb=1\n", ["t→one\n\nEND x", "b→1"]), ("t<<E\nE\n", ["t→"]), ("a-b_c=1", ["a-b_c→1"]),
  ])
  func `lines and blocks are read`(text: String, expected: [String]) throws {
    #expect(try parse(text) == expected)
  }

  @Test(arguments: [
    ("a=1\nwords here\n", "line 2 of"), ("=x", "line 1 of"), ("1a=x", "line 1 of"), ("a<<\n", "line 1 of"),
    ("t<<END\nx\nEND\nbad", "line 4 of"), ("x=1\nt<<END\none\n", "the block `t<<END` in line 2"),
  ])
  func `what is neither is told with its line`(text: String, start: String) {
    #expect {
      try parse(text)
    } throws: { error in
      (error as? DiagnosticError)?.diagnostics.first?.message.hasPrefix(start) == true
    }
  }
}
