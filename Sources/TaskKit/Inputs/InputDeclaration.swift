/// What a plugin's author wrote about an input, without its Swift type.
public struct InputDeclaration: Sendable {
  public let name: String
  /// One sentence, with a full stop.
  public let help: String
  public let type: InputType
  /// The default, which may hold `${name}`; nil where the input is required, or optional without one.
  public let defaultContent: InputContent?
  /// Whether `${name}` in the default is expanded.
  public let isDefaultTemplate: Bool
  /// Whether a value must be given.
  public let isRequired: Bool
  /// "between 0 and 10000000", or nil.
  public let bounds: String?
  public let limits: [InputBounds]
  public let isPath: Bool
  public let isFileOnly: Bool
  /// Whether `${name}` in a value stays as it is.
  public let isVerbatim: Bool
  public let isSecret: Bool
  /// Whether the rules admit the default.
  let isDefaultAdmitted: Bool
  private let convert: @Sendable (InputContent) -> Result<any InputValue, InputProblem>

  /// The name of the variable: `SEED_COUNT`.
  public var variable: String { InputName.variable(for: name) }

  init<Value: InputValue>(name: String, help: String, defaultValue: Value?, rules: [InputRule<Value>]) {
    self.name = name
    self.help = help
    type = Value.inputType
    var bounds: [(limit: InputBounds, admits: @Sendable (Value) -> Bool)] = []
    var (isPath, isFileOnly, isVerbatim, isSecret, writtenDefault) = (false, false, false, false, String?.none)
    for rule in rules {
      switch rule.kind {
      case .bounds(let limit, let admits): bounds.append((limit, admits))
      case .defaultText(let text): writtenDefault = text
      case .path: isPath = true
      case .fileOnly: isFileOnly = true
      case .verbatim: isVerbatim = true
      case .secret: isSecret = true
      }
    }
    (self.isPath, self.isFileOnly, self.isVerbatim, self.isSecret) = (isPath, isFileOnly, isVerbatim, isSecret)
    limits = bounds.map(\.limit)
    self.bounds = bounds.isEmpty ? nil : limits.map(\.text).joined(separator: " and ")
    defaultContent = writtenDefault.map(InputContent.text) ?? defaultValue?.inputContent
    isDefaultTemplate = writtenDefault != nil
    isRequired = defaultValue == nil && writtenDefault == nil
    isDefaultAdmitted = defaultValue.map { value in bounds.allSatisfy { $0.admits(value) } } ?? true
    convert = { [type, bounds = self.bounds, admits = bounds.map(\.admits)] content in
      let value: Value? =
        switch content {
        case .text(let text): Value(inputText: text)
        case .list(let items): Value(inputList: items)
        }
      guard let value else { return .failure(.wrongType(expectation: type.expectation)) }
      guard admits.allSatisfy({ $0(value) }) else { return .failure(.outOfBounds(bounds ?? "")) }
      return .success(value)
    }
  }

  /// Converts what a layer gives, or says what is wrong with it.
  public func value(of content: InputContent) -> Result<any InputValue, InputProblem> {
    convert(content)
  }
}

/// What a layer gives for an input.
public enum InputContent: Sendable, Hashable {
  case text(String)
  case list([String])
}

/// Why a value is refused.
public enum InputProblem: Error, Sendable, Hashable {
  case wrongType(expectation: String)
  case outOfBounds(String)
}
