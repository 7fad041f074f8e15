import Documents

extension JSONValue {
  /// A text that can be the key of a table or of an index: not empty.
  func key(_ name: String) -> String? {
    guard let text = self[name]?.string, !text.isEmpty else { return nil }
    return text
  }
}
