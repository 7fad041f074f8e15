import TaskCLI
import Testing

/// What is known of runs afterwards.
@Suite struct HistoryTests {
  @Test func `the log of a task that wrote nothing says so`() async {
    let test = ToolTest(
      tasks:
        "version: 1\ntasks:\n  a: { uses: exec, with: { script: exit 1 } }\n  b: { needs: [a], uses: exec, with: { script: echo } }\n"
    )
    _ = await test.run("run", "b", "-q")
    let logs = await test.run("logs", "b")
    #expect(logs.status == .succeeded && logs.output == "")
    #expect(logs.error.hasPrefix("`b` wrote nothing in the run "), "\(logs.error)")
  }

  @Test func `options may stand before commands of two words`() async {
    let test = ToolTest(tasks: "version: 1\ntasks:\n  a: { uses: exec, with: { script: ':' } }\n")
    _ = await test.run("run", "a", "-q")
    let shown = await test.run("history", "show", "-f", "tasks.yaml")
    #expect(shown.status == .succeeded)
    #expect(await test.run("-f", "tasks.yaml", "history", "show").output == shown.output)
    #expect(await test.run("-C", ".", "history").status == .succeeded)
    let failed = ToolTest().file(
      "sp ace/tasks.yaml", "version: 1\ntasks:\n  a: { uses: exec, with: { script: exit 1 } }\n  b: { needs: [a] }\n")
    #expect(await failed.run("run", "b", "-f", "sp ace/tasks.yaml").error.contains("resume -f 'sp ace/tasks.yaml' "))
  }

  private let test = ToolTest(
    tasks: """
      version: 1
      secrets: [token]
      tasks:
        a: { uses: exec, with: { script: 'echo "from a $TOKEN"; echo oops >&2; echo n=4 >> $UGC_OUTPUT', token: secret-token } }
        b: { uses: exec, with: { script: 'printf half; exit 3' } }
        seed: {}
        all: { steps: [a, seed, b, a] }
      """)

  @Test func `runs are listed, newest first`() async {
    #expect(await test.run("run", "a", "-q").status == .succeeded)
    #expect(await test.run("run", "all", "-q", "SEED_COUNT=2").status == .failed)
    let list = await test.run("history")
    #expect(list.status == .succeeded)
    #expect(
      list.output.replacing(#/  (\d+ min )?\d+(\.\d\d)? s +/#, with: "  T  ") == """
        20270115t080000000z-7-2  failed       T  all
        20270115t080000000z-7    succeeded    T  a

        """)
  }

  @Test func `a run is shown with its calls, their outputs and what failed`() async throws {
    #expect(await test.run("run", "all", "-q", "SEED_COUNT=2").status == .failed)
    await test.run("history", "show").expect(
      output: """
        20270115t080000000z-7  failed (T)
        tasks: all
        began: 2027-01-15T08:00:00Z
        error: the script of `b` ended with exit code 3
        failed     all         (T) because `all/3:b` failed
        succeeded  all/1:a     (T) n=4
        succeeded  all/2:seed  (T) channels=2 streams=2 fromJSON=0 offline=1 live=1 stack=UGC-dev backend=local
        failed     all/3:b     (T) the script of `b` ended with exit code 3
        skipped    all/4:a     (T) because `all/3:b` failed

        """)
    let json = try JSONValue(parsing: await test.run("history", "show", "20270115", "--json").output)
    #expect(json["status"] == "failed")
    #expect(json["calls"]?.items.map { $0["call"]?.string } == ["all", "all/1:a", "all/2:seed", "all/3:b", "all/4:a"])
    #expect(json["calls"]?.items[1]["outputs"]?.text == #"{"n":"4"}"#)
  }

  @Test func `logs hold what tasks wrote, without secrets`() async {
    #expect(await test.run("run", "all", "-q", "SEED_COUNT=2").status == .failed)
    await test.run("logs").expect(
      output: """
        > all/1:a
        from a ***
        oops
        > all/2:seed
        info: local stack UGC-dev, region us-west-2, account 000000000000
        seeded 2 channels and 2 streams in UGC-dev (0 from JSON, 1 offline, 1 live)
        > all/3:b
        half
        """)
    await test.run("logs", "20270115t080000000z-7", "b").expect(output: "half")
    await test.run("logs", "20270115t080000000z-7", "all/1:a").expect(output: "from a ***\noops\n")
    await test.run("logs", "20270115t080000000z-7", "sed").expect(
      error: """
        error: the run 20270115t080000000z-7 began no task `sed`
        help: did you mean `seed`?

        """, status: .usage)
  }

  @Test func `only the newest runs are kept`() async {
    for _ in 0..<53 { #expect(await test.run("run", "a", "-q").status == .succeeded) }
    let runs = await test.run("history").output.split(separator: "\n")
    #expect(runs.count == 50)
  }

  @Test func `an unknown run, and none at all, are told`() async {
    await test.run("history").expect()
    await test.run("resume").expect(
      error: "error: there are no runs here yet\nhelp: runs are kept beside tasks.yaml, in .ugc/runs\n", status: .usage)
    #expect(await test.run("run", "a", "-q").status == .succeeded)
    await test.run("logs", "2028").expect(
      error: "error: there is no run `2028`\nhelp: `history` lists the runs; the newest 50 are kept\n", status: .usage)
  }

  @Test func `where nothing can be kept, tasks run all the same`() async {
    let test = ToolTest(
      tasks: "version: 1\ntasks:\n  a: { uses: exec, with: { script: 'echo n=1 >> $UGC_OUTPUT; echo hi' } }"
    )
    .file(".ugc", "no folder")
    let run = await test.run("run", "a", "--output", "json")
    #expect(run.status == .succeeded)
    #expect(run.error.contains("warning: the folder FOLDER/.ugc/runs cannot be made"))
    #expect(run.output.contains(#""outputs":{"n":"1"}"#))
  }
}
