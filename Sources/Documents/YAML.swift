public import Diagnostics

/// YAML text to located nodes.
public enum YAML {
  /// Reads one document; aliases and merge keys are expanded.
  ///
  /// - Parameters:
  ///   - source: The text, in UTF-8.
  ///   - limits: How large the document may be.
  ///   - tagKey: For a tag such as `!Ref`, the key of the mapping that the tagged value is short for; nil for tags that
  ///     have no meaning.
  /// - Returns: The document; keys written twice are among its problems.
  /// - Throws: A `DiagnosticError` where the text is no YAML, holds more than one document, or exceeds a limit.
  public static func parse(
    _ source: SourceText, limits: DocumentLimits = .taskFile, tagKey: (String) -> String? = { _ in nil }
  ) throws(DiagnosticError) -> Document {
    try source.requireReadable(within: limits)
    var parser = unsafe YAMLEventParser(source: source)
    defer { unsafe parser.close() }
    var builder = YAMLTreeBuilder(source: source, limits: limits)
    while let event = try unsafe parser.next() {
      try builder.add(event, tagKey: event.tag.flatMap(tagKey))
    }
    return builder.document
  }
}

extension SourceText {
  /// Refuses a text that is too large or not UTF-8, naming the place of the first bad byte.
  func requireReadable(within limits: DocumentLimits) throws(DiagnosticError) {
    guard bytes.count <= limits.bytes else {
      throw DiagnosticError(
        "\(name) is larger than \(limits.bytes >> 20) MiB", help: "split the file, or keep data out of it")
    }
    guard !isValidUTF8 else { return }
    throw DiagnosticError(
      "\(name) is not UTF-8 text", at: .source(location(ofInvalidByteIn: bytes)), help: "save the file as UTF-8")
  }

  private var isValidUTF8: Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  private func location(ofInvalidByteIn bytes: [UInt8]) -> SourceLocation {
    var position = SourcePosition(line: 1, column: 1)
    var iterator = bytes.makeIterator()
    var decoder = UTF8()
    decoding: while true {
      switch decoder.decode(&iterator) {
      case .scalarValue("\n"): position = SourcePosition(line: position.line + 1, column: 1)
      case .scalarValue: position.column += 1
      case .emptyInput, .error: break decoding
      }
    }
    return SourceLocation(source: self, range: SourceRange(start: position, end: position))
  }
}
