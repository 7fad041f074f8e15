import TaskCLI
import Testing

/// Tasks and calls that run only under a condition.
@Suite struct WhenTests {
  @Test func `a task whose condition does not hold does nothing, nor does what it needs`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          prepare: { uses: exec, with: { script: echo prepared } }
          publish:
            when: ${ci} == 'true' && !(${stage} == 'dev')
            needs: [prepare]
            confirm: Publish to ${stage}?
            uses: exec
            with: { script: 'echo published $TOKEN', token: '${secretToken}' }
        """)
    await test.run("run", "publish").expect(
      error: "publish: skipped, `${ci} == 'true' && !(${stage} == 'dev')` does not hold: ${ci} is empty\n")
    await test.run("run", "publish", "CI=true", "STAGE=dev").expect(
      error: """
        publish: skipped, `${ci} == 'true' && !(${stage} == 'dev')` does not hold: ${ci} is `true`, ${stage} is `dev`

        """)
    await test.run("plan", "publish", "CI=").expect(
      output: "publish\n    skipped: `${ci} == 'true' && !(${stage} == 'dev')` does not hold: ${ci} is empty\n")
    let run = await test.run("run", "publish", "--yes", "-q", "CI=true", "STAGE=prod", "SECRET_TOKEN=t")
    #expect(run.output == "prepare | prepared\npublish | published t\n")
  }

  @Test func `a call has a condition of its own, which reads what came before`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          look: { uses: exec, with: { script: 'echo changed=$CHANGED >> $UGC_OUTPUT', changed: 'false' } }
          say: { uses: exec, with: { script: 'echo "$WHAT"', what: '' } }
          fail: { uses: exec, with: { script: 'exit $CODE', code: '0' } }
          all:
            steps:
              - look
              - { task: say, id: deploy, when: '${steps.look.changed} == true', with: { what: deploy } }
              - { task: say, with: { what: 'after <${steps.deploy.url:-nothing}>' } }
              - { task: fail, when: '!${skip}' }
            finally:
              - { task: say, when: "${run.status} == 'failed'", with: { what: 'alarm: ${run.error}' } }
        """)
    let quiet = await test.run("run", "all", "-q")
    quiet.expect(output: "all/3:say | after <nothing>\n")
    #expect(
      await test.run("run", "all", "-q", "CHANGED=true").output == "all/2:say | deploy\nall/3:say | after <nothing>\n")
    let failed = await test.run("run", "all", "-q", "CODE=3")
    #expect(failed.status == .failed)
    #expect(failed.output.hasSuffix("all/finally-1:say | alarm: the script of `fail` ended with exit code 3\n"))
    #expect(await test.run("run", "all", "-q", "CODE=3", "SKIP=true").status == .succeeded)
  }

  @Test func `a condition that waits for the outputs of needs is decided when they are there`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          look: { uses: exec, with: { script: 'echo changed=$CHANGED >> $UGC_OUTPUT', changed: 'no' } }
          build:
            needs: [look]
            when: ${needs.look.changed} == 'yes'
            uses: exec
            with: { script: echo built }
          after: { needs: [build], uses: exec, with: { script: echo after } }
        """)
    let run = await test.run("run", "after", "--output", "json", "-j1")
    let build = try run.events().first { $0["event"] == "task-finished" && $0["call"] == "build" }
    #expect(build?["status"] == "skipped" && build?["error"] == .null)
    #expect(
      build?["reason"] == "`${needs.look.changed} == 'yes'` does not hold: ${needs.look.changed} is `no`")
    #expect(run.status == .succeeded && run.output.contains(#""message":"after""#))
    #expect(await test.run("run", "after", "-q", "-j1", "CHANGED=yes").output == "build | built\nafter | after\n")
  }

  @Test func `what is no condition is told with its place`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          a: { when: "${ci} 1️⃣= 'x'", uses: exec, with: { script: ':' } }
          b: { when: 2️⃣[x], uses: exec, with: { script: ':' } }
          c: { steps: [{ task: a, when: "3️⃣${steps.x.y} == '1'" }] }
          d: { needs: [{ task: a, when: "${ci} ==" }] }
        """)
    let run = await test.run("check")
    #expect(run.status == .usage)
    for message in [
      "a condition cannot go on with `=`", "`when` of the task `b` must be a condition, not a list",
      "the task has no step `x`", "the condition is not finished",
    ] { #expect(run.error.contains(message), "\(run.error)") }
    let values = ToolTest(
      tasks: """
        version: 1
        defaults: { ci: 'yes' }
        tasks:
          a: { when: "1️⃣${ci}", uses: exec, with: { script: ':' } }
        """)
    await values.run("run", "a").expect(
      error: """
        error: `${ci}` is `yes`, neither true nor false
         --> tasks.yaml:4:15
          |
        4 |   a: { when: "${ci}", uses: exec, with: { script: ':' } }
          |               ^^^^^
        help: compare it: `${ci} == 'yes'`

        """, status: .usage)
  }

  @Test func `a name that is probably another one is told, and a condition that reads nothing refused`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        defaults: { stage: prod }
        tasks:
          a: { when: "${stge} != 'prod'", uses: exec, with: { script: echo ran } }
          b: { when: "${stge:-} == 'prod' || ${other} == 'x'", uses: exec, with: { script: echo ran } }
        """)
    await test.run("run", "a").expect(
      output: "ran\n",
      error: """
        warning: nothing gives `${stge}` a value, so that it is empty in this condition
         --> tasks.yaml:4:15
          |
        4 |   a: { when: "${stge} != 'prod'", uses: exec, with: { script: echo ran } }
          |               ^^^^^^^
        help: did you mean `${stage}`? Where it may be missing, write `${stge:-}`

        """)
    #expect(await test.run("run", "b").error.hasPrefix("b: skipped"))
    for (written, help) in [
      ("ci == 'true'", "a value is `${name}`"), ("yes", "a value is `${name}`"),
      ("${n} > 2", "there are only `==` and `!=`"),
      ("${a} and ${b}", "write `&&`"), ("${a} = 'x'", "write `==`"), ("$CI == 'true'", "write `${name}`"),
    ] {
      let run = await ToolTest(
        tasks: "version: 1\ntasks:\n  a: { when: \"\(written)\", uses: exec, with: { script: ':' } }\n"
      ).run("check")
      #expect(run.status == .usage && run.error.contains("help: \(help)"), "\(written): \(run.error)")
    }
    for when in ["true", "'false'"] {
      let run = await ToolTest(
        tasks: "version: 1\ntasks:\n  a: { when: \(when), uses: exec, with: { script: ':' } }\n"
      ).run("check")
      #expect(run.status == .succeeded)
    }
  }

  @Test func `what does not run still tells its values to those who ask`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          seed: { when: "${ci} == 'true'", with: { seedCount: 7 } }
        """)
    #expect(await test.run("config", "seed").output.contains("tasks.yaml:3:"))
    #expect(await test.run("show", "seed").output.contains("  when        ${ci} == 'true'\n"))
  }

  @Test func `a finally runs where steps had their turn, though they had nothing to do`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          a: { when: "${ci} == 'true'", uses: exec, with: { script: ':' } }
          clean: { uses: exec, with: { script: echo cleaned } }
          all: { steps: [a], finally: [clean] }
        """)
    #expect(await test.run("run", "all", "-q").output == "all/finally-1:clean | cleaned\n")
  }

  @Test func `a value for what does not run is no mistake`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          seed: {}
          cell: { matrix: { n: [1] }, uses: seed }
          all: { when: "${ci} == 'true' && ${b} == 'y'", steps: [seed] }
          some: { steps: [{ task: cell, when: "${ci} == 'x'" }] }
          env: { when: '${ci}', uses: exec, env: { A: '${foo:-x}' }, with: { script: ':' } }
        """)
    for words in [["all", "SEED_COUNT=3"], ["all", "CI=no", "B=y"], ["some", "SEED_COUNT=3"], ["env", "FOO=3"]] {
      let run = await test.run(["run"] + words)
      #expect(run.status == .succeeded, "\(words): \(run.error)")
    }
    #expect(await test.run("run", "all", "SEEDCOUNT=3").status == .usage)
  }

  @Test func `secrets in conditions of calls, made of others, or short, are masked`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [url, pin]
        defaults: { usr: admin1, pw: hunter2pw, url: 'https://${usr}:${pw}@host', pin: '1234' }
        tasks:
          a: { uses: exec, with: { script: ':' } }
          s: { steps: [{ task: a, when: '${url}' }] }
          p: { when: "${pin} == 'x'", uses: exec, with: { script: ':' } }
        """)
    let run = await test.run("run", "s")
    #expect(run.status == .usage && run.error.hasPrefix("error: `${url}` is `***`, neither true nor false\n"))
    #expect(!run.error.contains("hunter2pw"))
    #expect(await test.run("run", "p").error.contains("p: skipped, `${pin} == 'x'` does not hold: ${pin} is `***`\n"))
  }

  @Test func `a secret in a condition is masked`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token]
        tasks:
          a: { when: "${token} == ''", uses: exec, with: { script: ':' } }
        """)
    await test.run("run", "a", "TOKEN=abcdefgh").expect(
      error: "a: skipped, `${token} == ''` does not hold: ${token} is `***`\n")
  }
}
