/// Takes out of what is kept what a script tells a job of GitHub Actions to mask: `echo "::add-mask::$TOKEN"`.
///
/// The log needs the command; a record of the run must not hold its secret.
public struct MaskCommandFilter: Sendable {
  private enum Position {
    /// In the beginning of a line, which may become a command: what was read of it.
    case start([UInt8])
    case inside
    /// After a command.
    case secret
  }

  private static let commands = ["::add-mask::", "##[add-mask]"].map { Array($0.utf8) }
  private static let lineFeed = UInt8(ascii: "\n")
  /// More blanks than this begin no command.
  private static let mostBlanks = 256

  private var position = Position.start([])

  public init() {}

  /// The bytes that can be kept; the beginning of a command waits for the next ones.
  public mutating func add(_ bytes: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.first {
      switch position {
      case .inside:
        let end = rest.firstIndex(of: Self.lineFeed).map { $0 + 1 } ?? rest.endIndex
        kept += rest[..<end]
        if rest[end - 1] == Self.lineFeed { position = .start([]) }
        rest = rest[end...]
      case .secret:
        guard let end = rest.firstIndex(of: Self.lineFeed) else { return kept }
        kept += Array("***\n".utf8)
        position = .start([])
        rest = rest[(end + 1)...]
      case .start(let read):
        read.isEmpty && byte == Self.lineFeed ? kept.append(byte) : begin(read + [byte], &kept)
        rest = rest.dropFirst()
      }
    }
    return kept
  }

  /// What was waiting.
  public mutating func finish() -> [UInt8] {
    defer { position = .start([]) }
    switch position {
    case .start(let read): return read
    case .secret: return Array("***".utf8)
    case .inside: return []
    }
  }

  private mutating func begin(_ read: [UInt8], _ kept: inout [UInt8]) {
    let word = read.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map(Self.lowercased)
    if Self.commands.contains(word) {
      kept += read
      position = .secret
    } else if read.count <= Self.mostBlanks, Self.commands.contains(where: { $0.starts(with: word) }) {
      position = .start(read)
    } else {
      kept += read
      position = read.last == Self.lineFeed ? .start([]) : .inside
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
