import Diagnostics
import Testing

@testable import Documents

@Suite struct YAMLTests {
  private func source(_ text: String) -> SourceText {
    SourceText(name: "t.yaml", path: "/t.yaml", bytes: Array(text.utf8))
  }

  private func value(_ text: String) throws -> JSONValue {
    JSONValue(try YAML.parse(source(text)).root)
  }

  /// The message and place of the fault that ends the parse.
  private func fault(_ text: String, limits: DocumentLimits = .taskFile) -> String? {
    do {
      _ = try YAML.parse(source(text), limits: limits)
      return nil
    } catch {
      return error.diagnostics.map { "\($0.origin?.description ?? "-") \($0.message)" }.joined(separator: "; ")
    }
  }

  @Test(arguments: [
    ("no", #""no""#), ("Yes", #""Yes""#), ("on", #""on""#), ("true", "true"), ("False", "false"), ("~", "null"),
    ("null", "null"), ("0777", "0777"), ("0o17", "0o17"), ("1.10", "1.10"), ("1e3", "1e3"), ("0e12345", "0e12345"),
    ("1_000", #""1_000""#), ("2026-09-18", #""2026-09-18""#), ("12:30:45", #""12:30:45""#), ("+5", "+5"),
    ("123456789012345678901234567890", "123456789012345678901234567890"), ("\"12\"", #""12""#), ("!!str 12", #""12""#),
    (".5", ".5"), ("-", #"[null]"#), ("'no'", #""no""#), ("1.2.3", #""1.2.3""#), ("0x1F", "0x1F"),
  ])
  func `scalars follow the core schema, and keep their text`(text: String, expected: String) throws {
    #expect(try value(text).text == expected)
  }

  @Test func `every node knows its place`() throws {
    let root = try YAML.parse(source("a: 1\nb:\n  - x\n  - ünï: [y]\n")).root
    let item = try #require(root["b"])
    guard case .sequence(let items) = item.content, case .mapping(let entries) = items[1].content else {
      Issue.record("not a list of mappings")
      return
    }
    #expect(entries[0].keyRange.start == SourcePosition(line: 4, column: 5))
    #expect(entries[0].value.range.start == SourcePosition(line: 4, column: 10))
  }

  @Test func `merge keys and aliases work, own keys winning`() throws {
    let merged = try value("base: &b {x: 1, y: 2}\nother: &o {x: 9, z: 3}\nuse: {<<: [*b, *o], y: 5}")
    #expect(merged["use"]?.text == #"{"y":5,"x":1,"z":3}"#)
  }

  @Test func `a key written twice is a fault that does not end the parse`() throws {
    let document = try YAML.parse(source("a: 1\nb: 2\na: 3\n"))
    #expect(
      document.problems.map { "\($0.origin?.description ?? "") \($0.message)" } == [
        "t.yaml:3:1 the key `a` is written twice"
      ])
    #expect(document.root["a"]?.scalarText == "1")
  }

  @Test func `an alias bomb is stopped while it is read`() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      bomb += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    #expect(fault(bomb)?.hasSuffix("aliases expand this document to more than 2000000 values") == true)
  }

  @Test(.timeLimit(.minutes(1))) func `deep nesting is stopped while it is read`() {
    #expect(fault(String(repeating: "[", count: 1_000_000)) == "t.yaml:1:101 this is nested more than 100 levels deep")
  }

  @Test func `aliases do not hide depth`() {
    let nested = "x0: &x0 [1]\n" + (1...150).map { "x\($0): &x\($0) [*x\($0 - 1)]\n" }.joined()
    #expect(fault(nested)?.contains("this is nested more than 100 levels deep") == true)
  }

  @Test func `a large text is refused before it is read`() {
    #expect(fault("a: bcdefgh", limits: DocumentLimits(bytes: 4)) == "- t.yaml is larger than 0 MiB")
  }

  @Test(arguments: [
    ("script: echo one: two", "t.yaml:1:17 a second `:` on this line makes YAML read the text as a mapping"),
    ("a:\n\tb: 1", "t.yaml:2:1 a tab cannot be used to indent YAML"),
    ("a: [1", "t.yaml:1:4 the list opened by `[` is not closed"),
    ("a: \"x", "t.yaml:1:4 the quoted text is not closed"),
    ("a: *b", "t.yaml:1:4 the alias `*b` has no anchor"),
    ("a: 1\n---\nb: 2\n", "t.yaml:2:1 a second document starts here"),
    ("a: !Ref x", "t.yaml:1:4 the tag `!Ref` has no meaning here"),
    ("{a: 1}: 2", "t.yaml:1:1 a key must be text, not a mapping"),
    ("a: 1\nb: 2\nc: \"\u{1}\"", "t.yaml:3:5 a control character cannot be written in YAML"),
    ("a: {<<: 3}", "t.yaml:1:9 `<<` merges mappings, not a whole number"),
  ])
  func `what is no YAML is a fault with its place`(text: String, expected: String) {
    #expect(fault(text) == expected)
  }

  @Test func `bytes that are no text are a fault with their place`() {
    let source = SourceText(name: "t.yaml", path: "/t.yaml", bytes: Array("a: 1\nb: ".utf8) + [0xFF])
    #expect {
      try YAML.parse(source)
    } throws: { error in
      (error as? DiagnosticError)?.diagnostics.first?.origin?.description == "t.yaml:2:4"
    }
  }

  @Test func `a byte order mark is no text`() throws {
    let source = SourceText(name: "t.yaml", path: "/t.yaml", bytes: [0xEF, 0xBB, 0xBF] + Array("a: 1".utf8))
    #expect(JSONValue(try YAML.parse(source).root).text == #"{"a":1}"#)
  }

  @Test func `an empty document is nothing`() throws {
    #expect(try value("") == .null)
    #expect(try value("# only a comment\n") == .null)
  }

  @Test func `a tag can be short for a key`() throws {
    let text = "a: !Ref x\nb: !Sub [!GetAtt y.z, {k: 1}]\nc: &c !Ref 7\nd: *c\n"
    let source = SourceText(name: "t.yaml", path: "t.yaml", bytes: Array(text.utf8), lineBreaks: .yaml)
    let document = try YAML.parse(source, tagKey: { "Fn\($0)" })
    #expect(
      JSONValue(document.root).text
        == #"{"a":{"Fn!Ref":"x"},"b":{"Fn!Sub":[{"Fn!GetAtt":"y.z"},{"k":1}]},"c":{"Fn!Ref":7},"d":{"Fn!Ref":7}}"#)
    // Each of them is a level of its own.
    let deep = String(repeating: "!A [", count: 60) + String(repeating: "]", count: 60)
    #expect(throws: DiagnosticError.self) {
      try YAML.parse(SourceText(name: "t", path: "t", bytes: Array(deep.utf8)), tagKey: { $0 })
    }
  }
}
