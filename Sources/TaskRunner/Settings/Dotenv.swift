import OrderedCollections
import TaskKit

/// A `.env` file: `NAME=value` lines, with places.
///
/// `export` before a name, comments, blank lines, and values in single or double quotes, which may go over several
/// lines, are understood; in double quotes `\n`, `\t`, `\"`, `\\` and `\$` are escapes. Nothing is expanded.
struct Dotenv: Sendable {
  private(set) var variables: OrderedDictionary<String, LocatedText> = [:]

  /// - Throws: A `DiagnosticError` with every line that is not understood.
  init(_ source: SourceText) throws(DiagnosticError) {
    var parser = DotenvParser(source: source)
    var problems: [Diagnostic] = []
    while let assignment = parser.next() {
      switch assignment {
      case .success(let (name, value)): variables[name] = value
      case .failure(let error): problems += error.diagnostics
      }
    }
    guard problems.isEmpty else { throw DiagnosticError(problems) }
  }
}

private struct DotenvParser {
  private let source: SourceText
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private var lineStart = 0

  init(source: SourceText) {
    self.source = source
    scalars = Array(String(decoding: source.bytes, as: UTF8.self).unicodeScalars)
  }

  /// The next assignment, or nil at the end of the file.
  mutating func next() -> Result<(name: String, value: LocatedText), DiagnosticError>? {
    skipBlanks()
    guard current != nil else { return nil }
    let start = position
    if starts(with: "export ") {
      index += 7
      while current == " " { index += 1 }
    }
    let name = takeName()
    while current == " " { index += 1 }
    guard !name.isEmpty, current == "=" else {
      return .failure(DiagnosticError(.dotenvLine(at: origin(from: start, to: skipLine()))))
    }
    index += 1
    while current == " " || current == "\t" { index += 1 }
    let valueStart = position
    guard let value = takeValue() else {
      return .failure(DiagnosticError(.dotenvQuote(at: origin(from: valueStart, to: valueStart))))
    }
    let location = SourceLocation(source: source, range: SourceRange(start: valueStart, end: position))
    while current == " " || current == "\t" { index += 1 }
    let trailStart = position
    if let trail = current, trail != "\n", trail != "\r", trail != "#" {
      return .failure(DiagnosticError(.dotenvTrail(at: origin(from: trailStart, to: skipLine()))))
    }
    _ = skipLine()
    return .success((name, LocatedText(text: value, location: location)))
  }

  private mutating func takeName() -> String {
    let start = index
    while let scalar = current, isLetter(scalar) || isDigit(scalar) && index > start { index += 1 }
    return text(from: start, to: index)
  }

  /// The value, or nil where its quote is not closed.
  private mutating func takeValue() -> String? {
    switch current {
    case "'"?: takeQuoted(by: "'", escapes: false)
    case "\""?: takeQuoted(by: "\"", escapes: true)
    default: takePlain()
    }
  }

  private mutating func takePlain() -> String {
    let start = index
    var end = index
    while let scalar = current, scalar != "\n", scalar != "\r" {
      let isComment = scalar == "#" && (index == start || scalars[index - 1] == " " || scalars[index - 1] == "\t")
      if isComment { break }
      index += 1
      if scalar != " ", scalar != "\t" { end = index }
    }
    return text(from: start, to: end)
  }

  private mutating func takeQuoted(by quote: Unicode.Scalar, escapes: Bool) -> String? {
    index += 1
    var value = String.UnicodeScalarView()
    while let scalar = current {
      index += 1
      if scalar == quote { return String(value) }
      if scalar == "\n" {
        line += 1
        lineStart = index
      }
      if escapes, scalar == "\\", let escaped = current {
        index += 1
        if escaped == "\n" {
          line += 1
          lineStart = index
        }
        switch escaped {
        case "n": value.append("\n")
        case "t": value.append("\t")
        case "r": value.append("\r")
        case "\"", "\\", "$": value.append(escaped)
        default: value.append(contentsOf: [scalar, escaped])
        }
      } else {
        value.append(scalar)
      }
    }
    return nil
  }

  private mutating func skipBlanks() {
    while let scalar = current {
      switch scalar {
      case " ", "\t", "\r", "\u{FEFF}": index += 1
      case "\n": startLine()
      case "#": _ = skipLine()
      default: return
      }
    }
  }

  private mutating func skipLine() -> SourcePosition {
    while current != nil, current != "\n", current != "\r" { index += 1 }
    return position
  }

  private mutating func startLine() {
    index += 1
    line += 1
    lineStart = index
  }

  private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }
  private var position: SourcePosition { SourcePosition(line: line, column: index - lineStart + 1) }

  private func starts(with text: String) -> Bool { scalars[index...].starts(with: text.unicodeScalars) }
  private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }
  private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private func text(from start: Int, to end: Int) -> String {
    String(String.UnicodeScalarView(scalars[start..<end]))
  }

  private func origin(from start: SourcePosition, to end: SourcePosition) -> Origin {
    .source(SourceLocation(source: source, range: SourceRange(start: start, end: end)))
  }
}
