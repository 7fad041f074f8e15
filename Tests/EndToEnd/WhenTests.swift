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
    await test.run("plan", "publish", "TOKEN=x", "CI=").expect(
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
