/// The text with control characters replaced, so that no file or variable can drive the terminal.
public func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }))
}

/// The text on one line: no data can begin a line of its own in a log.
public func printableLine(_ text: String) -> String {
  printable(text).split(whereSeparator: \.isNewline).joined(separator: " ")
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar != "\t" && scalar != "\n" && (scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value))
}
