import Documents

/// Replaces secrets by `***` in whatever is shown or kept.
public struct SecretMasker: Sendable {
  /// Shorter texts would mask half of any output.
  static let shortestSecret = 6

  /// Lines of secrets.
  private var known: Set<[UInt8]> = []
  /// The same by their first byte, longest first.
  private var secrets: [UInt8: [[UInt8]]] = [:]

  /// - Parameter secrets: The secret texts; those of several lines are masked line by line.
  public init(_ secrets: some Sequence<String>) {
    insert(Self.lines(of: secrets))
  }

  private static func lines(of secrets: some Sequence<String>) -> Set<[UInt8]> {
    var lines: Set<[UInt8]> = []
    for secret in secrets {
      for line in secret.split(whereSeparator: \.isNewline) where line.utf8.count >= shortestSecret {
        lines.insert(Array(line.utf8))
        // As JSON writes it, where that is another text.
        var escaped: [UInt8] = []
        JSONValue.string(String(line)).write(to: &escaped)
        lines.insert(Array(escaped.dropFirst().dropLast()))
      }
    }
    return lines
  }

  private mutating func insert(_ lines: Set<[UInt8]>) {
    for line in lines where known.insert(line).inserted {
      guard let first = line.first else { continue }
      let others = secrets[first, default: []]
      let place = others.firstIndex { $0.count < line.count } ?? others.endIndex
      secrets[first, default: []].insert(line, at: place)
    }
  }

  public var isEmpty: Bool { known.isEmpty }

  /// The secrets line by line, sorted: for whoever masks them elsewhere.
  public var lines: [String] { known.map { String(decoding: $0, as: UTF8.self) }.sorted() }

  /// Whether a secret has a line that is too short to be masked.
  static func leavesLines(of secret: String) -> Bool {
    secret.split(whereSeparator: \.isNewline).contains { $0.utf8.count < shortestSecret }
  }

  /// This masker with more secrets.
  func adding(_ more: Set<String>) -> SecretMasker {
    guard !more.isEmpty else { return self }
    var masker = self
    masker.insert(Self.lines(of: more))
    return masker
  }

  /// The text with every secret masked.
  public func mask(_ text: String) -> String {
    guard !isEmpty else { return text }
    var stream = StreamMasker(self)
    return String(decoding: stream.add(Array(text.utf8)) + stream.finish(), as: UTF8.self)
  }

  /// The secret that begins at an index, or nil; `isCut` says that the bytes end before it could be told.
  fileprivate func match(in bytes: ArraySlice<UInt8>) -> (length: Int?, isCut: Bool) {
    var isCut = false
    guard let first = bytes.first, let secrets = secrets[first] else { return (nil, false) }
    for secret in secrets {
      if bytes.count < secret.count {
        isCut = isCut || secret.starts(with: bytes)
      } else if bytes.starts(with: secret) {
        return (secret.count, isCut)
      }
    }
    return (nil, isCut)
  }
}

/// Masks a stream of bytes; a secret split over two writes is found too.
public struct StreamMasker: Sendable {
  private let masker: SecretMasker
  /// Bytes that may be the beginning of a secret.
  private var held: [UInt8] = []

  public init(_ masker: SecretMasker) {
    self.masker = masker
  }

  /// Takes more of the stream and gives what can be shown of it.
  public mutating func add(_ bytes: [UInt8]) -> [UInt8] {
    guard !masker.isEmpty else { return bytes }
    let all = held + bytes
    held = []
    return mask(all[...], isWhole: false)
  }

  /// What was held back, at the end of the stream.
  public mutating func finish() -> [UInt8] {
    defer { held = [] }
    return mask(held[...], isWhole: true)
  }

  private mutating func mask(_ bytes: ArraySlice<UInt8>, isWhole: Bool) -> [UInt8] {
    var shown: [UInt8] = []
    shown.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let (length, isCut) = masker.match(in: bytes[index...])
      if isCut, !isWhole {
        held = Array(bytes[index...])
        return shown
      }
      if let length {
        guard let end = end(ofSecretsFrom: index, length, in: bytes, isWhole: isWhole) else {
          held = Array(bytes[index...])
          return shown
        }
        shown += "***".utf8
        index = end
      } else {
        shown.append(bytes[index])
        index += 1
      }
    }
    return shown
  }

  /// Where a secret ends, with those that begin in it; nil where the bytes end before it can be told.
  private func end(ofSecretsFrom start: Int, _ length: Int, in bytes: ArraySlice<UInt8>, isWhole: Bool) -> Int? {
    var end = start + length
    var index = start + 1
    while index < end {
      let (more, isCut) = masker.match(in: bytes[index...])
      if isCut, !isWhole { return nil }
      if let more { end = max(end, index + more) }
      index += 1
    }
    return end
  }
}
