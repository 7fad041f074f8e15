public import Diagnostics

/// Strict JSON text (RFC 8259) to located nodes.
public enum JSON {
  /// Reads one JSON value.
  ///
  /// - Parameters:
  ///   - source: The text, in UTF-8.
  ///   - limits: How large the document may be.
  /// - Returns: The document; keys written twice are among its problems.
  /// - Throws: A `DiagnosticError` with the place where the text stops being JSON, or where it exceeds a limit.
  public static func parse(_ source: SourceText, limits: DocumentLimits) throws(DiagnosticError) -> Document {
    try source.requireReadable(within: limits)
    var parser = JSONParser(source: source, limits: limits)
    let root = try parser.parseDocument()
    return Document(source: source, root: root, problems: parser.problems)
  }
}

/// A recursive-descent parser over the bytes of the text, which are known to be UTF-8.
private struct JSONParser {
  private let source: SourceText
  private let limits: DocumentLimits
  private let bytes: [UInt8]
  private var index = 0
  private var line: Int
  private var lineStart = 0
  /// UTF-8 continuation bytes since the line's start: they take no column.
  private var continuationBytes = 0
  private var nodeCount = 0
  private(set) var problems: [Diagnostic] = []

  init(source: SourceText, limits: DocumentLimits) {
    self.source = source
    self.limits = limits
    bytes = source.bytes
    line = source.firstLine
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      index = 3
      lineStart = 3
    }
  }

  mutating func parseDocument() throws(DiagnosticError) -> Node {
    skipWhitespace()
    guard index < bytes.count else { throw error("the file is empty", help: "write a JSON value") }
    let root = try parseValue(depth: 0)
    skipWhitespace()
    guard index == bytes.count else {
      throw error("there is more text after the JSON value", help: "keep one value in a file")
    }
    return root
  }

  private mutating func parseValue(depth: Int) throws(DiagnosticError) -> Node {
    guard depth <= limits.depth else { throw error("this is nested more than \(limits.depth) levels deep") }
    nodeCount += 1
    guard nodeCount <= limits.nodes else { throw error("there are more than \(limits.nodes) values in this file") }
    let start = position
    guard let byte = current else {
      throw error("the file ends where a value should be", help: "the file may be cut off")
    }
    switch byte {
    case UInt8(ascii: "{"): return try parseObject(from: start, depth: depth)
    case UInt8(ascii: "["): return try parseArray(from: start, depth: depth)
    case UInt8(ascii: "\""):
      let text = try parseString()
      return node(.string(text), from: start)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let content = try parseNumber()
      return node(content, from: start)
    case UInt8(ascii: "t") where take("true"): return node(.boolean(true, written: "true"), from: start)
    case UInt8(ascii: "f") where take("false"): return node(.boolean(false, written: "false"), from: start)
    case UInt8(ascii: "n") where take("null"): return node(.null, from: start)
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      throw error("a value is missing here", help: "remove the comma before it; JSON allows none at the end")
    case UInt8(ascii: "'"): throw error("JSON text is written in double quotes", help: "use \" instead of '")
    case UInt8(ascii: "/"), UInt8(ascii: "#"): throw error("JSON has no comments", help: "remove the comment")
    default: throw error("this is not a JSON value", help: "text is written in double quotes")
    }
  }

  private mutating func parseObject(from start: SourcePosition, depth: Int) throws(DiagnosticError) -> Node {
    index += 1
    var entries: [Node.Entry] = []
    var keys: [String: SourceRange] = [:]
    skipWhitespace()
    if take("}") { return node(.mapping([]), from: start) }
    while true {
      let keyStart = position
      guard current == UInt8(ascii: "\"") else {
        let afterComma = current == UInt8(ascii: "}") && !entries.isEmpty
        throw error(
          afterComma ? "a key is missing here" : "a key in double quotes was expected here",
          help: afterComma ? "remove the comma before it; JSON allows none at the end" : "write \"key\": value")
      }
      let key = try parseString()
      let keyRange = SourceRange(start: keyStart, end: position)
      skipWhitespace()
      guard take(":") else { throw error("a `:` is missing after the key", help: "write \"key\": value") }
      skipWhitespace()
      let value = try parseValue(depth: depth + 1)
      if let first = keys[key] {
        let note = Diagnostic.Note("first written here", at: origin(first))
        problems.append(
          Diagnostic(
            .error, "the key `\(key)` is written twice", at: origin(keyRange), help: "remove one of them", notes: [note]
          ))
      } else {
        keys[key] = keyRange
        entries.append(Node.Entry(key: key, keyRange: keyRange, value: value))
      }
      skipWhitespace()
      if take("}") { return node(.mapping(entries), from: start) }
      guard take(",") else { throw error("a `,` or `}` was expected here", help: "separate entries with commas") }
      skipWhitespace()
    }
  }

  private mutating func parseArray(from start: SourcePosition, depth: Int) throws(DiagnosticError) -> Node {
    index += 1
    var items: [Node] = []
    skipWhitespace()
    if take("]") { return node(.sequence([]), from: start) }
    while true {
      items.append(try parseValue(depth: depth + 1))
      skipWhitespace()
      if take("]") { return node(.sequence(items), from: start) }
      guard take(",") else { throw error("a `,` or `]` was expected here", help: "separate values with commas") }
      skipWhitespace()
    }
  }

  private mutating func parseNumber() throws(DiagnosticError) -> Node.Content {
    let start = index
    _ = take("-")
    if take("0") {
      if let current, isDigit(current) {
        throw error("a JSON number does not start with 0", help: "put it in quotes to keep it as written")
      }
    } else {
      try takeDigits()
    }
    var isInteger = true
    if take(".") {
      isInteger = false
      try takeDigits()
    }
    if take("e") || take("E") {
      isInteger = false
      if !take("+") { _ = take("-") }
      try takeDigits()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    return isInteger ? .integer(text) : .decimal(text)
  }

  private mutating func takeDigits() throws(DiagnosticError) {
    guard let current, isDigit(current) else { throw error("a digit was expected here") }
    while let digit = self.current, isDigit(digit) { index += 1 }
  }

  private mutating func parseString() throws(DiagnosticError) -> String {
    index += 1
    let start = index
    while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      advance(over: byte)
    }
    if current == UInt8(ascii: "\"") {
      defer { index += 1 }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }
    return try parseEscapedString(from: start)
  }

  private mutating func parseEscapedString(from start: Int) throws(DiagnosticError) -> String {
    var text = Array(bytes[start..<index])
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        text += String(try parseEscape()).utf8
      case 0..<0x20:
        throw error(
          byte == 0x0A ? "the text is not closed on its line" : "a control character must be escaped in JSON text",
          help: byte == 0x0A ? "write the closing \", or \\n for a line break" : nil)
      default:
        text.append(byte)
        advance(over: byte)
      }
    }
    throw error("the text is not closed", help: "write the closing \"; the file may be cut off")
  }

  private mutating func parseEscape() throws(DiagnosticError) -> Unicode.Scalar {
    index += 1
    guard let escape = current else { throw error("the text is not closed") }
    index += 1
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(escape)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try parseUnicodeEscape()
    default:
      index -= 1
      throw error("JSON has no such escape", help: "write a backslash as \\\\")
    }
  }

  private mutating func parseUnicodeEscape() throws(DiagnosticError) -> Unicode.Scalar {
    let first = try parseCodeUnit()
    if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
    guard UTF16.isLeadSurrogate(first), take("\\u") else { throw error("half of a surrogate pair is missing here") }
    let second = try parseCodeUnit()
    guard UTF16.isTrailSurrogate(second) else { throw error("half of a surrogate pair is missing here") }
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  private mutating func parseCodeUnit() throws(DiagnosticError) -> UInt16 {
    let digits = bytes[index..<min(index + 4, bytes.count)]
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.count == 4, text.utf8.first != UInt8(ascii: "+"), let unit = UInt16(text, radix: 16) else {
      throw error("four hexadecimal digits were expected here")
    }
    index += 4
    return unit
  }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private var position: SourcePosition {
    SourcePosition(line: line, column: index - lineStart - continuationBytes + 1)
  }

  private mutating func advance(over byte: UInt8) {
    if byte & 0xC0 == 0x80 { continuationBytes += 1 }
    index += 1
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let wanted = text.description.utf8
    guard bytes[index...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  private mutating func skipWhitespace() {
    while let byte = current {
      switch byte {
      case 0x20, 0x09: index += 1
      case 0x0A, 0x0D:
        index += byte == 0x0D && bytes[index...].starts(with: [0x0D, 0x0A]) ? 2 : 1
        line += 1
        lineStart = index
        continuationBytes = 0
      default: return
      }
    }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private func node(_ content: Node.Content, from start: SourcePosition) -> Node {
    Node(content, range: SourceRange(start: start, end: position))
  }

  private func origin(_ range: SourceRange) -> Origin {
    .source(SourceLocation(source: source, range: range))
  }

  private func error(_ message: String, help: String? = nil) -> DiagnosticError {
    DiagnosticError(message, at: origin(SourceRange(start: position, end: position)), help: help)
  }
}
