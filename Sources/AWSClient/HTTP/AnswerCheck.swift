import CZlib
import NIOHTTP1

/// Whether an answer is what the service sent.
package enum AnswerCheck {
  /// Compares the body with the checksum that came with it; without one it passes.
  static func isGenuine(_ answer: HTTPAnswer) -> Bool {
    guard answer.headers.first(name: "Content-Encoding") == nil,
      let expected = answer.headers.first(name: "X-Amz-Crc32").flatMap(UInt32.init)
    else { return true }
    return checksum(answer.body) == expected
  }

  /// CRC-32 as in zlib.
  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    UInt32(truncatingIfNeeded: bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32(clamping: $0.count)) })
  }
}
