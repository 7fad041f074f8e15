import Diagnostics
import Testing

@Suite struct ShellWordTests {
  @Test(arguments: [
    ("a/b-c_d.yaml", "a/b-c_d.yaml"), ("K=v@1:2,3%+", "K=v@1:2,3%+"), ("", "''"), ("a b", "'a b'"), ("é", "'é'"),
    ("it's", "'it'\\''s'"), ("$(x)", "'$(x)'"), ("*", "'*'"), ("~", "'~'"), ("a\nb", "'a\nb'"), ("^", "'^'"),
  ])
  func `a word is quoted where the shell would make something of it`(text: String, expected: String) {
    #expect(ShellWord.quoted(text) == expected)
  }
}
