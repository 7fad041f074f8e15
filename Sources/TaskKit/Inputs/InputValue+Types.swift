extension String: InputValue {
  public static var inputType: InputType { InputType(.string, expectation: "text") }
  public init?(inputText: String) {
    guard !inputText.isEmpty else { return nil }
    self = inputText
  }
  public var inputText: String? { self }
}

extension Int: InputValue {
  public static var inputType: InputType { InputType(.integer, expectation: "a whole number") }
  public init?(inputText: String) { self.init(inputText) }
  public var inputText: String? { description }
}

extension Double: InputValue {
  public static var inputType: InputType { InputType(.number, expectation: "a number") }
  public init?(inputText: String) {
    guard inputText.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let value = Double(inputText),
      value.isFinite
    else { return nil }
    self = value
  }
  public var inputText: String? { description }
}

extension Bool: InputValue {
  public static var inputType: InputType { InputType(.boolean, expectation: "true or false") }
  public init?(inputText: String) {
    switch inputText.lowercased() {
    case "true", "yes", "1": self = true
    case "false", "no", "0": self = false
    default: return nil
    }
  }
  public var inputText: String? { description }
}

extension Duration: InputValue {
  public static var inputType: InputType {
    InputType(.string, expectation: "a duration such as 500ms, 90s, 5m or 2h", pattern: "^[0-9]{1,10}(ms|s|m|h)$")
  }
  public init?(inputText: String) {
    let digits = inputText.prefix { $0.isASCII && $0.isNumber }
    guard let amount = Int64(digits), amount <= 1_000_000_000 else { return nil }
    switch inputText.dropFirst(digits.count) {
    case "ms": self = .milliseconds(amount)
    case "s": self = .seconds(amount)
    case "m": self = .seconds(amount * 60)
    case "h": self = .seconds(amount * 3600)
    default: return nil
    }
  }
  public var inputText: String? {
    let (seconds, attoseconds) = components
    guard attoseconds == 0 else { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
    if seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return seconds > 0 && seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
  }
}

extension Optional: InputValue where Wrapped: InputValue {
  public static var inputType: InputType { Wrapped.inputType.optional }
  /// An empty text is no value.
  public init?(inputText: String) {
    guard !inputText.isEmpty else {
      self = .none
      return
    }
    guard let value = Wrapped(inputText: inputText) else { return nil }
    self = value
  }
  public init?(inputList: [String]) {
    guard let value = Wrapped(inputList: inputList) else { return nil }
    self = value
  }
  public var inputText: String? { self?.inputText }
  public var inputContent: InputContent? { self?.inputContent }
}

extension Array: InputValue where Element == String {
  public static var inputType: InputType { InputType(.list, expectation: "a list of texts") }
  public init?(inputText: String) { nil }
  public init?(inputList: [String]) { self = inputList }
  public var inputText: String? { joined(separator: " ") }
  public var inputContent: InputContent? { .list(self) }
}

/// An enumeration of texts is an input with choices.
extension InputValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  public static var inputType: InputType {
    let choices = allCases.map(\.rawValue)
    return InputType(.string, expectation: choices.joined(separator: " or "), choices: choices)
  }
  public init?(inputText: String) { self.init(rawValue: inputText) }
  public var inputText: String? { rawValue }
}
