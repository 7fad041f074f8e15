import Crypto
import Documents

/// A line of a journal: a JSON object that ends with a checksum of what comes before it.
///
/// A line that was cut off, or changed by anybody, is told by its checksum.
enum JournalLine {
  private static let mostBytes = 256 << 20

  static func bytes(of members: [JSONValue.Member]) -> [UInt8] {
    var bytes: [UInt8] = []
    JSONValue.object(members).write(to: &bytes)
    bytes.removeLast()
    bytes += ",\"check\":\"\(checksum(bytes[...]))\"}\n".utf8
    return bytes
  }

  /// The object, or nil where the line is damaged.
  static func parse(_ line: ArraySlice<UInt8>) -> JSONValue? {
    let tail = ",\"check\":\"0123456789abcdef\"}".utf8.count
    guard line.count > tail else { return nil }
    let body = line.dropLast(tail)
    guard line.suffix(tail).elementsEqual(",\"check\":\"\(checksum(body))\"}".utf8) else { return nil }
    return JSONValue(parsing: body + [UInt8(ascii: "}")])
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> String {
    SHA256.hash(data: bytes).prefix(8).hexadecimal
  }
}
