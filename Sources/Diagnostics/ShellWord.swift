/// A text as one word of a POSIX shell: in commands that are suggested, and in scripts that are written.
public enum ShellWord {
  /// The text itself where the shell takes it as it is, or within single quotes.
  public static func quoted(_ text: String) -> String {
    !text.isEmpty && text.unicodeScalars.allSatisfy(isPlain) ? text : literal(text)
  }

  /// The text within single quotes.
  public static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", ".", "/", ":", ",", "@", "%", "+", "=", "-": true
    default: false
    }
  }
}
