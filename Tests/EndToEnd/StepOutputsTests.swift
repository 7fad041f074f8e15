import TaskCLI
import Testing

/// What tasks give to those after them.
@Suite struct StepOutputsTests {
  @Test func `steps read what earlier steps gave, by id or by the task's name`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          make: { uses: exec, with: { script: 'echo "path=/out/$NAME" >> $UGC_OUTPUT', name: x } }
          say: { uses: exec, with: { script: 'echo "$WHAT"', what: '' } }
          seed: {}
          all:
            steps:
              - { task: make, id: first }
              - { task: make, id: second, with: { name: 'of${steps.first.path}' } }
              - { task: seed, with: { seedCount: 7 } }
              - { task: say, with: { what: '${steps.second.path} ${steps.seed.channels}' } }
            finally:
              - { task: say, with: { what: 'end ${steps.seed.live} ${run.status}' } }
        """)
    #expect(
      await test.run("run", "all", "-q").output
        == "all/3:seed | seeded 7 channels and 7 streams in UGC-dev (0 from JSON, 1 offline, 6 live)\n"
        + "all/4:say | /out/of/out/x 7\nall/finally-1:say | end 6 succeeded\n")
  }

  @Test func `a task reads what its needs gave, in its values and its env`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          make: { uses: exec, with: { script: "printf 'text<<END\\none\\ntwo\\nEND\\nn=3\\n' >> $UGC_OUTPUT" } }
          use:
            needs: [make]
            uses: exec
            env: { NUMBER: 'no ${needs.make.n}' }
            with: { script: 'echo "$LINES_OF/$NUMBER"', linesOf: '${needs.make.text}' }
          both: { needs: [use, make], uses: exec, with: { script: 'echo "$N"', n: '${needs.make.n}' } }
        """)
    #expect(
      await test.run("run", "both", "-q", "-j1").output == "use | one\nuse | two/no 3\nboth | 3\n")
  }

  @Test func `steps read what the needs of their task gave`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          make: { uses: exec, with: { script: 'echo n=3 >> $UGC_OUTPUT' } }
          say: { uses: exec, with: { script: 'echo "$WHAT"', what: '' } }
          all:
            needs: [make]
            steps: [{ task: say, with: { what: 'n is ${needs.make.n}' } }]
            finally: [{ task: say, with: { what: 'n was ${needs.make.n}' } }]
        """)
    #expect(await test.run("run", "all", "-q").output == "all/1:say | n is 3\nall/finally-1:say | n was 3\n")
  }

  @Test func `a failing script's exit code is told, whatever it wrote as outputs`() async {
    let test = ToolTest(
      tasks: "version: 1\ntasks:\n  a: { uses: exec, with: { script: 'echo junk >> $UGC_OUTPUT; exit 5' } }")
    let error = await test.run("run", "a").error
    #expect(error.contains("the script of `a` ended with exit code 5"))
    #expect(error.contains("line 1 of what the script wrote to $UGC_OUTPUT"))
  }

  @Test func `a shared task that waits for its own needs runs once`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          make: { uses: exec, with: { script: 'echo n=3 >> $UGC_OUTPUT' } }
          use: { needs: [make], uses: exec, with: { script: 'echo used $N', n: '${needs.make.n}' } }
          one: { needs: [use], uses: probe }
          two: { needs: [use], uses: probe }
          all: { needs: [one, two], uses: probe }
        """)
    #expect(await test.run("run", "all", "-q", "-j4").output == "use | used 3\n")
  }

  @Test func `an output that nothing gave is an error, unless there is a default`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          make: { uses: exec, with: { script: 'true' } }
          say: { uses: exec, with: { script: 'echo "<$WHAT>"', what: '' } }
          bad: { steps: [make, { task: say, with: { what: 1️⃣'${steps.make.path}' } }] }
          good: { steps: [make, { task: say, with: { what: '${steps.make.path:-none}' } }] }
        """)
    #expect(await test.run("run", "good", "-q").output == "good/2:say | <none>\n")
    let run = await test.run("run", "bad", "-q")
    #expect(run.status == .failed)
    #expect(await test.run("run", "bad").error.contains("nothing has given `${steps.make.path}` a value in this run"))
  }

  @Test(arguments: [
    ("a: { steps: [seed, { task: say, with: { what: '${steps.sed.channels}' } }] }", "the task has no step `sed`"),
    (
      "a: { steps: [seed, { task: say, with: { what: '${steps.seed.chanels}' } }] }",
      "the task `seed` has no output `chanels`"
    ),
    (
      "a: { steps: [seed, seed, { task: say, with: { what: '${steps.seed.channels}' } }] }",
      "the task `seed` is called 2 times in these steps"
    ),
    (
      "a: { steps: [{ task: say, with: { what: '${steps.seed.channels}' } }, seed] }",
      "the step `seed` does not come before this one"
    ),
    (
      "a: { needs: [{ task: say, with: { what: '${needs.seed.channels}' } }, seed], uses: stack }",
      "`${needs.seed.channels}` is known only in the values, `env` and steps of the task that has these needs"
    ),
    ("a: { steps: [pipe, { task: say, with: { what: '${steps.pipe.x}' } }] }", "the task `pipe` has no output `x`"),
    (
      "a: { uses: exec, needs: [seed], with: { script: 'true', what: '${steps.seed.channels}' } }",
      "is known only in the `with` of later steps and of `finally`"
    ),
  ])
  func `what cannot be read is told before anything runs`(task: String, message: String) async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          seed: {}
          say: { uses: exec, with: { script: 'echo "$WHAT"', what: '' } }
          pipe: { steps: [seed] }
          \(task)
        """)
    let run = await test.run("run", "a")
    #expect(run.status == .usage)
    #expect(run.error.contains(message))
    #expect(run.error.contains("tasks.yaml:6:"))
    #expect(!test.folder.exists(".ugc"))
  }

  @Test func `a malformed line of outputs fails the task, and is not quoted`() async {
    let test = ToolTest(
      tasks: "version: 1\ntasks:\n  a: { uses: exec, with: { script: 'echo secret stuff >> $UGC_OUTPUT' } }")
    let run = await test.run("run", "a")
    run.expect(
      error: """
        error: line 1 of what the script wrote to $UGC_OUTPUT is neither `key=value` nor `key<<END`
        help: keys are letters, digits, `-` and `_`; a value of several lines is `key<<END`, the lines, and `END`

        """, status: .failed)
  }

  @Test func `a secret that a script gives is used whole, and shown to nobody`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token]
        tasks:
          login: { uses: exec, with: { script: 'echo token=abc-secret-123 >> $UGC_OUTPUT' } }
          use: { uses: exec, with: { script: 'echo "$TOKEN" | tr a-z A-Z; echo $TOKEN', token: '' } }
          all: { steps: [login, { task: use, with: { token: '${steps.login.token}' } }] }
        """)
    let run = await test.run("run", "all", "--output", "json")
    #expect(run.status == .succeeded)
    #expect(!run.output.contains("abc-secret-123"))
    #expect(run.output.contains("ABC-SECRET-123"))
    let kept = test.folder.allTexts(below: ".ugc")
    #expect(kept.contains { $0.contains("ABC-SECRET-123") })
    #expect(!kept.contains { $0.contains("abc-secret-123") })
  }
}
