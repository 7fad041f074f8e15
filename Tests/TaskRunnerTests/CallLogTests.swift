import Foundation
import Testing

@testable import TaskRunner

@Suite struct CallLogTests {
  /// What a log of 10 + 2 × 10 bytes keeps.
  private func kept(_ pieces: [String]) throws -> String {
    let path = "/tmp/ugc-tasks-test-\(UUID().uuidString)"
    defer { for end in ["", ".1", ".2"] { try? FileManager.default.removeItem(atPath: path + end) } }
    var log = CallLog(path, mostBytesOfStart: 10, mostBytesOfPart: 10)
    for piece in pieces { try log.write(Array(piece.utf8)) }
    log.close()
    var text = ""
    try CallLog.read(path) {
      text += "…"
    } _: {
      text += String(decoding: $0, as: UTF8.self)
    }
    return text
  }

  @Test(arguments: [
    (["abc", "def"], "abcdef"), (["0123456789ab", "cdefghij"], "0123456789abcdefghij"),
    (["0123456789", "abcdefghij", "ABCDE"], "0123456789abcdefghijABCDE"),
  ])
  func `what fits is kept whole`(pieces: [String], expected: String) throws {
    #expect(try kept(pieces).replacing("…", with: "") == expected)
  }

  @Test func `of a long one the beginning and the end are kept`() throws {
    let text = try kept((0..<50).map { "\(10 + $0)" })
    #expect(text.hasPrefix("1011121314…"))
    #expect(text.hasSuffix("5556575859"))
    #expect(text.count <= 31)
  }
}
