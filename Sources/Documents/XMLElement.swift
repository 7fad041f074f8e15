/// An element of an XML document, without attributes and namespaces.
public struct XMLElement: Sendable, Hashable {
  public let name: String
  /// The text directly in it.
  public internal(set) var text = ""
  public internal(set) var children: [XMLElement] = []

  init(name: String) {
    self.name = name
  }

  /// The first child of a name.
  public subscript(name: String) -> XMLElement? {
    children.first { $0.name == name }
  }

  /// The text of the first child of a name, where that is not empty.
  public func text(of name: String) -> String? {
    guard let text = self[name]?.text, !text.isEmpty else { return nil }
    return text
  }

  /// The members of a list: AWS's query protocol wraps each in `member`.
  public func members(of name: String) -> [XMLElement] {
    self[name]?.children.filter { $0.name == "member" } ?? []
  }
}
