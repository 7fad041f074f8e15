import TaskCLI
import Testing

/// How a run looks as a step of a job of GitHub Actions.
@Suite struct GitHubActionsTests {
  private static func job(_ yaml: String) -> ToolTest {
    let test = ToolTest(tasks: yaml)
    return test.variable("GITHUB_ACTIONS", "true").variable("GITHUB_WORKSPACE", test.folder.path)
      .variable("GITHUB_OUTPUT", "\(test.folder.path)/outputs")
      .variable("GITHUB_STEP_SUMMARY", "\(test.folder.path)/summary.md")
  }

  private static let failing = """
    version: 1
    tasks:
      one: { uses: exec, with: { script: echo first; echo second >&2 } }
      two: { needs: [one], uses: exec, with: { script: 1️⃣"printf open; exit 3" } }
    """

  @Test func `what each task wrote is a group, and a failure is annotated in its file`() async {
    let test = Self.job(Self.failing)
    await test.run("run", "two").expect(
      output: """
        ::group::one
        first
        second
        ::endgroup::
        ok one (T)
        ::group::two
        open
        ::endgroup::
        failed two (T): the script of `two` ended with exit code 3

        summary
        ok        one  (T)
        failed    two  (T)

        the last lines of two:
          | open
        error: two: the script of `two` ended with exit code 3
         --> tasks.yaml:1️⃣
          |
        4 |   two: { needs: [one], uses: exec, with: { script: "printf open; exit 3" } }
          |                                                    ^^^^^^^^^^^^^^^^^^^^^
        ::error file=tasks.yaml,line=4,col=52,endColumn=73,title=two::the script of `two` ended with exit code 3
        to go on, run `ugc-tasks resume 20270115t080000000z-7`

        """, status: .failed)
    #expect(
      test.folder.read("summary.md")?.replacing(#/(\d+ min )?\d+(\.\d\d)? s/#, with: "T") == """
        ### ugc-tasks run two: failed in T

        |  | task | time |  |
        |---|---|---|---|
        | ✅ | one | T |  |
        | ❌ | two | T | the script of &#96;two&#96; ended with exit code 3 |

        <details><summary>The last lines of two</summary>

        <pre>open</pre>
        </details>

        To go on, run <code>ugc-tasks resume 20270115t080000000z-7</code> where this run was kept.


        """)
    #expect(test.folder.read("outputs") == nil)
  }

  @Test func `a task that speaks while another one has the log waits for it`() async throws {
    let test = Self.job(
      """
      version: 1
      tasks:
        slow:
          uses: exec
          with: { script: "echo slow begins; touch begun; while ! [ -e done ]; do sleep 0.01; done; echo slow ends" }
        quick:
          uses: exec
          with:
            script: |
              while ! [ -e begun ]; do sleep 0.01; done
              i=0; while [ $i -lt 50000 ]; do i=$((i+1)); echo "quick line $i"; done
        after: { needs: [quick], uses: exec, with: { script: touch done } }
        all: { needs: [slow, after] }
      """)
    let outcome = await test.run("run", "all", "-j4")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.prefix(4) == ["::group::slow", "slow begins", "::endgroup::", "::group::quick"])
    #expect(lines[4..<50_004].elementsEqual((1...50_000).map { "quick line \($0)" }, by: ==))
    #expect(lines[50_004...].prefix(2) == ["::endgroup::", "ok quick (T)"])
    let again = try #require(lines.firstIndex(of: "::group::slow, continued"))
    #expect(lines[again...].prefix(3) == ["::group::slow, continued", "slow ends", "::endgroup::"])
    #expect(outcome.error == "")
  }

  @Test func `what tasks give are the step's outputs; secrets are masked and left out`() async {
    let test = Self.job(
      #"""
      version: 1
      secrets: [password]
      defaults: { password: s3cret-word }
      tasks:
        build:
          uses: exec
          with: { script: 'printf "version=1.2\nkey=$PASSWORD\nnotes=a=b\n" > "$UGC_OUTPUT"; echo $PASSWORD' }
        seed: { with: { seedCount: 2, offlineSessionCount: 0 } }
        both: { steps: [build, seed] }
      """#)
    await test.run("run", "build").expect(output: "***\n", error: "::add-mask::s3cret-word\n")
    #expect(
      test.folder.read("outputs") == """
        build-version=1.2
        version=1.2
        build-notes=a=b
        notes=a=b

        """)
    test.folder.write("outputs", "before=1\n")
    _ = await test.run("run", "both")
    #expect(
      test.folder.read("outputs") == """
        before=1
        build-version=1.2
        build-notes=a=b
        seed-channels=2
        seed-streams=2
        seed-fromJSON=0
        seed-offline=0
        seed-live=2
        seed-stack=UGC-dev
        seed-backend=local

        """)
  }

  @Test func `outputs of a task that is called more than once have the names of the calls`() async {
    let test = Self.job(
      #"""
      version: 1
      tasks:
        say: { uses: exec, with: { script: 'echo "v=$V" > "$UGC_OUTPUT"; [ $V != 3 ]', v: 0 } }
        cells: { matrix: { m: [a.b, a_b] }, uses: exec, with: { script: 'echo "m=$M" > "$UGC_OUTPUT"' } }
        all: { steps: [cells, { task: say, with: { v: 1 } }, { task: say, with: { v: 3 } }] }
      """#)
    _ = await test.run("run", "all", "-j1")
    #expect(
      test.folder.read("outputs") == """
        all_1_cells_m_a_b_-m=a.b
        all_1_cells_m_a_b_-m_=a_b
        all_2_say-v=1
        all_3_say-v=3

        """)
  }

  @Test func `faults of tasks yaml are annotated by every command`() async {
    let test = Self.job("version: 1\ntasks:\n  a: { uses: exec, with: { script: ls }, 1️⃣desc: b }\n").standing(
      in: "below")
    let fault = """
      error: the task `a` has no key `desc`
       --> ../tasks.yaml:1️⃣
        |
      3 |   a: { uses: exec, with: { script: ls }, desc: b }
        |                                          ^^^^
      help: did you mean `description`?
      ::error file=tasks.yaml,line=3,col=42,endColumn=46::the task `a` has no key `desc`%0Ahelp: did you mean `description`?

      """
    await test.run("check").expect(error: fault, status: .usage)
    await test.run("run", "a").expect(error: fault, status: .usage)
    let unannotated = fault.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
    await test.run("run", "a", "--output", "plain").expect(error: unannotated, status: .usage)
  }

  @Test func `findings and warnings become annotations`() async throws {
    let template = try Repository.text("Examples/UGC-dev.template.json")
    let nested = try Repository.text("Examples/UGC-dev-Metrics.nested.template.json")
    let test = Self.job("version: 1\ntasks: { scaling-check: { with: { template: in/t.json } } }")
      .file("in/t.json", template).file("in/UGC-dev-Metrics.nested.template.json", nested)
    let outcome = await test.run("run", "scaling-check", "-q", "MIN_CAPACITY=3")
    #expect(outcome.output == "")
    #expect(
      outcome.error.split(separator: "\n").first.map(String.init)
        == "::error file=in/t.json,line=46,col=20,title=scaling-check%3A min-capacity::the scalable target's minimum "
        + "capacity is 1, not 3%0Aabout: SharedService%0Aexpected: 3%0Afound: 1%0Ahelp: change it in the stack's code "
        + "and deploy, or give the check what you expect")
    let local = ToolTest.platform.variable("GITHUB_ACTIONS", "true").variable("AWS_PROFILE", "p")
    await local.run("run", "stack", "AWS_REGION=eu-west-1").expect(
      output: "channels  0 (0 seeded)\nstreams   0 (0 seeded), 0 live, 0 ended\n",
      error: """
        local stack UGC-dev, region eu-west-1, account 000000000000
        ::warning title=stack::AWS credentials are set, but this is the local stack UGC-dev; BACKEND=aws works on the \
        deployed one

        """)
  }

  @Test func `what tasks tell cannot command the job, what scripts write can`() async {
    let test = Self.job(
      """
      version: 1
      tasks:
        a: { uses: exec, with: { script: "echo '::notice::mine'" } }
        b: { uses: exec, with: { script: 'exit 1 # ##[error]x' } }
        c: { steps: [a] }
      """)
    await test.run("run", "c", "-q").expect(output: "::group::c/1:a\n::notice::mine\n::endgroup::\n")
    let outcome = await test.run("run", "b")
    #expect(outcome.error.contains("exit 1 # ## [error]x") && !outcome.error.contains("##["), "\(outcome.error)")
    let faulty = await test.run("run", "##[group]x")
    let lines = faulty.error.split(separator: "\n").filter { !$0.hasPrefix("::error::") }
    #expect(lines == ["error: tasks.yaml has no task `## [group]x`", "help: the tasks are a, b, c"])
    let parsed = await test.run("run", "a", "--output", "\n ::stop-commands::x")
    #expect(parsed.error.contains(": :stop-commands::x") && !parsed.error.contains(" ::stop"), "\(parsed.error)")
  }

  @Test func `a line that is cut by the end of another task stays whole`() async {
    let test = Self.job(
      """
      version: 1
      tasks:
        a: { uses: exec, with: { script: "printf '::add-mask::hun'; touch begun; while ! [ -e done ]; do sleep 0.01; done; echo ter" } }
        b: { uses: exec, with: { script: "while ! [ -e begun ]; do sleep 0.01; done; sleep 0.1" } }
        c: { needs: [b], uses: exec, with: { script: touch done } }
        all: { needs: [a, c] }
      """)
    let outcome = await test.run("run", "all", "-j2")
    #expect(outcome.output.contains("::group::a\n::add-mask::hunter\n::endgroup::\n"), "\(outcome.output)")
  }

  @Test func `what a script lets the job mask is in no log and no report`() async throws {
    let test = Self.job(
      """
      version: 1
      tasks:
        a: { uses: exec, with: { script: "echo one; printf '  ::Add-'; sleep 0.05; printf Mask::; sleep 0.05; cat key; echo '##[add-mask]'$(cat key); printf '::add-mask a=b::%s\\\\rsee ##[add-mask]%s\\\\r\\\\f::add-mask ::%s\\\\nnot ::add-mask::this\\\\n' $(cat key key key); printf ::add-mask::%s $(cat key)" } }
      """
    ).file("key", "sesame-open\n")
    let outcome = await test.run("run", "a", "--report", "html=r.html", "--report", "json=r.json")
    #expect(outcome.output.contains("::Add-Mask::sesame-open\n##[add-mask]sesame-open\n"))
    for name in ["r.html", "r.json"] {
      let report = try #require(test.folder.read(name))
      #expect(report.contains("one") && !report.contains("sesame"), "\(name)")
    }
    let logs = await test.variable("GITHUB_ACTIONS", nil).run("logs", "a")
    #expect(
      logs.output.replacing("\u{0C}", with: "~") == """
        one
          ::Add-Mask::***
        ##[add-mask]***
        ::add-mask a=b::***\rsee ##[add-mask]***\r~::add-mask ::***
        not ::add-mask::this
        ::add-mask::***
        """)
  }

  @Test func `what a script starts is a part of its run's log`() async throws {
    let binary = Binary(
      tasks: """
        version: 1
        tasks:
          outer: { uses: exec, with: { script: '"$UGC" -f inner.yaml run inner' } }
          both: { steps: [outer, outer] }
        """)
    binary.folder.write(
      "inner.yaml",
      "version: 1\nsecrets: [token]\ntasks:\n  inner: { uses: exec, with: { script: 'echo $TOKEN', token: sesame-open } }\n"
    )
    let result = try await binary.shell(
      """
      export GITHUB_ACTIONS=true GITHUB_OUTPUT=$PWD/outputs GITHUB_STEP_SUMMARY=$PWD/summary.md UGC
      $UGC run both --report json=r.json 2>&1
      """)
    #expect(result.code == 0)
    #expect(!result.output.contains("sesame") && result.output.contains("***"), "\(result.output)")
    #expect(result.output.split(separator: "\n").filter { $0.hasPrefix("::group::") }.count == 2)
    #expect(binary.folder.read("summary.md")?.split(separator: "\n").filter { $0.hasPrefix("###") }.count == 1)
    #expect(binary.folder.read("r.json")?.contains("sesame") == false)
  }

  @Test func `lines are cut only where they are longer than 64 KiB, and what goes on is no command`() async throws {
    let test = Self.job(
      """
      version: 1
      tasks:
        lines: { uses: exec, with: { script: "yes 'abc ::error::x' | head -c 3000000" } }
        long: { uses: exec, with: { script: "head -c 70000 /dev/zero | tr '\\\\0' a; touch cut; while ! [ -e go ]; do sleep 0.01; done; echo ::error::x" } }
        quick: { matrix: { n: [1, 2, 3, 4, 5, 6, 7, 8] }, uses: exec, with: { script: "while ! [ -e cut ]; do sleep 0.01; done" } }
        end: { needs: [quick], uses: exec, with: { script: touch go } }
        all: { needs: [long, lines, end] }
      """)
    let outcome = await test.run("run", "all", "-j4", "-q")
    #expect(outcome.status == .succeeded)
    let lines = outcome.output.split(separator: "\n")
    #expect(!lines.contains { $0.drop { $0 == " " }.hasPrefix("::error") })
    #expect(lines.count { $0 == "abc ::error::x" } == 3_000_000 / 15)
  }

  @Test func `an output that becomes a secret later is left out, and stays so when the run is resumed`() async throws {
    let test = Self.job(
      """
      version: 1
      tasks:
        gen: { uses: exec, with: { script: 'echo t=hunter2hunter2 >> $UGC_OUTPUT; echo n=1 >> $UGC_OUTPUT' } }
        use: { uses: exec, secrets: [token], with: { script: 'test -e go', token: '${t}', t: '' } }
        own: { uses: exec, secrets: [k], with: { k: swordfish99, script: 'echo k=$K >> $UGC_OUTPUT' } }
        all: { steps: [own, gen, { task: use, with: { t: '${steps.gen.t}', token: '${steps.gen.t}' } }] }
      """)
    let first = await test.run("run", "all", "--report", "json=r.json", "--report", "html=r.html")
    #expect(first.status == .failed)
    #expect(test.folder.read("outputs") == "gen-n=1\n")
    for name in ["summary.md", "r.json", "r.html"] {
      let text = try #require(test.folder.read(name))
      #expect(!text.contains("hunter2") && !text.contains("swordfish"), "\(name)")
    }
    test.folder.write("go", "")
    test.folder.write("outputs", "")
    #expect(await test.run("resume").status == .succeeded)
    #expect(test.folder.read("outputs") == "gen-n=1\n")
  }

  @Test func `a summary never grows beyond what GitHub takes`() async throws {
    let test = Self.job(
      """
      version: 1
      tasks:
        bad: { matrix: { n: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20] }, uses: exec, with: { script: "head -c 10000 /dev/zero | tr '\\\\000' '<'; echo; echo the end $N; exit 1" } }
      """)
    #expect(await test.run("run", "bad", "-k", "-q").status == .failed)
    let summary = try #require(test.folder.read("summary.md"))
    #expect((50_000..<1_000_000).contains(summary.utf8.count))
    #expect(summary.contains("the end 1<") && summary.contains("| ❌ | bad&#91;n=20&#93; |"))
  }

  @Test func `a failure that is allowed is a warning`() async {
    let test = Self.job(
      "version: 1\ntasks:\n  a: { allowFailure: true, uses: exec, with: { script: exit 3 } }\n  b: { steps: [a] }\n")
    let lone = await test.run("run", "a", "-q")
    #expect(lone.status == .succeeded)
    #expect(lone.error.contains("::warning ") && !lone.error.contains("::error"), "\(lone.error)")
  }

  @Test func `answers cannot command the job`() async {
    let test = Self.job(
      """
      version: 1
      tasks:
        a:
          description: |
            x
            ::error::y
          uses: exec
          with:
            script: |
              cat <<END
                ::add-mask::hello
              ##[error]foo
              END
      """)
    for words in [["list"], ["show", "a"], ["plan", "a"], ["config", "a"]] {
      let answer = await test.run(words).output
      let lines = answer.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }
      #expect(!lines.contains { $0.hasPrefix("::") } && !answer.contains("##["), "\(answer)")
    }
  }

  @Test func `what is told of a task begins a line, and a late word does not leave its group open`() async {
    let test = Self.job(
      """
      version: 1
      tasks:
        flaky: { retry: { attempts: 2, backoff: 1ms }, uses: exec, with: { script: 'printf part; [ "$UGC_ATTEMPT" = 2 ]' } }
        late: { uses: exec, with: { script: '(while ! [ -e go ]; do sleep 0.01; done; echo late; touch said) & exit 0' } }
        end: { uses: exec, with: { script: 'touch go; while ! [ -e said ]; do sleep 0.01; done' } }
        both: { steps: [flaky, late, end] }
      """)
    let outcome = await test.run("run", "both", "-q")
    #expect(
      outcome.output.replacing(#/\d+\.\d\d s\)/#, with: "T)") == """
        ::group::both/1:flaky
        part
        ::warning title=both/1%3Aflaky::attempt 1 of 2 failed: the script of `flaky` ended with exit code 1 (once more in T)
        part
        ::endgroup::
        ::group::both/2:late
        late
        ::endgroup::

        """, "\(outcome.output)")
  }

  @Test func `another output is taken where it is asked for, and a terminal stays one`() async {
    let test = Self.job(Self.failing)
    let plain = await test.run("run", "one", "two", "--output", "plain")
    #expect(!plain.error.contains("::") && plain.output == "one | first\ntwo | open\n")
    let json = await test.run("run", "one", "--output", "json")
    #expect(!json.output.contains("::group") && json.error == "")
    let terminal = await test.terminal(Terminal(isOutput: true, isError: true)).run("run", "one", "two", "-v")
    #expect(!terminal.output.contains("::group") && !terminal.error.contains("::group"))
    let asked = await ToolTest(tasks: Self.failing).run("run", "two", "-q", "--output", "github")
    #expect(asked.output.hasPrefix("::group::one\n"))
  }

  @Test func `sections of GitLab have a time and a name of their own`() async {
    let test = ToolTest(tasks: Self.failing)
    let outcome = await test.run("run", "two", "-q", "--output", "gitlab")
    #expect(
      outcome.output.hasPrefix(
        "\u{1B}[0Ksection_start:1800000000:20270115t080000000z-7_1[collapsed=true]\r\u{1B}[0Kone\nfirst\nsecond\n"
          + "\u{1B}[0Ksection_end:1800000000:20270115t080000000z-7_1\r\u{1B}[0K\n"
          + "\u{1B}[0Ksection_start:1800000000:20270115t080000000z-7_2[collapsed=true]\r\u{1B}[0Ktwo\nopen\n"
          + "\u{1B}[0Ksection_end:1800000000:20270115t080000000z-7_2\r\u{1B}[0K\n"))
    #expect(outcome.status == .failed)
    await test.run("run", "one", "--output", "gitlab").expect(output: "first\n", error: "second\n")
  }
}
