import Testing

@testable import MakefileImport

/// Texts that nobody would write: each is refused with its place, or turned as far as it goes.
@Suite struct HostileMakefileTests {
  @Test(arguments: [
    (
      "all:\n  echo\n",
      "2:3 missing separator: the line is neither a rule nor an assignment; begin a recipe's line with a tab, not with spaces"
    ),
    (
      "hello world\n",
      "1:1 missing separator: the line is neither a rule nor an assignment; write `target: prerequisites` or `NAME = value`"
    ),
    ("\techo\nall:\n", "1:2 the recipe comes before the first target; write its target before it"),
    ("all:\nA = 1\n\techo\n", "3:2 the recipe comes before the first target; write its target before it"),
    ("all:\nendif\n", "2:1 there is no conditional for this `endif`; remove it"),
    ("else\n", "1:1 there is no conditional for this `else`; remove it"),
    ("ifdef A\nifdef B\nendif\n", "1:1 the conditional is not ended; write `endif` after it"),
    ("define A\n\techo\n", "1:1 the definition is not ended; write `endef` after it"),
  ])
  func `what is no Makefile is refused`(text: String, expected: String) {
    #expect(fault(of: text) == expected)
  }

  @Test func `conditionals are nested only so deep`() {
    let text = String(repeating: "ifdef A\n", count: 1000)
    #expect(fault(of: text) == "101:1 conditionals are nested more than 100 deep; nest them less")
  }

  @Test(arguments: ["", "\n\n", "# nothing\n", "\u{FEFF}"])
  func `a Makefile may be empty`(text: String) throws {
    let made = try imported(text)
    #expect(made.body == "version: 1\n\ntasks: {}\n")
    #expect(made.remarks == [])
  }

  @Test func `CR LF ends lines, and a NUL its line`() throws {
    let made = try imported("A = x\0y\r\nall:\r\n\techo $(A) \\\r\n\t  more\r\n")
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          a: x

        tasks:
          all:
            uses: exec
            with:
              script: |
                echo $A \
                  more
        """# + "\n")
    #expect(
      made.remarks == [
        "1:1 the line holds a NUL; what follows it is left out",
        "1:1 `A` was set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give",
      ])
  }

  @Test func `what is not UTF-8 is said`() throws {
    let made = try imported(Array("all: ; echo ".utf8) + [0xFF, 0x0A])
    #expect(made.body == "version: 1\n\ntasks:\n  all:\n    uses: exec\n    with:\n      script: echo \u{FFFD}\n")
    #expect(made.remarks == ["1:1 the line is not UTF-8; what cannot be read is shown as \u{FFFD}"])
  }

  @Test func `what is not closed is listed`() throws {
    let made = try imported("A = $(shell date\nall: $(B\n\techo $(A) ${C\n")
    #expect(
      made.body
        == #"""
        version: 1

        defaults:
          a: ""  # the scripts make it where it is empty

        tasks:
          # line 3: a line of the recipe of `all` was not turned: `${` is not closed; write it as shell; until then, the task fails
          all:
            uses: exec
            with:
              script: |
                # its prerequisites
                echo 'all: a line of the Makefile was not turned: its prerequisites' >&2
                exit 1
                # echo $(A) ${C
                echo 'all: a line of the Makefile was not turned: echo $(A) ${C' >&2
                exit 1
        """# + "\n")
    #expect(
      made.remarks == [
        "1:1 the variable `A` was not turned: `$(` is not closed; give it a value in `defaults`; until then, tasks that use it fail",
        "1:1 `A` was set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give",
        "2:1 prerequisites of `all` were not turned: they are computed; write tasks into `needs` and files into `sources`; until then, the task fails",
        "3:2 a line of the recipe of `all` was not turned: `${` is not closed; write it as shell; until then, the task fails",
      ])
  }

  @Test func `deep nesting is listed`() throws {
    let line = String(repeating: "$(if $(A),", count: 20_000) + "x" + String(repeating: ")", count: 20_000)
    let made = try imported("all:\n\techo \(line)\n")
    #expect(
      made.remarks == [
        "2:2 a line of the recipe of `all` was not turned: it is nested more than 100 deep; write it as shell; until then, the task fails"
      ])
  }

  @Test func `what grows without end is listed`() throws {
    let doubled = (1...60).map { "A\($0) = $(A\($0 - 1))$(A\($0 - 1))\n" }.joined()
    let made = try imported("A0 = x$@\n\(doubled)all:\n\techo $(A60)\n")
    #expect(
      made.remarks.last
        == "63:2 a line of the recipe of `all` was not turned: it is made of too many parts; write it as shell; until then, the task fails"
    )
  }

  @Test func `long chains of variables need no deep stack`() throws {
    let chain = (0..<10_000).map { "V\($0) = $(V\($0 + 1))\n" }.joined()
    let made = try imported("\(chain)all:\n\techo $(V0)\n")
    #expect(
      made.body.hasSuffix("  v10000: \"\"\n\ntasks:\n  all:\n    uses: exec\n    with:\n      script: echo $V0\n"))
  }

  @Test(.timeLimit(.minutes(1)))
  func `a hundred thousand lines are read`() throws {
    let made = try imported("A =\n" + String(repeating: "A += x\n", count: 100_000) + "all:\n\techo $(A)\n")
    #expect(
      made.body.utf8.count == 200_000 + "version: 1\n\ndefaults:\n  a: ".utf8.count
        + "\n\ntasks:\n  all:\n    uses: exec\n    with:\n      script: echo $A\n".utf8.count - 1)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a long question before many variables is listed`() throws {
    let asked = String(repeating: "$(A)", count: 4000)
    let set = (0..<4000).map { "V\($0) = x\n" }.joined()
    let made = try imported("ifeq (\(asked),b)\n\(set)endif\nall:\n\techo $(V1)\n")
    #expect(made.remarks.contains { $0.contains("`V1` was not turned: what its conditional asks is too long") })
  }

  @Test func `pattern rules that lead to each other end`() throws {
    let made = try imported("all: xa\nx%: y%z ; echo $@\ny%: x%y ; echo $@\n")
    #expect(
      made.body
        == #"""
        version: 1

        tasks:
          all:
            needs: [xa]
            uses: exec
            with:
              script: ":"

          xa:
            needs: [yaz]
            generates: [xa]
            uses: exec
            with:
              script: echo xa

          yaz:
            sources: [xazy]
            generates: [yaz]
            uses: exec
            with:
              script: echo yaz
        """# + "\n")
  }

  @Test(.timeLimit(.minutes(1)))
  func `thousands of names that are alike get names of their own`() throws {
    let separators = [".", "-", "_.", "..", "--"]
    var names = ["a"]
    for _ in 0..<5 { names = names.flatMap { name in separators.map { "\(name)\($0)b" } } }
    let made = try imported(names.map { "\($0) = 1\n" }.joined() + "all: ; echo \(names.map { "$(\($0))" }.joined())\n")
    let lines = made.body.split(separator: "\n").filter { $0.contains("_B_B_B_B_B") && $0.contains("=1") }
    #expect(lines.count == 3125)
    #expect(Set(lines).count == lines.count)
  }
}
