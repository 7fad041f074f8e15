import Documents
import Testing

@testable import TaskRunner

@Suite struct JournalLineTests {
  private let members: [JSONValue.Member] = [
    .init("event", "finished"), .init("call", "a\n\"b\""), .init("n", .integer(3)),
  ]

  @Test func `a line is read as it was written`() {
    let line = JournalLine.bytes(of: members)
    #expect(line.last == UInt8(ascii: "\n"))
    #expect(line.dropLast().allSatisfy { $0 != UInt8(ascii: "\n") })
    #expect(JournalLine.parse(line.dropLast()[...]) == .object(members))
  }

  @Test func `no cut and no changed byte goes unnoticed`() {
    let line = Array(JournalLine.bytes(of: members).dropLast())
    for length in 0..<line.count { #expect(JournalLine.parse(line[..<length]) == nil) }
    for index in line.indices {
      var changed = line
      changed[index] ^= 1
      #expect(JournalLine.parse(changed[...]) == nil)
    }
  }

  @Test func `equal texts of two runs have different hashes, and no two texts the same`() {
    let hashing = SaltedHash(salt: "x")
    #expect(hashing.hash("secret") == SaltedHash(salt: "x").hash("secret"))
    #expect(hashing.hash("secret") != SaltedHash(salt: "y").hash("secret"))
    #expect(hashing.hash(["ab", "c"]) != hashing.hash(["a", "bc"]))
    #expect(SaltedHash().salt != SaltedHash().salt)
  }
}
