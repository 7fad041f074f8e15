import Testing

@testable import Diagnostics

@Suite struct SourceTextTests {
  private let text = "one\r\ntwo\rthree\u{85}four\u{2028}five\n"

  @Test func `lines of YAML end as libyaml counts them`() {
    let text = SourceText(name: "t", path: "/t", bytes: Array(text.utf8), lineBreaks: .yaml)
    #expect((1...7).map { text.line($0) } == ["one", "two", "three", "four", "five", "", nil])
  }

  @Test func `lines of other texts end at line feeds and returns`() {
    let text = SourceText(name: "t", path: "/t", bytes: Array(text.utf8))
    #expect((1...5).map { text.line($0) } == ["one", "two", "three\u{85}four\u{2028}five", "", nil])
  }

  @Test func `a file beside another is named as that one is`() {
    #expect(SourceText(name: "../a/tasks.yaml", path: "/a/tasks.yaml", bytes: []).nameBeside(".env") == "../a/.env")
    #expect(SourceText(name: "tasks.yaml", path: "/tasks.yaml", bytes: []).nameBeside("x/.env") == "x/.env")
    #expect(SourceText(name: "../tasks.yaml", path: "/tasks.yaml", bytes: []).nameBeside("/etc/env") == "/etc/env")
  }
}
