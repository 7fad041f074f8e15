import TaskKit
import Testing

@testable import TaskRunner

@Suite struct UpToDateRecordTests {
  private static let stamp = FileStamp(
    size: 1, modified: 2, changed: 3, inode: .max, device: 5, isExecutable: true)

  private static var record: UpToDateRecord {
    var sources = HashedFiles()
    for path in ["a b.txt", "line\nbreak", "both\r\nbreaks", "back\\slash\\n", "ünï/☃", " "] {
      sources.entries[FoundPath(path)] = HashedFiles.Entry(stamp: stamp, hash: "0f", isSettled: path == " ")
    }
    var generated = HashedFiles()
    generated.entries["out/x"] = HashedFiles.Entry(stamp: stamp, hash: "1f", isSettled: true)
    return UpToDateRecord(
      facts: ["`mode`": "12", "x \"y\"\n": "3"], sources: sources, generated: generated,
      outputs: ["n": 3, "text": "a\nb", "flag": true])
  }

  @Test func `a record is read as it was written, whatever the paths`() throws {
    let record = Self.record
    let again = try #require(UpToDateRecord(record.bytes))
    #expect(again.facts == record.facts && again.outputs == record.outputs)
    #expect(again.sources == record.sources && again.generated == record.generated)
    #expect(again.sources.entries.mapValues(\.stamp) == record.sources.entries.mapValues(\.stamp))
    #expect(again.sources.entries.filter(\.value.isSettled).keys.elementsEqual([" "]))
    #expect(again.trace == record.trace)
  }

  @Test func `a record that was cut off or changed is none`() {
    let bytes = Self.record.bytes
    for length in 0..<bytes.count { #expect(UpToDateRecord(Array(bytes[..<length])) == nil) }
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      #expect(UpToDateRecord(changed) == nil, "byte \(index)")
    }
  }

  @Test func `what others depend on is what was made, where a task says what it makes`() {
    var record = Self.record
    let trace = record.trace
    record.sources.entries["more"] = record.sources.entries[" "]
    record.facts["`mode`"] = "13"
    #expect(record.trace == trace)
    record.outputs["n"] = 4
    #expect(record.trace != trace)
  }
}
