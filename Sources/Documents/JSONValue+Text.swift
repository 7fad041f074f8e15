extension JSONValue {
  /// The value as JSON text on one line, without spaces.
  public var text: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The value as JSON text of many lines, indented by two spaces.
  public var indentedText: String {
    var bytes: [UInt8] = []
    write(to: &bytes, indentation: 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the value as JSON text in UTF-8.
  ///
  /// - Parameters:
  ///   - bytes: What the text is appended to.
  ///   - indentation: The spaces before each line, or nil for one line.
  public func write(to bytes: inout [UInt8], indentation: Int? = nil) {
    switch self {
    case .null: bytes += "null".utf8
    case .boolean(let value): bytes += (value ? "true" : "false").utf8
    case .number(let text): bytes += text.utf8
    case .string(let text): Self.write(text, to: &bytes)
    case .array(let items):
      Self.write(items, between: ("[", "]"), to: &bytes, indentation) { item, bytes, inner in
        item.write(to: &bytes, indentation: inner)
      }
    case .object(let members):
      Self.write(members, between: ("{", "}"), to: &bytes, indentation) { member, bytes, inner in
        Self.write(member.key, to: &bytes)
        bytes += (inner == nil ? ":" : ": ").utf8
        member.value.write(to: &bytes, indentation: inner)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], between brackets: (open: String, close: String), to bytes: inout [UInt8], _ indentation: Int?,
    writeItem: (Item, inout [UInt8], Int?) -> Void
  ) {
    let inner = indentation.map { $0 + 2 }
    bytes += brackets.open.utf8
    for (number, item) in items.enumerated() {
      if number > 0 { bytes.append(UInt8(ascii: ",")) }
      if let inner { Self.startLine(inner, &bytes) }
      writeItem(item, &bytes, inner)
    }
    if let indentation, !items.isEmpty { Self.startLine(indentation, &bytes) }
    bytes += brackets.close.utf8
  }

  private static func startLine(_ indentation: Int, _ bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation))
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += "\\\"".utf8
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case 0..<0x20, 0x7F:
        let digits = String(byte, radix: 16)
        bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
