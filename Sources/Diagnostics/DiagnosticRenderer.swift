/// Writes diagnostics for people: the sentence, the place, its line with a caret, and the help.
public struct DiagnosticRenderer: Sendable {
  private let isColored: Bool

  public init(isColored: Bool) {
    self.isColored = isColored
  }

  /// The lines of a diagnostic, each ended by a line feed.
  public func render(_ diagnostic: Diagnostic) -> String {
    let color = diagnostic.severity == .error ? "31" : "33"
    var text =
      paint(diagnostic.severity.rawValue, "1;\(color)") + paint(": \(printableLine(diagnostic.message))", "1") + "\n"
    if let origin = diagnostic.origin {
      text += excerpt(of: origin, isConcealed: diagnostic.isConcealed, caretColor: "1;\(color)")
    }
    for note in diagnostic.notes {
      text += paint("note", "1;36") + ": \(printableLine(note.message))\n"
      if let origin = note.origin {
        text += excerpt(of: origin, isConcealed: diagnostic.isConcealed, caretColor: "1;36")
      }
    }
    if let help = diagnostic.help {
      text += paint("help", "1;32") + ": \(printableLine(help))\n"
    }
    return text
  }

  private func excerpt(of origin: Origin, isConcealed: Bool, caretColor: String) -> String {
    guard let place = ExcerptPlace(origin) else { return "" }
    let margin = String(repeating: " ", count: max(1, place.label.count))
    let head = "\(margin)\(paint("-->", "34")) \(printableLine(origin.description))\n"
    guard !isConcealed, let line = place.line else { return head }
    let excerpt = Excerpt(of: line, column: place.column, width: place.width)
    let bar = paint("|", "34")
    return head + """
      \(margin) \(bar)
      \(place.label.isEmpty ? margin : paint(place.label, "34")) \(bar) \(printable(excerpt.text))
      \(margin) \(bar) \(excerpt.padding)\(paint(excerpt.carets, caretColor))

      """
  }

  private func paint(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// The line that an origin points into, and which part of it.
private struct ExcerptPlace {
  let label: String
  let line: String?
  let column: Int
  let width: Int

  init?(_ origin: Origin) {
    switch origin {
    case .source(let location):
      let range = location.range
      label = String(range.start.line)
      line = location.source.line(range.start.line)
      column = range.start.column
      width = range.end.line == range.start.line ? range.end.column - range.start.column : .max
    case .commandLine(let variable, let value), .environment(let variable, let value):
      label = ""
      line = "\(variable)=\(value)"
      column = variable.unicodeScalars.count + 2
      width = value.unicodeScalars.count
    case .word(let word, let scalars):
      label = ""
      line = word
      column = 1
      width = scalars
    case .plugin:
      return nil
    }
  }
}

/// As much of a line as fits, with carets under a part of it.
private struct Excerpt {
  private static let widestLine = 140

  let text: String
  let padding: String
  let carets: String

  init(of line: String, column: Int, width: Int) {
    let firstLine = line.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    let scalars = Array(firstLine.unicodeScalars)
    let caret = min(max(column - 1, 0), scalars.count)
    let first = caret > Self.widestLine * 2 / 3 ? caret - Self.widestLine / 2 : 0
    let last = min(scalars.count, first + Self.widestLine)
    let shown = String(String.UnicodeScalarView(scalars[first..<last]))
    text = (first > 0 ? "…" : "") + shown + (last < scalars.count ? "…" : "")
    padding = (first > 0 ? " " : "") + scalars[first..<caret].map { $0 == "\t" ? "\t" : " " }.joined()
    carets = String(repeating: "^", count: max(1, min(width, last - caret)))
  }
}
