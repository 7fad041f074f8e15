import Testing

@testable import Instants

@Suite struct InstantTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1970-01-01", 0), ("1970-01-01T00:00:01.5Z", 1500),
    ("1969-12-31T23:59:59.999Z", -1), ("2000-02-29T00:00:00Z", 951_782_400_000),
    ("2024-09-09T16:17:01Z", 1_725_898_621_000), ("2024-09-09T18:17:01+02:00", 1_725_898_621_000),
    ("2024-09-09T14:17:01-0200", 1_725_898_621_000), ("2024-09-09T16:17:01.123456Z", 1_725_898_621_123),
    ("0000-01-01", -62_167_219_200_000), ("0000-03-01", -62_162_035_200_000),
    ("9999-12-31T23:59:59Z", 253_402_300_799_000),
  ])
  func `ISO 8601 is read`(text: String, milliseconds: Int) {
    #expect(Instant(iso8601: text)?.millisecondsSince1970 == milliseconds)
  }

  @Test(arguments: [
    "", "2024", "2024-13-01", "2023-02-29", "2024-09-09T24:00:00Z", "2024-09-09T16:17:01", "2024-09-09T16:17Z",
    "2024-09-09T16:17:01.Z", "2024-09-09T16:17:01Z ", "2024-09-09 16:17:01Z", "2024-09-09T16:17:60Z", "٢٠٢٤-09-09",
    "2024-09-09T16:17:01+25:00", "9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59",
  ])
  func `what is no instant is refused`(text: String) {
    #expect(Instant(iso8601: text) == nil)
  }

  @Test func `what is written is read back`() {
    for day in stride(from: -719_000, to: 2_900_000, by: 997) {
      let instant = Instant(millisecondsSince1970: day * 86_400_000 + day.magnitude.description.count * 1001)
      #expect(Instant(iso8601: instant.iso8601) == instant)
    }
  }

  @Test func `whole seconds have no fraction`() {
    #expect(Instant(millisecondsSince1970: 1_725_898_621_000).iso8601 == "2024-09-09T16:17:01Z")
    #expect(Instant(millisecondsSince1970: 1_725_898_621_020).iso8601 == "2024-09-09T16:17:01.020Z")
    #expect(Instant(millisecondsSince1970: -1).iso8601Second == "1969-12-31T23:59:59")
  }
}
