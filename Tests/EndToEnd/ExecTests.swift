import TaskCLI
import Testing

@Suite struct ExecTests {
  private func test(_ with: String, _ more: String = "") -> ToolTest {
    ToolTest(tasks: "version: 1\ntasks:\n  it:\n    uses: exec\n    with: \(with)\n\(more)")
  }

  @Test func `a lone task's output is passed through as it is`() async {
    await test("{ script: 'echo out; printf no-newline; echo err >&2' }").run("run", "it").expect(
      output: "out\nno-newline", error: "err\n")
  }

  @Test func `binary output passes through whole`() async {
    let run = await test("{ script: 'printf \"\\000\\377\\200\\n\"; head -c 3000000 /dev/zero' }").run("run", "it")
    #expect(run.outputBytes.count == 3_000_004)
    #expect(Array(run.outputBytes.prefix(4)) == [0, 0xFF, 0x80, 0x0A])
  }

  @Test func `the exit code and the signal are reported`() async {
    await test("{ script: exit 42 }").run("run", "it").expect(
      error: """
        error: the script of `it` ended with exit code 42
         --> tasks.yaml:5:21
          |
        5 |     with: { script: exit 42 }
          |                     ^^^^^^^

        """, status: .failed)
    #expect(
      await test("{ script: kill -9 $$ }").run("run", "it").error.hasPrefix(
        "error: the script of `it` was ended by signal 9\n --> tasks.yaml:5:"))
  }

  @Test func `a failing command ends the script, an unset variable too`() async {
    #expect(
      await test("{ script: 'false; echo on' }").run("run", "it").error.hasPrefix(
        "error: the script of `it` ended with exit code 1\n --> tasks.yaml:5:"))
    #expect(await test("{ script: 'echo $NOT_SET' }").run("run", "it").status == .failed)
  }

  @Test func `the shell can be chosen`() async {
    #expect(
      await test("{ script: 'false | true; echo on', shell: [bash, -euo, pipefail, -c] }").run("run", "it").error
        .hasPrefix("error: the script of `it` ended with exit code 1\n --> tasks.yaml:5:"))
    await test("{ script: 'print(6 * 7)', shell: [python3, -c] }").run("run", "it").expect(output: "42\n")
    await test("{ script: x, shell: [no-such-shell] }").run("run", "it").expect(
      error:
        "error: there is no program `no-such-shell` to run the script\nhelp: install it, or name another `shell`\n",
      status: .failed)
  }

  @Test func `what follows the dashes is the script's arguments`() async {
    await test("{ script: 'printf \"[%s]\" \"$@\"' }").run("run", "it", "--", "a b", "--yes", "X=1", "--").expect(
      output: "[a b][--yes][X=1][--]")
    await ToolTest.platform.run("run", "stack", "--", "a").expect(
      error: "error: none of these tasks takes the arguments after `--`\nhelp: only tasks that run a script do\n",
      status: .usage)
  }

  @Test func `a script's environment: process, values, env, the runner's own`() async {
    let test = test(
      "{ script: 'echo \"$FROM_PROCESS $SEED_COUNT $MODE $UGC_TASK ${script-none}\"', seedCount: 5, mode: value }",
      "    env: { MODE: 'env-${seedCount}' }\n"
    ).variable("FROM_PROCESS", "process")
    await test.run("run", "it").expect(output: "process 5 env-5 it none\n")
    await test.run("run", "it", "SEED_COUNT=$(id)", "-q").expect(output: "process $(id) env-$(id) it none\n")
  }

  @Test func `dir is relative to the file's folder`() async {
    let below = test("{ script: pwd }", "    dir: sub/folder\n").standing(in: "sub/folder")
    await below.run("run", "it").expect(output: "FOLDER/sub/folder\n")
    await test("{ script: pwd }").standing(in: "elsewhere").run("run", "it").expect(output: "FOLDER\n")
    await test("{ script: pwd }", "    dir: nowhere\n").run("run", "it").expect(
      error: "error: the script cannot work in FOLDER/nowhere\nhelp: make the folder, or change `dir`\n",
      status: .failed)
  }

  @Test func `standard input is empty`() async {
    await test("{ script: 'cat; echo done' }").run("run", "it").expect(output: "done\n")
  }

  @Test func `output that comes after the script's own end is not lost`() async {
    await test("{ script: 'exec > >(sleep 0.2; cat); echo late', shell: [bash, -c] }").run("run", "it").expect(
      output: "late\n")
  }

  @Test(.timeLimit(.minutes(2))) func `a process left behind does not hang the run`() async {
    let test = test("{ script: 'sleep 1000 & echo $! > pid; echo started' }")
    await test.run("run", "it").expect(
      output: "started\n", error: "note: 1 process that scripts had left behind ended with the run\n")
    await test.folder.waitForEnd(ofProcessesIn: "pid")
  }

  @Test(.timeLimit(.minutes(2)))
  func `a process left behind that keeps writing does not hang the run, and lives as long as it`()
    async
  {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          start: { uses: exec, with: { script: '(for i in 1 2 3 4 5 6 7 8 9 10; do echo tick; sleep 0.1; done; echo alive > flag; exec sleep 1000) & echo $! > pid; echo started' } }
          look: { uses: exec, with: { script: 'for i in $(seq 100); do [ -f flag ] && exit 0; sleep 0.1; done; exit 1' } }
          both: { steps: [start, look] }
        """)
    #expect(await test.run("run", "both").status == .succeeded)
    await test.folder.waitForEnd(ofProcessesIn: "pid")
  }

  @Test func `a script too large to start says so`() async {
    let run = await test("{ script: 'echo \(String(repeating: "x", count: 200_000))' }").run("run", "it")
    run.expect(
      error: "error: the script and its environment are too large to start\nhelp: put the script into a file\n",
      status: .failed)
  }

  @Test func `values reach a script whole, whatever they hold`() async {
    let value = "a 'b' \"c\" $(d) `e` \\ * \n ü"
    await test("{ script: 'printf %s \"$VALUE\"', value: x }").run("run", "it", "VALUE=\(value)", "-q").expect(
      output: value)
  }
}
