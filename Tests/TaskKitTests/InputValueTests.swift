import FoundationEssentials
import Testing

@testable import TaskKit

@Suite struct InputValueTests {
  @Test(arguments: ["12abc", "1e3", "1.0", "", " 1", "0x10", "99999999999999999999"])
  func `a whole number is nothing else`(text: String) {
    #expect(Int(inputText: text) == nil)
  }

  @Test func `whole numbers may have leading zeros`() {
    #expect(Int(inputText: "0777") == 777)
    #expect(Int(inputText: "-5") == -5)
  }

  @Test(arguments: [
    ("500ms", Duration.milliseconds(500)), ("90s", .seconds(90)), ("5m", .seconds(300)), ("2h", .seconds(7200)),
  ])
  func `durations have a unit`(text: String, duration: Duration) {
    #expect(Duration(inputText: text) == duration)
    #expect(Duration(inputText: duration.inputText ?? "") == duration)
  }

  @Test(arguments: ["90", "s", "-1s", "1.5s", "1d", "9999999999999999999s"])
  func `other durations are refused`(text: String) {
    #expect(Duration(inputText: text) == nil)
  }

  @Test func `an empty text is no value where there may be none`() {
    #expect(Int?(inputText: "") == .some(.none))
    #expect(Int?(inputText: "x") == nil)
    #expect(String(inputText: "") == nil)
  }

  @Test func `truth has few names`() {
    #expect(["true", "yes", "1"].map { Bool(inputText: $0) } == [true, true, true])
    #expect(["false", "no", "0"].map { Bool(inputText: $0) } == [false, false, false])
    #expect(Bool(inputText: "maybe") == nil)
  }

  @Test func `instants are ISO 8601`() {
    #expect(Date(inputText: "2026-01-31T12:00:00Z") == Date(timeIntervalSince1970: 1_769_860_800))
    #expect(Date(inputText: "2026-01-31T13:00:00+01:00") == Date(timeIntervalSince1970: 1_769_860_800))
    #expect(Date(inputText: "2026-01-31") == Date(timeIntervalSince1970: 1_769_817_600))
    #expect(Date(inputText: "2026-01-31T12:00:00.250Z") == Date(timeIntervalSince1970: 1_769_860_800.25))
    #expect(Date(inputText: "1969-12-31T23:59:59Z") == Date(timeIntervalSince1970: -1))
    #expect(Date(inputText: "2024-02-29T00:00:00Z") == Date(timeIntervalSince1970: 1_709_164_800))
  }

  @Test(arguments: [
    "yesterday", "2026-01-31garbage", "2026-01-31T25:00:00Z", "2026-01-31T12:00:00Zfoo", "2026-01-31 12:00:00Z",
    "2026-02-29", "2026-13-01", "2026-01-31T12:00:00", "2026-01-31T12:00:60Z", "2026-1-31", "", "2026-01-31T12:00:00.Z",
  ])
  func `other instants are refused`(text: String) {
    #expect(Date(inputText: text) == nil)
  }
}
