import Testing

@testable import Diagnostics

@Suite struct SourceTextTests {
  @Test func `lines end as YAML's do`() {
    let text = SourceText(name: "t", path: "/t", bytes: Array("one\r\ntwo\rthree\u{85}four\u{2028}five\n".utf8))
    #expect((1...7).map { text.line($0) } == ["one", "two", "three", "four", "five", "", nil])
  }
}
