/// A text as one word of shell.
enum ShellWord {
  /// The text itself where the shell takes it as it is, or within single quotes.
  static func quoted(_ text: String) -> String {
    let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { ShellExpressions.isSafe($0) && !$0.isBlank }
    return isPlain ? text : literal(text)
  }

  /// The text within single quotes.
  static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
