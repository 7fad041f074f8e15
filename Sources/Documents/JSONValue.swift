import Diagnostics

/// A JSON value without places.
///
/// Objects keep their order, numbers the text they were written with.
public enum JSONValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A key of an object with its value.
  public struct Member: Sendable, Hashable {
    public var key: String
    public var value: JSONValue

    public init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  public static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

  /// A text, or null.
  public static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

  /// The node's value, places left behind.
  public init(_ node: Node) {
    switch node.content {
    case .null: self = .null
    case .boolean(let value, _): self = .boolean(value)
    case .integer(let text), .decimal(let text): self = .number(text)
    case .string(let text): self = .string(text)
    case .sequence(let items): self = .array(items.map(JSONValue.init))
    case .mapping(let entries): self = .object(entries.map { Member($0.key, JSONValue($0.value)) })
    }
  }

  /// Reads a value that a program wrote, not a user: what is wrong with it has no place.
  ///
  /// Nil where the text is no JSON.
  ///
  /// - Parameter bytes: Strict JSON text in UTF-8; it may be nested 100 levels deep.
  public init?(parsing bytes: some Sequence<UInt8>) {
    let source = SourceText(name: "JSON", path: "JSON", bytes: Array(bytes))
    let limits = DocumentLimits(bytes: .max, nodes: .max)
    guard let document = try? JSON.parse(source, limits: limits) else { return nil }
    self.init(document.root)
  }

  /// The value of a key, where this is an object that has it.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The items of an array.
  public var items: [JSONValue] {
    if case .array(let items) = self { items } else { [] }
  }

  /// The whole number, where this is one that fits.
  public var integer: Int? {
    if case .number(let text) = self { Int(text) } else { nil }
  }

  /// The number, where this is one.
  public var double: Double? {
    if case .number(let text) = self { Double(text) } else { nil }
  }

  /// The text, where this is one.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral
{
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }

  public init(stringLiteral value: String) { self = .string(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}
