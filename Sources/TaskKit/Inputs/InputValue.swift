/// A type that an input can have.
public protocol InputValue: Sendable {
  static var inputType: InputType { get }
  /// Reads a value, or gives nil where the text is none.
  init?(inputText: String)
  /// Reads a list; only list types can.
  init?(inputList: [String])
  /// The value as text, or nil where there is none.
  var inputText: String? { get }
  /// The value as a layer would give it, or nil where there is none.
  var inputContent: InputContent? { get }
}

extension InputValue {
  public init?(inputList: [String]) { nil }
  public var inputContent: InputContent? { inputText.map(InputContent.text) }
}

/// What a type says of itself, for messages, help and the schema.
public struct InputType: Sendable {
  /// The JSON type of the values.
  public enum Kind: String, Sendable {
    case string
    case integer
    case number
    case boolean
    case list
  }

  public let kind: Kind
  /// What a value must be: "a whole number".
  public let expectation: String
  /// The values, where they are few.
  public let choices: [String]
  /// A regular expression that matches every text of a value, for editors; what it matches need not be one.
  public let pattern: String?
  /// Whether there may be no value.
  public let isOptional: Bool

  public init(
    _ kind: Kind, expectation: String, choices: [String] = [], pattern: String? = nil, isOptional: Bool = false
  ) {
    self.pattern = pattern
    self.kind = kind
    self.expectation = expectation
    self.choices = choices
    self.isOptional = isOptional
  }

  var optional: Self { Self(kind, expectation: expectation, choices: choices, pattern: pattern, isOptional: true) }
}
