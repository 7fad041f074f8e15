import TaskRunner

/// The end of what a task wrote, as much as a report can bear.
public struct OutputExcerpt: Sendable {
  static let mostBytes = 32 << 10

  private var bytes: [UInt8] = []
  /// How many bytes before it are left out.
  public private(set) var omittedBytes = 0

  public init() {}

  mutating func add(_ more: some Collection<UInt8>) {
    bytes += more
    if bytes.count > 2 * Self.mostBytes { trim() }
  }

  mutating func addLine(_ line: String) {
    if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    add(Array((line + "\n").utf8))
  }

  mutating func finish() {
    if bytes.count > Self.mostBytes { trim() }
  }

  /// The excerpt without secrets that became known after they were written.
  func masked(by masker: SecretMasker) -> OutputExcerpt {
    guard !masker.isEmpty else { return self }
    var excerpt = self
    var stream = StreamMasker(masker)
    excerpt.bytes = stream.add(bytes) + stream.finish()
    return excerpt
  }

  /// Begins with a whole line, where there is one.
  private mutating func trim() {
    var start = bytes.count - Self.mostBytes
    if let lineBreak = bytes[start...].firstIndex(of: UInt8(ascii: "\n")), lineBreak + 1 < bytes.count {
      start = lineBreak + 1
    }
    omittedBytes += start
    bytes.removeFirst(start)
  }

  /// The text as a page can show it: without the codes that steer terminals.
  public var text: String {
    PlainText.of(String(decoding: bytes, as: UTF8.self))
  }
}

/// Text without what only a terminal understands.
enum PlainText {
  /// The text without escape sequences; what drew over a line begins a new one.
  static func of(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    var pending = scalars.next()
    while let scalar = pending {
      pending = scalars.next()
      switch scalar {
      case "\u{1B}":
        pending = skipSequence(from: pending, &scalars)
      case "\r":
        if pending != "\n" { plain.append("\n") }
      default: plain.append(scalar)
      }
    }
    return printable(String(plain))
  }

  /// - Returns: The scalar after an escape sequence.
  private static func skipSequence(
    from first: Unicode.Scalar?, _ rest: inout String.UnicodeScalarView.Iterator
  ) -> Unicode.Scalar? {
    switch first {
    case "[":
      while let scalar = rest.next() {
        if (0x40...0x7E).contains(scalar.value) { break }
        if scalar == "\n" { return scalar }
      }
    case "]":
      while let scalar = rest.next() {
        if scalar == "\u{07}" { break }
        if scalar == "\u{1B}" {
          _ = rest.next()
          break
        }
        if scalar == "\n" { return scalar }
      }
    case let intermediate? where (0x20...0x2F).contains(intermediate.value):
      // Such as the choice of a character set: what ends it comes after.
      _ = rest.next()
    default: break
    }
    return rest.next()
  }
}
