import TaskKit
import Testing

@Suite struct DurationTests {
  @Test(arguments: [
    ("500ms", Duration.milliseconds(500)), ("90s", .seconds(90)), ("1.5s", .milliseconds(1500)), ("5m", .seconds(300)),
    ("2h", .seconds(7200)), ("0s", .zero),
  ])
  func `a number and its unit make a time`(text: String, expected: Duration) {
    #expect(Duration(written: text) == expected)
  }

  @Test(arguments: ["", "90", "s", "-1s", "1 s", "1d", "1e3s", "nan s", "1.2.3s", "99999999h", "٣s"])
  func `anything else does not`(text: String) {
    #expect(Duration(written: text) == nil)
  }
}
