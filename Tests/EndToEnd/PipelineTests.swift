import Documents
import TaskCLI
import Testing

@Suite struct PipelineTests {
  /// Tasks that append their name to a file.
  private static func tasks(_ rest: String) -> String {
    """
    version: 1
    tasks:
      a: { uses: exec, with: { script: 'echo a$N >> log', n: '' } }
      b: { uses: exec, with: { script: echo b >> log } }
      fail: { uses: exec, with: { script: echo fail >> log; exit 3 } }
      clean: { uses: exec, with: { script: 'echo "clean $STATUS $ERROR" >> log', status: none, error: none } }
    \(rest)
    """
  }

  private func log(_ test: ToolTest) -> [String] {
    (test.folder.read("log") ?? "").split(separator: "\n").map(String.init)
  }

  @Test func `needs run once a run, steps each time they are written`() async {
    let test = ToolTest(
      tasks: Self.tasks(
        """
          needy: { needs: [a, b], steps: [b, b] }
          other: { needs: [a], steps: [b] }
        """))
    #expect(await test.run("run", "a", "needy", "other").status == .succeeded)
    #expect(log(test) == ["a", "b", "b", "b", "b"])
  }

  @Test func `needs with other values are other calls`() async throws {
    let test = ToolTest(
      tasks: Self.tasks("  all: { needs: [a, {task: a, with: {n: '2'}}, {task: a, with: {n: '2'}}], steps: [b] }"))
    let run = await test.run("run", "all", "--output", "json")
    #expect(log(test) == ["a", "a2", "b"])
    #expect(
      try run.events().filter { $0["event"] == "task-started" }.map { $0["call"]?.string } == [
        "a", "a#2", "all", "all/1:b",
      ])
  }

  @Test func `a failed step ends the steps, and finally runs with the status and the error`() async {
    let test = ToolTest(
      tasks: Self.tasks(
        """
          all:
            steps: [a, fail, b]
            finally: [{ task: clean, with: { status: '${run.status}', error: '${run.error}' } }, b]
        """))
    await test.run("run", "all").expect(
      error: """
        > all
        > all/1:a
        ok all/1:a (T)
        > all/2:fail
        failed all/2:fail (T): the script of `fail` ended with exit code 3
        skipped all/3:b because `all/2:fail` failed
        > all/finally-1:clean
        ok all/finally-1:clean (T)
        > all/finally-2:b
        ok all/finally-2:b (T)
        failed all (T) because `all/2:fail` failed

        summary
        ok        all/1:a              (T)
        failed    all/2:fail           (T)
        skipped   all/3:b              because `all/2:fail` failed
        ok        all/finally-1:clean  (T)
        ok        all/finally-2:b      (T)
        failed    all                  (T) because `all/2:fail` failed
        error: all/2:fail: the script of `fail` ended with exit code 3
         --> tasks.yaml:5:39
          |
        5 |   fail: { uses: exec, with: { script: echo fail >> log; exit 3 } }
          |                                       ^^^^^^^^^^^^^^^^^^^^^^^^
        to go on, run `ugc-tasks resume 20270115t080000000z-7`

        """, status: .failed)
    #expect(log(test) == ["a", "fail", "clean failed the script of `fail` ended with exit code 3", "b"])
  }

  @Test func `finally runs after success too, and its failure fails the run`() async {
    let test = ToolTest(
      tasks: Self.tasks("  all: { steps: [a], finally: [{ task: clean, with: { status: '${run.status}' } }, fail, b] }")
    )
    let run = await test.run("run", "all")
    #expect(run.status == .failed)
    #expect(run.error.contains("error: all/finally-2:fail: the script of `fail` ended with exit code 3\n"))
    #expect(log(test) == ["a", "clean succeeded none", "fail", "b"])
  }

  @Test func `finally does not run where a need failed`() async {
    let test = ToolTest(tasks: Self.tasks("  all: { needs: [fail], steps: [a], finally: [clean] }"))
    #expect(await test.run("run", "all").status == .failed)
    #expect(log(test) == ["fail"])
  }

  @Test func `what only finally knows is an error elsewhere`() async {
    let test = ToolTest(tasks: Self.tasks("  all: { steps: [{ task: a, with: { n: '1️⃣${run.status}' } }] }"))
    let run = await test.run("run", "all")
    #expect(run.status == .usage)
    #expect(
      run.error.hasPrefix("error: `${run.status}` is known only in the `with` of a `finally` step\n --> tasks.yaml:7:"))
  }

  @Test func `a called task sees its caller's values only through with`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          say: { uses: exec, with: { script: 'echo "${WHO:-nobody}" >> log' } }
          plain: { with: { who: caller }, steps: [say] }
          handed: { with: { who: caller }, steps: [{ task: say, with: { who: '${who}' } }] }
        """)
    #expect(await test.run("run", "plain", "handed").status == .succeeded)
    #expect(log(test) == ["nobody", "caller"])
  }

  @Test func `the first failure ends the run`() async {
    let test = ToolTest(tasks: Self.tasks(""))
    #expect(await test.run("run", "a", "fail", "b").status == .failed)
    #expect(log(test) == ["a", "fail"])
  }

  @Test func `aliases work, private tasks are for other tasks`() async {
    let test = ToolTest(
      tasks: Self.tasks(
        """
          inner: { private: true, uses: exec, with: { script: echo inner >> log } }
          outer: { steps: [inner], aliases: [o] }
        """))
    #expect(await test.run("run", "o").status == .succeeded)
    #expect(log(test) == ["inner"])
    await test.run("run", "inner").expect(
      error: "error: the task `inner` is private\nhelp: only other tasks can call it\n", status: .usage)
    #expect(!(await test.run("list").output.contains("\ninner")))
  }

  @Test func `a chain of ten thousand tasks is planned and run`() async {
    let count = 10_000
    let chain = (1..<count).map { "  t\($0): { needs: [t\($0 - 1)] }" }.joined(separator: "\n")
    let run = await ToolTest(tasks: "version: 1\ntasks:\n  t0: { uses: stack }\n\(chain)\n").run(
      "run", "t\(count - 1)", "-q")
    #expect(run.status == .succeeded)
  }

  @Test func `steps that multiply without end are refused`() async {
    let levels = (1...18).map { "  s\($0): { steps: [s\($0 - 1), s\($0 - 1)] }" }.joined(separator: "\n")
    await ToolTest(tasks: "version: 1\ntasks:\n  s0: { uses: stack }\n\(levels)\n").run("run", "s18").expect(
      error: """
        error: these tasks make more than 100000 calls
        help: steps that call steps multiply: call fewer of them

        """, status: .usage)
  }

  @Test func `needs of a task that only calls others differ by their values`() async {
    let test = ToolTest(
      tasks: Self.tasks(
        """
          deploy: { steps: [{ task: a, with: { n: '${where}' } }] }
          all: { needs: [{ task: deploy, with: { where: x } }, { task: deploy, with: { where: y } }], steps: [b] }
        """))
    #expect(await test.run("run", "all").status == .succeeded)
    #expect(log(test) == ["ax", "ay", "b"])
  }

  @Test func `needs are one call by what their values mean`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          say: { uses: exec, with: { script: echo x >> log } }
          seed: { with: { seedCount: 1 } }
          one: { needs: [{ task: say, with: { shell: [sh, -euc] } }, { task: say, with: { shell: ['sh', '-euc'] } }] }
          two: { needs: [{ task: seed, with: { seedCount: '+2' } }, { task: seed, with: { seedCount: 2 } }] }
        """)
    #expect(await test.run("run", "one").status == .succeeded)
    #expect(log(test) == ["x"])
    #expect(
      await test.run("run", "two", "--output", "json").output.split(separator: "\n").filter {
        $0.contains("task-started")
      }.count == 2)
  }

  @Test func `what comes late reaches the steps and needs of a task in finally`() async {
    let test = ToolTest(
      tasks: Self.tasks(
        """
          notify: { needs: [{ task: a, with: { n: '-${msg}' } }], steps: [{ task: a, with: { n: '${msg}' } }] }
          all: { steps: [b], finally: [{ task: notify, with: { msg: '${run.status}' } }] }
        """))
    #expect(await test.run("run", "all").status == .succeeded)
    #expect(log(test) == ["b", "a-succeeded", "asucceeded"])
  }

  @Test func `a task whose need failed is skipped, and this is an event`() async throws {
    let test = ToolTest(tasks: Self.tasks("  all: { needs: [fail], steps: [a] }"))
    let events = try await test.run("run", "all", "--output", "json").events()
    let ends = events.filter { $0["event"] == "task-finished" }
    #expect(ends.map { $0["call"]?.string } == ["fail", "all"])
    #expect(ends.map { $0["status"]?.string } == ["failed", "skipped"])
    #expect(ends.first?["diagnostics"]?.text.contains("the script of `fail` ended with exit code 3") == true)
  }

  @Test func `instants differ by fractions, paths not by dots`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          seed: { with: { seedCount: 0 } }
          instants: { needs: [{ task: seed, with: { startAt: '2026-01-01T00:00:00.1Z' } }, { task: seed, with: { startAt: '2026-01-01T00:00:00.9Z' } }] }
          paths: { needs: [{ task: seed, with: { json: a.json } }, { task: seed, with: { json: ./a.json } }] }
        """
    ).file("a.json", "{}")
    #expect(await test.run("plan", "instants").output.contains("seed#2"))
    #expect(!(await test.run("plan", "paths").output.contains("seed#2")))
  }

  @Test func `what only finally knows has a default too, whose faults are found in time`() async {
    let test = ToolTest(
      tasks: Self.tasks(
        """
          all: { steps: [b], finally: [{ task: clean, with: { error: '${run.error:-no error}' } }] }
          late: { steps: [b], finally: [{ task: clean, with: { error: '${run.error:-${nope}}' } }] }
        """))
    #expect(await test.run("run", "all").status == .succeeded)
    #expect(log(test) == ["b", "clean none no error"])
    #expect(await test.run("run", "late").status == .usage)
    #expect(log(test) == ["b", "clean none no error"])
  }
}
