import Diagnostics

/// libyaml's complaints, worded for people who write task files.
enum YAMLSyntax {
  static func error(
    problem: String, at position: SourcePosition, context: String?, from start: SourcePosition, in source: SourceText
  ) -> DiagnosticError {
    let line = source.line(position.line) ?? ""
    let (message, help) =
      trap(problem, line, at: position, opened: source.line(start.line) ?? "") ?? wording(problem, line, at: position)
    // What is never closed is best shown where it was opened.
    let shown = openings.contains(problem) && context != nil ? start : position
    let place = SourceLocation(source: source, range: SourceRange(start: shown, end: shown))
    return DiagnosticError(message, at: .source(place), help: help)
  }

  private static let openings: Set<String> = [
    "did not find expected ',' or ']'", "did not find expected ',' or '}'", "found unexpected end of stream",
  ]

  /// What is not a slip, but what YAML makes of a text that looks right.
  private static func trap(
    _ problem: String, _ line: String, at position: SourcePosition, opened: String
  ) -> (message: String, help: String?)? {
    switch problem {
    case "did not find expected ',' or '}'", "did not find expected ',' or ']'":
      if line.contains("${") || opened.contains("${") {
        return (
          "inside `{ }` and `[ ]`, YAML takes an unquoted `${` for the beginning of a mapping",
          "put the whole value in quotes: \"${name} …\""
        )
      }
      let rest = line.unicodeScalars.dropFirst(position.column - 1)
      guard rest.first == ":" else { return nil }
      return secondColon
    case "did not find expected whitespace or line break", "did not find expected tag URI":
      return ("YAML takes the `!` before this value for a tag", "put the whole value in quotes")
    case "did not find expected alphabetic or numeric character":
      return (
        "YAML takes a `*` or `&` at the beginning of a value for an alias or an anchor", "put the whole value in quotes"
      )
    default:
      return nil
    }
  }

  private static let secondColon: (message: String, help: String?) = (
    "a second `:` on this line makes YAML read the text as a mapping",
    "put the text in quotes, or write it as a block after `|`"
  )

  private static func wording(
    _ problem: String, _ line: String, at position: SourcePosition
  ) -> (message: String, help: String?) {
    switch problem {
    case "mapping values are not allowed in this context":
      line.unicodeScalars.prefix(position.column - 1).contains(":")
        ? secondColon
        : (
          "this line is indented further than what it belongs to, or a `:` is missing in the line before it",
          "indent the keys of one mapping by the same number of spaces"
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
