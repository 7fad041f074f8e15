/// Follows the quotes and brackets of a shell's text, scalar by scalar.
struct ShellScanner {
  enum Quote {
    case none, single, double, comment
  }

  private enum Bracket {
    case parenthesis, backtick
  }

  private(set) var quote = Quote.none
  private var brackets: [(kind: Bracket, outside: Quote)] = []
  private var isEscaped = false
  private var previous: Unicode.Scalar?

  /// Whether the scalar to come stands outside of all quotes and brackets.
  var isAtTop: Bool { quote == .none && brackets.isEmpty && !isEscaped }

  /// Whether a backslash stands before what comes.
  var isAfterBackslash: Bool { isEscaped }

  /// Whether a `$` that means something to the shell stands before what comes.
  var isAfterDollar: Bool { previous == "$" && (quote == .none || quote == .double) }

  /// Whether what comes may begin a word.
  var isAtWordStart: Bool {
    guard let previous else { return true }
    return !isEscaped && (previous.isBlank || previous == "\n" || ";|&()".unicodeScalars.contains(previous))
  }

  /// Whether the last scalar began single quotes.
  var hasJustOpened: Bool { quote == .single && previous == "'" }

  /// Whether a quote is still open at the end.
  var isOpen: Bool { quote == .single || quote == .double }

  mutating func read(_ text: String) {
    for scalar in text.unicodeScalars { read(scalar) }
  }

  mutating func read(_ scalar: Unicode.Scalar) {
    let isEscapedNow = isEscaped
    isEscaped = false
    if isEscapedNow {
      previous = "\\"
      return
    }
    switch quote {
    case .single: if scalar == "'" { quote = .none }
    case .comment: if scalar == "\n" { quote = .none }
    case .double: readDouble(scalar)
    case .none: readBare(scalar)
    }
    previous = scalar
  }

  /// Passes over an expansion that is complete in itself.
  mutating func skipExpansion() {
    previous = "x"
  }

  private mutating func readDouble(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": quote = .none
    case "\\": isEscaped = true
    case "(" where previous == "$": open(.parenthesis)
    case "`": open(.backtick)
    default: break
    }
  }

  private mutating func readBare(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "'": quote = .single
    case "\"": quote = .double
    case "\\": isEscaped = true
    case "#" where isAtWordStart: quote = .comment
    case "(": open(.parenthesis)
    case ")": close(.parenthesis)
    case "`": if brackets.last?.kind == .backtick { close(.backtick) } else { open(.backtick) }
    default: break
    }
  }

  private mutating func open(_ kind: Bracket) {
    brackets.append((kind, quote))
    quote = .none
  }

  private mutating func close(_ kind: Bracket) {
    guard let last = brackets.last, last.kind == kind else { return }
    quote = last.outside
    brackets.removeLast()
  }
}
