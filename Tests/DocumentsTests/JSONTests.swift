import Diagnostics
import Testing

@testable import Documents

@Suite struct JSONTests {
  private func parse(_ text: String) throws(DiagnosticError) -> Document {
    let source = SourceText(name: "t.json", path: "/t.json", bytes: Array(text.utf8))
    return try JSON.parse(source, limits: DocumentLimits(bytes: 1 << 20))
  }

  private func fault(_ text: String) -> String? {
    do {
      _ = try parse(text)
      return nil
    } catch {
      return error.diagnostics.map { "\($0.origin?.description ?? "-") \($0.message)" }.joined(separator: "; ")
    }
  }

  @Test(arguments: [
    #"{"a":[1,-0.5,1E+9,123456789012345678901234567890],"b":null,"c":{"d":true,"e":false}}"#,
    #"["","ü","\"\\\n\t","\u0001"]"#, "[]", "{}", "0", #""x""#, "[[],{}]", "-0", "1.0",
  ])
  func `what is read is written as it was`(text: String) throws {
    #expect(JSONValue(try parse(text).root).text == text)
  }

  @Test func `escapes are read, surrogate pairs among them`() throws {
    #expect(JSONValue(try parse(#""\u00fc\ud83d\ude00\/\b""#).root) == .string("ü😀/\u{8}"))
  }

  @Test(arguments: [
    ("", "t.json:1:1 the file is empty"),
    ("[1,]", "t.json:1:4 a value is missing here"),
    ("{\"a\":1,}", "t.json:1:8 a key is missing here"),
    ("{a:1}", "t.json:1:2 a key in double quotes was expected here"),
    ("['x']", "t.json:1:2 JSON text is written in double quotes"),
    ("[1 2]", "t.json:1:4 a `,` or `]` was expected here"),
    ("[01]", "t.json:1:3 a JSON number does not start with 0"),
    ("[1.]", "t.json:1:4 a digit was expected here"),
    ("// x\n1", "t.json:1:1 JSON has no comments"),
    ("{\"a\":\n  tru}", "t.json:2:3 this is not a JSON value"),
    ("[\"ü\", nope]", "t.json:1:7 this is not a JSON value"),
    ("[\"a\nb\"]", "t.json:1:4 the text is not closed on its line"),
    ("[\"a", "t.json:1:4 the text is not closed"),
    ("[1", "t.json:1:3 a `,` or `]` was expected here"),
    ("1 2", "t.json:1:3 there is more text after the JSON value"),
    ("[\"\\x\"]", "t.json:1:4 JSON has no such escape"),
    ("[\"\\ud800\"]", "t.json:1:9 half of a surrogate pair is missing here"),
    ("[NaN]", "t.json:1:2 this is not a JSON value"),
    ("\"\\u+123\"", "t.json:1:4 four hexadecimal digits were expected here"),
  ])
  func `what is no JSON is a fault with its place`(text: String, expected: String) {
    #expect(fault(text) == expected)
  }

  @Test func `a key written twice is a fault with both places`() throws {
    let problems = try parse("{\"a\": 1,\n \"a\": 2}").problems
    #expect(problems.map { $0.origin?.description } == ["t.json:2:2"])
    #expect(problems.first?.notes.map(\.origin?.description) == ["t.json:1:2"])
  }

  @Test func `deep nesting ends the parse, not the process`() {
    #expect(fault(String(repeating: "[", count: 200_000)) == "t.json:1:102 this is nested more than 100 levels deep")
  }

  @Test func `indented text is for people`() {
    let value: JSONValue = ["a": ["x"], "b": [], "c": ["d": true]]
    #expect(
      value.indentedText == """
        {
          "a": [
            "x"
          ],
          "b": [],
          "c": {
            "d": true
          }
        }
        """)
  }
}
