import OrderedCollections
import Testing

@testable import TaskRunner

@Suite struct DotenvTests {
  private func variables(_ text: String) throws -> [String] {
    let source = SourceText(name: ".env", path: "/.env", bytes: Array(text.utf8))
    return try Dotenv(source).variables.map { "\($0.key)=\($0.value.text)" }
  }

  @Test func `the forms that people write are understood`() throws {
    let text = """
      # a comment
      A=1
      export B = two words  # a comment
      C='single # $x \\n'
      D="double \\"q\\" \\n \\$x \\z"
      E=
      F=a#b
      G="over
      lines"
      A=again\r
      """
    #expect(
      try variables(text)
        == ["A=again", "B=two words", "C=single # $x \\n", "D=double \"q\" \n $x \\z", "E=", "F=a#b", "G=over\nlines"])
  }

  @Test func `values know their places`() throws {
    let source = SourceText(name: ".env", path: "/.env", bytes: Array("\n\nexport A=x\nB='\n'\nC=y".utf8))
    let places = try Dotenv(source).variables.values.map(\.location.description)
    #expect(places == [".env:3:10", ".env:4:3", ".env:6:3"])
  }

  @Test(arguments: ["=x", "1A=x", "A B=x", "A", "A='x", "A='x' y", "A-B=1"])
  func `anything else is a fault`(text: String) {
    #expect(throws: DiagnosticError.self) { try variables(text) }
  }
}
