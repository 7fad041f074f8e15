/// The name of a CloudFormation stack.
public struct StackName: Sendable, Hashable, CustomStringConvertible {
  public let description: String

  /// Takes a name of CloudFormation's pattern: a letter, then up to 127 letters, digits and dashes.
  public init?(_ text: String) {
    guard let first = text.utf8.first, Self.isLetter(first), text.utf8.count <= 128,
      text.utf8.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: "-") })
    else { return nil }
    description = text
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
