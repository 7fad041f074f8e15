import Testing

@testable import MakefileImport

@Suite struct YAMLTextTests {
  @Test(arguments: [
    ("plain text", "plain text"), ("UGC-${stage}", "UGC-${stage}"), ("$X", "$X"), ("50", "50"), ("a:b", "a:b"),
    (".env", ".env"), ("-euc", "-euc"), ("a#b", "a#b"), ("/bin/sh", "/bin/sh"),
    ("", "\"\""), ("yes", "\"yes\""), ("No", "\"No\""), ("~", "\"~\""), ("null", "\"null\""), ("1.5", "\"1.5\""),
    ("007", "\"007\""), ("0x10", "\"0x10\""), ("2024-01-01", "\"2024-01-01\""), (".inf", "\".inf\""),
    ("-.NaN", "\"-.NaN\""), ("-", "\"-\""), ("- a", "\"- a\""), ("a: b", "\"a: b\""), ("a:", "\"a:\""),
    ("a #b", "\"a #b\""), ("#a", "\"#a\""), ("[a]", "\"[a]\""), ("{a", "\"{a\""), ("*a", "\"*a\""), ("&a", "\"&a\""),
    ("!a", "\"!a\""), ("|", "\"|\""), ("> a", "\"> a\""), ("'a", "\"'a\""), ("\"a\"", "\"\\\"a\\\"\""),
    ("%a", "\"%a\""), ("@a", "\"@a\""), ("`a", "\"`a\""), ("? a", "\"? a\""), (" a", "\" a\""), ("a ", "\"a \""),
    ("a\tb", "\"a\\tb\""), ("a\nb", "\"a\\nb\""), ("\u{7}", "\"\\x07\""), ("a\u{85}", "\"a\\x85\""),
    ("a\u{2028}", "\"a\\u2028\""), ("a\u{FEFF}", "\"a\\uFEFF\""), ("\\", "\"\\\\\""), ("é", "\"é\""),
  ])
  func `a scalar stays what it is`(text: String, expected: String) {
    #expect(YAMLText.scalar(text) == expected)
  }

  @Test func `lists are quoted as they need it`() {
    #expect(YAMLText.list(["a", "a,b", "[x]", "-c", "a]"]) == #"[a, "a,b", "[x]", -c, "a]"]"#)
  }

  @Test(arguments: [
    ("echo a", "echo a"),
    ("echo \"a\"", "echo \"a\""),
    ("[ -n \"$A\" ]", "|-\n    [ -n \"$A\" ]"),
    ("a\nb", "|-\n    a\n    b"),
    ("  a\nb", "|2-\n      a\n    b"),
    ("\ta\n\n b ", "|-\n    \ta\n\n     b "),
    ("a\n\u{7}", "\"a\\n\\x07\""),
    ("\n ", "\"\\n \""),
  ])
  func `a script is a block where it has several lines`(text: String, expected: String) {
    #expect(YAMLText.value(text, indentation: 2) == expected)
  }
}
