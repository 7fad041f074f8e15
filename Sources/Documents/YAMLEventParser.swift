import CLibYAML
import Diagnostics

/// What libyaml found next, with its place.
struct YAMLEvent {
  enum Kind {
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(text: String, isPlain: Bool)
    case sequenceStart
    case mappingStart
    case collectionEnd
  }

  let kind: Kind
  let range: SourceRange
  var anchor: String?
  var tag: String?
}

/// libyaml's parser as a sequence of events.
///
/// All unsafe code of YAML is here.
@unsafe struct YAMLEventParser {
  private let source: SourceText
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeMutablePointer<UInt8>

  init(source: SourceText) {
    unsafe self.source = source
    unsafe parser = .allocate(capacity: 1)
    unsafe text = .allocate(capacity: max(source.bytes.count, 1))
    unsafe text.initialize(from: source.bytes, count: source.bytes.count)
    unsafe yaml_parser_initialize(parser)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    // Told the encoding, libyaml does not look for a byte order mark.
    let mark = source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    unsafe yaml_parser_set_input_string(parser, text + mark, source.bytes.count - mark)
  }

  func close() {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  /// The next event, or nil at the end of the text.
  mutating func next() throws(DiagnosticError) -> YAMLEvent? {
    while true {
      var event = unsafe yaml_event_t()
      guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw unsafe syntaxError() }
      defer { unsafe yaml_event_delete(&event) }
      let range = unsafe SourceRange(start: position(event.start_mark), end: position(event.end_mark))
      switch unsafe event.type {
      case YAML_STREAM_END_EVENT, YAML_NO_EVENT:
        return nil
      case YAML_DOCUMENT_START_EVENT:
        return YAMLEvent(kind: .documentStart, range: range)
      case YAML_DOCUMENT_END_EVENT:
        return YAMLEvent(kind: .documentEnd, range: range)
      case YAML_ALIAS_EVENT:
        return unsafe YAMLEvent(kind: .alias(self.string(event.data.alias.anchor) ?? ""), range: range)
      case YAML_SCALAR_EVENT:
        let scalar = unsafe event.data.scalar
        let text = unsafe String(
          decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
        return unsafe YAMLEvent(
          kind: .scalar(text: text, isPlain: isPlain), range: range, anchor: string(scalar.anchor),
          tag: string(scalar.tag))
      case YAML_SEQUENCE_START_EVENT:
        let start = unsafe event.data.sequence_start
        return unsafe YAMLEvent(
          kind: .sequenceStart, range: range, anchor: string(start.anchor), tag: string(start.tag))
      case YAML_MAPPING_START_EVENT:
        let start = unsafe event.data.mapping_start
        return unsafe YAMLEvent(
          kind: .mappingStart, range: range, anchor: string(start.anchor), tag: string(start.tag))
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
        return YAMLEvent(kind: .collectionEnd, range: range)
      default:
        continue
      }
    }
  }

  private func position(_ mark: yaml_mark_t) -> SourcePosition {
    SourcePosition(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  /// The reader knows only the byte it stopped at.
  private func place(ofByte offset: Int) -> SourcePosition {
    let before = unsafe source.bytes.prefix(offset)
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    return SourcePosition(
      line: line, column: String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1)
  }

  private func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    guard let text = unsafe text else { return nil }
    return unsafe String(cString: text)
  }

  private func syntaxError() -> DiagnosticError {
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "this is not YAML"
    let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) }
    let isUnreadable = unsafe parser.pointee.error == YAML_READER_ERROR
    let mark =
      unsafe isUnreadable ? place(ofByte: parser.pointee.problem_offset) : position(parser.pointee.problem_mark)
    let start = unsafe position(parser.pointee.context_mark)
    return unsafe YAMLSyntax.error(problem: problem, at: mark, context: context, from: start, in: source)
  }
}

extension YAML {
  /// The version of libyaml that reads the files: `0.2.5`.
  public static var libraryVersion: String {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    unsafe yaml_get_version(&major, &minor, &patch)
    return "\(major).\(minor).\(patch)"
  }
}
