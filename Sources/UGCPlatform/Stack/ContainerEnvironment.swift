import Documents

/// The text of a stack's output `containerEnvStr`: a line `KEY="value" \` for each variable of the platform's services.
///
/// The values are JSON strings, so that they may hold escaped quotes.
struct ContainerEnvironment: Sendable {
  private let values: [String: String]

  init(_ text: String) {
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      guard let equals = line.firstIndex(of: "="), let value = Self.quoted(line[line.index(after: equals)...]) else {
        continue
      }
      let key = String(line[..<equals].drop(while: \.isWhitespace))
      // The first one counts, as it does for a shell's environment.
      if values[key] == nil { values[key] = value }
    }
    self.values = values
  }

  /// A variable's value, where it has one that is not empty.
  subscript(name: String) -> String? {
    values[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The JSON string that a text begins with.
  private static func quoted(_ text: Substring) -> String? {
    guard text.first == "\"" else { return nil }
    var isEscaped = false
    for index in text.indices.dropFirst() {
      if isEscaped {
        isEscaped = false
      } else if text[index] == "\\" {
        isEscaped = true
      } else if text[index] == "\"" {
        return JSONValue(parsing: text[...index].utf8)?.string
      }
    }
    return nil
  }
}
