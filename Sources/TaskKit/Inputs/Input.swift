/// A value that a task reads from the command line, the environment or tasks.yaml.
///
/// The declaration is the only one: merging, checking, help, the schema and the reference page come from it.
@propertyWrapper
public struct Input<Value: InputValue>: Sendable, Decodable {
  let help: String
  let rules: [InputRule<Value>]
  let defaultValue: Value?
  private var settled: Value?
  /// The name in tasks.yaml; empty until the runner has settled the input.
  public private(set) var name = ""
  /// The value as the user wrote it; a path is not made absolute in it.
  public private(set) var written = ""
  /// Where the value came from.
  public private(set) var origin = Origin.plugin
  /// Whether the value is masked.
  public private(set) var isSecret = false

  /// The value; a unit test sets what it needs.
  public var wrappedValue: Value {
    get {
      // Inputs are settled before a plugin is made: only a plugin made by hand, as in a test, comes here.
      guard let settled else { preconditionFailure("a required input was read before it had a value") }
      return settled
    }
    set {
      settled = newValue
      written = newValue.inputText ?? ""
    }
  }

  /// The input itself, for `Problems`.
  public var projectedValue: Self { self }

  /// An input with a default.
  public init(wrappedValue: Value, _ help: String, _ rules: InputRule<Value>...) {
    self.help = help
    self.rules = rules
    defaultValue = wrappedValue
    settled = wrappedValue
    written = wrappedValue.inputText ?? ""
  }

  /// An input that must be given, or whose default is a text made of other values.
  public init(_ help: String, _ rules: InputRule<Value>...) {
    self.help = help
    self.rules = rules
    defaultValue = nil
  }

  public init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? SettledInputDecoder, let input = decoder.current, let value = input.value as? Value
    else {
      throw SettledInputDecoder.unsupported(decoder.codingPath)
    }
    help = ""
    rules = []
    defaultValue = nil
    settled = value
    name = input.name
    written = input.written
    origin = input.origin
    isSecret = input.isSecret
  }
}

/// Inputs that several plugins share.
@propertyWrapper
public struct InputGroup<Group: InputSet>: Sendable, Decodable {
  public var wrappedValue: Group

  public init() { wrappedValue = Group() }
  public init(from decoder: any Decoder) throws { wrappedValue = try Group(from: decoder) }
}
