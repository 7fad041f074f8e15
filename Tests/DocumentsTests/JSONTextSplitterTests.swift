import Documents
import Testing

@Suite struct JSONTextSplitterTests {
  /// The texts with their lines, the bytes coming in pieces of a size.
  private func split(_ text: String, pieces: Int, limit: Int = 1 << 20) throws -> [String] {
    var splitter = JSONTextSplitter(limit: limit)
    var texts: [String] = []
    func drain() throws {
      while let text = try splitter.next() {
        texts.append("\(text.line): \(String(decoding: text.bytes, as: UTF8.self))")
      }
    }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      splitter.append(rest.prefix(pieces))
      rest = rest.dropFirst(pieces)
      try drain()
    }
    splitter.end()
    try drain()
    return texts.map { $0.split(separator: "\n").joined(separator: "~") }
  }

  @Test(
    arguments: [
      ("", []), (" \n\n", []),
      ("{\"a\":1}\n{\"b\":\"}\\\"\"}\n", ["1: {\"a\":1}", "2: {\"b\":\"}\\\"\"}"]),
      ("{\"a\":1}\r\n\n  {\"b\":2}", ["1: {\"a\":1}", "3: {\"b\":2}"]),
      ("{}{} {}\n{}", ["1: {}", "1: {}", "1: {}", "2: {}"]),
      (
        "{\"a\":1}\n{\"broken\n{\"c\":3}\noops\n{}",
        [
          "1: {\"a\":1}", "2: {\"broken", "3: {\"c\":3}", "4: oops", "5: {}",
        ]
      ),
      ("{\n\"a\": [1,\n2]\n}\n{\n}", ["1: {~\"a\": [1,~2]~}", "5: {~}"]),
      ("[{\"a\":1},\n{\"b\":[2,3]}\n,4, \"x,]\"]", ["1: {\"a\":1}", "2: {\"b\":[2,3]}", "3: 4", "3: \"x,]\""]),
      ("[\n{\"a\":1}\n]\n[{\"b\":2}]", ["2: {\"a\":1}", "4: {\"b\":2}"]),
      ("\u{FEFF}{}", ["1: {}"]),
      ("[]", []), ("{\n}}\n{}", ["1: {~}", "2: }", "3: {}"]),
    ])
  func `values are cut out wherever the pieces end`(text: String, expected: [String]) throws {
    for pieces in [1, 2, 3, 7, 1000] { #expect(try split(text, pieces: pieces) == expected, "pieces of \(pieces)") }
  }

  @Test func `a long line of many values is cut too`() throws {
    let text = String(repeating: "{\"a\":\"\(String(repeating: "x", count: 1000))\"}", count: 3000)
    #expect(try split(text, pieces: 1 << 16).count == 3000)
  }

  @Test func `many short values on one line take no longer than on many lines`() throws {
    #expect(try split(String(repeating: "{\"a\":1}", count: 100_000) + "\n{}", pieces: 1 << 16).count == 100_001)
  }

  @Test(arguments: [
    ("[{}", 1, "the array is not closed"), ("[{},\n{}\n", 3, "the array is not closed"),
    ("[{},", 1, "the array is not closed"), ("[", 1, "the array is not closed"),
    ("[{}\n{}]", 2, "a `,` or `]` was expected here"), ("[,{}]", 1, "a value is missing here"),
    ("[{},\n]", 2, "a value is missing here"), ("[{},,{}]", 1, "a value is missing here"),
  ])
  func `a broken array is a fault`(text: String, line: Int, message: String) throws {
    for pieces in [1, 1000] {
      let fault = #expect(throws: JSONTextSplitter.Fault.self) { try split(text, pieces: pieces) }
      #expect(fault?.line == line)
      #expect(fault?.message == message)
    }
  }

  @Test(arguments: ["{\"a\":\"", "[\"", "{}\n{\"a\":\"", "{\n\""])
  func `what is longer than the limit is refused`(begin: String) throws {
    #expect(throws: JSONTextSplitter.Fault.self) {
      try split(begin + String(repeating: "x", count: 5000), pieces: 100, limit: 1000)
    }
  }
}
