import Diagnostics

/// libyaml's complaints, worded for people who write task files.
enum YAMLSyntax {
  static func error(
    problem: String, at position: SourcePosition, context: String?, from start: SourcePosition, in source: SourceText
  ) -> DiagnosticError {
    let (message, help) = wording(problem: problem, line: source.line(position.line) ?? "")
    // What is never closed is best shown where it was opened.
    let shown = openings.contains(problem) && context != nil ? start : position
    let place = SourceLocation(source: source, range: SourceRange(start: shown, end: shown))
    return DiagnosticError(message, at: .source(place), help: help)
  }

  private static let openings: Set<String> = [
    "did not find expected ',' or ']'", "did not find expected ',' or '}'", "found unexpected end of stream",
  ]

  private static func wording(problem: String, line: String) -> (message: String, help: String?) {
    switch problem {
    case "mapping values are not allowed in this context":
      (
        "a second `:` on this line makes YAML read the text as a mapping",
        "put the text in quotes, or write it as a block after `|`"
      )
    case "found character that cannot start any token":
      line.contains("\t")
        ? ("a tab cannot be used to indent YAML", "indent with spaces")
        : ("this character cannot start a value", "put the value in quotes")
    case "control characters are not allowed":
      ("a control character cannot be written in YAML", "write it as an escape in double quotes, such as \\x1b")
    case "did not find expected key":
      ("a key was expected here", "check the indentation of this line and of the lines before it")
    case "could not find expected ':'":
      ("a `:` is missing after the key", "write `key: value`")
    case "did not find expected ',' or ']'":
      ("the list opened by `[` is not closed", "write `]`")
    case "did not find expected ',' or '}'":
      ("the mapping opened by `{` is not closed", "write `}`")
    case "found undefined alias":
      ("this alias has no anchor", "write the anchor `&name` before it is used")
    case "found unexpected end of stream":
      ("the quoted text is not closed", "write the closing quote")
    default:
      ("this is not YAML: \(problem)", nil)
    }
  }
}
