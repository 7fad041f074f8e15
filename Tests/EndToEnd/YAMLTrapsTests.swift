import TaskCLI
import Testing

/// What YAML, and other runners, make of what people write: each trap of others is a test here.
@Suite struct YAMLTrapsTests {
  // Y1, Y2, Y5
  @Test(arguments: [
    ("1.10", "1.10"), ("0644", "0644"), ("0e12345", "0e12345"), ("1e3", "1e3"), ("1_000", "1_000"),
    ("12345678901234567890123456789", "12345678901234567890123456789"), ("no", "no"), ("on", "on"), ("yes", "yes"),
    ("2026-09-18", "2026-09-18"), ("2026-09-18T10:00:00Z", "2026-09-18T10:00:00Z"), ("12:30:45", "12:30:45"),
    ("0o17", "0o17"), ("0x1F", "0x1F"), (".5", ".5"), ("+5", "+5"), ("True", "True"), ("~x", "~x"), ("1.0", "1.0"),
    (".inf", ".inf"), ("'null'", "null"), ("null", ""), ("~", ""), ("", ""), ("'{{ x }}'", "{{ x }}"),
    ("a:b", "a:b"), ("http://x/#y", "http://x/#y"), ("'a # b'", "a # b"),
  ])
  func `a value reaches the script as it was written`(written: String, seen: String) async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          say:
            uses: exec
            with:
              script: printf '<%s>\\n' "$VALUE"
              value: \(written)
        """)
    await test.run("run", "say").expect(output: "<\(seen)>\n")
  }

  // Y3, Y4
  @Test func `unknown and repeated keys are faults, at every level`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        1️⃣bogus_root: 1
        tasks:
          a: { 2️⃣dep: [b], uses: exec, with: { script: ':' } }
          b: { 3️⃣sourcs: [x], uses: exec, with: { script: ':' } }
          4️⃣b: { uses: exec, with: { script: echo second } }
          c: { retry: { attempts: 1, 5️⃣delay: 1s }, uses: exec, with: { script: ':' } }
          d: { steps: [{ task: a, 6️⃣wit: {} }], finally: [{ task: a, wen: true }] }
        """)
    let run = await test.run("run", "a")
    #expect(run.status == .usage && run.output.isEmpty)
    for message in [
      "error: tasks.yaml has no key `bogus_root`", "help: did you mean `needs`?", "help: did you mean `sources`?",
      "error: the key `b` is written twice", "has no key `delay`", "help: did you mean `with`?",
      "help: did you mean `when`?",
    ] { #expect(run.error.contains(message), "\(message)\n\(run.error)") }
  }

  // Y6, Y7, Y8
  @Test func `what YAML reads otherwise than people is told with what to write`() async {
    for (line, message) in [
      ("a: { uses: exec, with: { script: {{ x }} } }", "tasks.yaml:3:"),
      ("a: { uses: exec, with: { script: [echo: hi] } }", "must be text, not a mapping"),
      ("a: { needs: [needs: [b]], uses: exec, with: { script: ':' } }", "has no key `needs`"),
      ("a: { steps: [{ needs: [b] }] }", "has no key `needs`"),
      ("a: { when: !x, uses: exec, with: { script: ':' } }", "tasks.yaml:3:"),
      ("a: { uses: exec, with: { script: 'x', n: `x` } }", "tasks.yaml:3:"),
      ("a: { when: ! ${ci}, uses: exec, with: { script: ':' } }", "put the whole value in quotes"),
      ("a: { when: !(${ci}), uses: exec, with: { script: ':' } }", "put the whole value in quotes"),
      ("a: { steps: [ { task: b, when: ${ci} == 'true' } ] }", "YAML takes an unquoted `${`"),
      ("a: { sources: [src/**, !src/*.log], uses: exec, with: { script: ':' } }", "takes the `!` before this value"),
      ("a: { sources: [*.c], uses: exec, with: { script: ':' } }", "takes a `*` or `&` at the beginning"),
      ("a: { uses: exec, with: { script: echo hi: there } }", "a second `:` on this line"),
      ("a: { uses: exec, with: { script: %x } }", "tasks.yaml:3:"),
    ] {
      let run = await ToolTest(tasks: "version: 1\ntasks:\n  \(line)\n  b: { uses: exec, with: { script: ':' } }\n")
        .run(
          "check")
      #expect(run.status == .usage && run.error.contains(message), "\(line)\n\(run.error)")
    }
    let colon = ToolTest(
      tasks: """
        version: 1
        tasks:
          a:
            uses: exec
            with:
              script: echo note: this
        """)
    let run = await colon.run("check")
    #expect(run.status == .usage && run.error.contains("tasks.yaml:6:"), "\(run.error)")
  }

  // Y9, Y12
  @Test func `a bad line of an env file is told with its file, and values in it are literal`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        dotenv: [.env]
        tasks:
          a: { uses: exec, with: { script: 'echo "$B"' } }
        """)
    #expect(await test.variable("A", "outer").file(".env", "A=file\nB='${A}'\n").run("run", "a").output == "${A}\n")
    let bad = await test.file(".env", "A=1\nnonsense here\n").run("run", "a")
    #expect(bad.status == .usage && bad.error.contains("--> .env:2:1"), "\(bad.error)")
  }

  // Y10
  @Test func `an included file that is no YAML is told as such`() async {
    let test = ToolTest(tasks: "version: 1\ninclude: [bad.yaml]\ntasks: {}\n").file("bad.yaml", "tasks: [\n  a: {\n")
    let run = await test.run("list")
    #expect(run.status == .usage && run.error.contains("--> bad.yaml:") && !run.error.contains("ring"), "\(run.error)")
  }

  // Y11
  @Test(arguments: [
    "version: 1\ntasks: {}\n", "version: 1\ntasks:\n",
    "version: 1\ninclude: []\ndefaults: {}\nprofiles: {}\ntasks: {}\n",
    "version: 1\ntasks:\n  seed: {}\n", "version: 1\ntasks:\n  seed:\n",
    "version: 1\ntasks:\n  seed: { with: {}, env: {}, matrix: {}, needs: [], finally: [], preconditions: [], aliases: [] }\n",
    "version: 1\nprofiles: { p: {} }\nprotected: {}\nsecrets: []\ndotenv: []\ntasks: {}\n",
  ])
  func `empty mappings and lists are nothing`(yaml: String) async {
    #expect(await ToolTest(tasks: yaml).run("check").status == .succeeded)
  }
}
