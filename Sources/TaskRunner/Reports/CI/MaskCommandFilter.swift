/// Takes out of what is kept what a script tells a job of GitHub Actions to mask: `echo "::add-mask::$TOKEN"`.
///
/// The log needs the command; a record of the run must not hold its secret. A line waits only where it may become such a
/// command.
public struct MaskCommandFilter: Sendable {
  private static let command = Array("::add-mask".utf8)
  private static let oldCommand = Array("##[add-mask".utf8)
  /// A command that is not complete by then is none.
  private static let mostWaiting = 1 << 16

  /// The line that may become a command.
  private var waiting: [UInt8] = []
  /// Whether the line's beginning was given away already: it begins no command of the new form.
  private var hasBegun = false
  /// Whether the rest of the line is a secret.
  private var isSecret = false

  public init() {}

  /// The bytes that can be kept.
  public mutating func add(_ bytes: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(where: Self.endsLine)
      let part = rest[..<(end ?? rest.endIndex)]
      if isOrdinary(part) {
        kept += part
        hasBegun = true
      } else if !isSecret {
        waiting += part
        look(into: &kept, isWhole: end != nil)
      }
      if let end {
        kept += isSecret ? Array("***".utf8) : []
        kept.append(rest[end])
        (hasBegun, isSecret) = (false, false)
      }
      rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
    }
    return kept
  }

  /// What was waiting.
  public mutating func finish() -> [UInt8] {
    defer { self = MaskCommandFilter() }
    return isSecret ? Array("***".utf8) : waiting
  }

  /// Whether nothing in a part of a line can be of a command, as in most lines.
  private func isOrdinary(_ part: ArraySlice<UInt8>) -> Bool {
    guard !isSecret, waiting.isEmpty, !part.contains(UInt8(ascii: "#")) else { return false }
    guard !hasBegun else { return true }
    guard let first = part.first(where: { !Self.isBlank($0) }) else { return false }
    return first != UInt8(ascii: ":")
  }

  private mutating func look(into kept: inout [UInt8], isWhole: Bool) {
    if let end = endOfCommand {
      kept += waiting[..<end]
      isSecret = true
    } else if isWhole || !mayBecomeCommand || waiting.count > Self.mostWaiting {
      kept += waiting
      hasBegun = hasBegun || !waiting.isEmpty
    } else {
      return
    }
    waiting = []
  }

  /// Where the secret begins.
  private var endOfCommand: Int? {
    let text = waiting.map(Self.lowercased)
    let start = hasBegun ? text.endIndex : text.firstIndex { !Self.isBlank($0) } ?? text.endIndex
    let after = start + Self.command.count
    if Self.isCommand(text[start...]), after < text.count {
      let colon = UInt8(ascii: ":")
      // Properties may stand between the name and the second colons.
      for index in after..<max(after, text.count - 1) where text[index] == colon && text[index + 1] == colon {
        return index + 2
      }
      return nil
    }
    guard let old = text.firstRange(of: Self.oldCommand) else { return nil }
    return text[old.upperBound...].firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 }
  }

  private var mayBecomeCommand: Bool {
    let text = waiting.map(Self.lowercased)
    let line = text.drop(while: Self.isBlank)
    if !hasBegun, Self.command.starts(with: line) || Self.isCommand(line) { return true }
    guard let hash = text.firstIndex(of: UInt8(ascii: "#")) else { return false }
    if text[hash...].firstRange(of: Self.oldCommand) != nil { return true }
    return (1...Self.oldCommand.count).contains { count in text.suffix(count) == Self.oldCommand.prefix(count) }
  }

  /// Whether a text begins with the command, or may do so when more comes.
  private static func isCommand(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.starts(with: command) else { return false }
    return text.dropFirst(command.count).first.map { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: " ") } ?? true
  }

  private static func endsLine(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte) }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
