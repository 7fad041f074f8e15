import Testing

@testable import TaskRunner

@Suite struct TemplateTests {
  /// The segments in short: literals as they are, references in angle brackets.
  private func shape(_ text: String) throws -> String {
    try Template(text).short
  }

  @Test(arguments: [
    ("plain $NAME $(x)", "plain $NAME $(x)"), ("${a}", "<a>"), ("x${a}y${b}", "x<a>y<b>"), ("$${a}", "${a}"),
    ("${a:-}", "<a:->"), ("${a:-b c}", "<a:-b c>"), ("${a:-${b:-c}}d", "<a:-<b:-c>>d"), ("$$", "$$"),
    ("${run.status}", "<run.status>"),
  ])
  func `texts are taken apart`(text: String, expected: String) throws {
    #expect(try shape(text) == expected)
  }

  @Test(arguments: ["${", "${a", "${a:-b", "${A}", "${}", "${a b}", "${a.b}", "${a:b}"])
  func `what is no reference is refused`(text: String) {
    #expect(throws: Template.Malformation.self) { try Template(text) }
  }
}

extension Template {
  /// Literals as they are, references in angle brackets.
  var short: String {
    segments.map { segment in
      switch segment {
      case .literal(let text): text
      case .reference(let name, let fallback, _): "<\(name)\(fallback.map { ":-\($0.short)" } ?? "")>"
      }
    }.joined()
  }
}
