import Testing

@testable import TaskRunner

@Suite struct SecretMaskerTests {
  private func streamed(_ chunks: [String], secrets: [String]) -> [String] {
    var stream = StreamMasker(SecretMasker(secrets))
    return chunks.map { String(decoding: stream.add(Array($0.utf8)), as: UTF8.self) }
      + [String(decoding: stream.finish(), as: UTF8.self)]
  }

  @Test func `a secret is found however it is cut`() {
    let text = "xx hunter2 yy"
    for cut in 0...text.count {
      let chunks = [String(text.prefix(cut)), String(text.dropFirst(cut))]
      #expect(streamed(chunks, secrets: ["hunter2"]).joined() == "xx *** yy")
    }
    #expect(streamed(text.map(String.init), secrets: ["hunter2"]).joined() == "xx *** yy")
  }

  @Test func `only what may be a secret's beginning is held back`() {
    #expect(streamed(["abc hun", "gry"], secrets: ["hunter2"]) == ["abc ", "hungry", ""])
    #expect(streamed(["abc hun"], secrets: ["hunter2"]) == ["abc ", "hun"])
  }

  @Test func `the longer of two secrets is masked whole`() {
    #expect(streamed(["secret-and-more secret"], secrets: ["secret", "secret-and-more"]).joined() == "*** ***")
    #expect(streamed(["secret-and", "-less"], secrets: ["secret", "secret-and-more"]).joined() == "***-and-less")
  }

  @Test func `secrets that overlap leave no tail`() {
    #expect(streamed(["abcdefghijkl."], secrets: ["abcdefgh", "efghijkl"]).joined() == "***.")
    #expect(streamed(["abcdefgh", "ijkl."], secrets: ["abcdefgh", "efghijkl"]).joined() == "***.")
    #expect(streamed(["abcdefghx"], secrets: ["abcdefgh", "efghijkl"]).joined() == "***x")
  }

  @Test func `repeated beginnings do not hide a secret`() {
    #expect(streamed(["aaaaaaab"], secrets: ["aaaaab"]).joined() == "aa***")
  }

  @Test func `lines of a secret are masked one by one, short ones not`() {
    #expect(SecretMasker(["first-line\nab\nthird-line"]).mask("first-line|ab|third-line") == "***|ab|***")
  }
}
