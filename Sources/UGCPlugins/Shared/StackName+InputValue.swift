public import TaskKit
public import UGCPlatform

extension StackName: InputValue {
  public static var inputType: InputType {
    InputType(
      .string, expectation: "a stack's name (a letter, then up to 127 letters, digits and dashes)",
      pattern: "^[A-Za-z][A-Za-z0-9-]{0,127}$")
  }
  public init?(inputText: String) { self.init(inputText) }
  public var inputText: String? { description }
}
