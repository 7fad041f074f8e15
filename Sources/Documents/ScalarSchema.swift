/// The YAML 1.2 core schema: what a plain scalar is.
enum ScalarSchema {
  static func content(ofPlain text: String) -> Node.Content {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .boolean(true, written: text)
    case "false", "False", "FALSE": return .boolean(false, written: text)
    case ".nan", ".NaN", ".NAN": return .decimal(text)
    default: break
    }
    let bytes = text.utf8
    guard let first = bytes.first, first <= UInt8(ascii: "9") else { return .string(text) }
    if isInteger(bytes) { return .integer(text) }
    return isDecimal(bytes) ? .decimal(text) : .string(text)
  }

  private static func isInteger(_ bytes: String.UTF8View) -> Bool {
    if bytes.starts(with: "0x".utf8) {
      let digits = bytes.dropFirst(2)
      return !digits.isEmpty && digits.allSatisfy(isHexDigit)
    }
    if bytes.starts(with: "0o".utf8) {
      let digits = bytes.dropFirst(2)
      return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
    }
    let digits = withoutSign(bytes[...])
    return !digits.isEmpty && digits.allSatisfy(isDigit)
  }

  private static func isDecimal(_ bytes: String.UTF8View) -> Bool {
    var rest = withoutSign(bytes[...])
    if [".inf", ".Inf", ".INF"].contains(where: { rest.elementsEqual($0.utf8) }) { return true }
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    var fraction = rest.prefix(0)
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix(while: isDigit)
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return false }
    guard let exponentMark = rest.first else { return true }
    guard exponentMark == UInt8(ascii: "e") || exponentMark == UInt8(ascii: "E") else { return false }
    let exponent = withoutSign(rest.dropFirst())
    return !exponent.isEmpty && exponent.allSatisfy(isDigit)
  }

  private static func withoutSign(_ bytes: Substring.UTF8View) -> Substring.UTF8View {
    bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }
}
