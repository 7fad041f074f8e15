import Documents
import TaskCLI
import Testing

@Suite struct PlanTests {
  private let test = ToolTest(
    tasks: """
      version: 1
      protected: { stack: [UGC-prod] }
      tasks:
        seed: { with: { seedCount: 1️⃣5 } }
        deleteSeed: { confirm: 'Delete from ${stack:-UGC-dev}?' }
        stack: {}
        build:
          uses: exec
          with:
            script: |
              touch built
              echo done
        say: { uses: exec, with: { script: 'echo $STATUS', status: none } }
        release:
          needs: [build]
          steps: [deleteSeed, { task: seed, with: { offlineSessionCount: 2 } }]
          finally: [{ task: say, with: { status: '${run.status}' } }]
      """)

  @Test func `a plan tells each call in order, what its plugin would do, what was replaced and what will be asked`()
    async
  {
    await test.run("plan", "release", "SEED_COUNT=4").expect(
      output: """
        build  (need)
            run with sh -euc in FOLDER:
            touch built
            echo done
        release  2 steps
        release/1:deleteSeed
            delete 0 channels and 0 streams from the local stack UGC-dev
        release/2:seed
            put 4 channels and 4 streams in the local stack UGC-dev (0 from JSON, 2 offline, 2 live)
        release/finally-1:say  (finally)
            run with values that are known only in the run

        SEED_COUNT=4 on the command line replaces seedCount 5 (tasks.yaml:1️⃣) of release/2:seed
        asks first, for deleteSeed: Delete from UGC-dev?

        """)
    #expect(!test.folder.exists(".ugc"))
    #expect(!test.folder.exists("built"))
  }

  @Test func `a dry run is a plan`() async {
    let plan = await test.run("plan", "release")
    for arguments in [["run", "release", "--dry-run"], ["run", "release", "-n"]] {
      await test.run(arguments).expect(output: plan.output)
    }
    let json = await test.run("run", "release", "-n", "--output", "json")
    #expect(json.output.split(separator: "\n").count == 1)
    #expect((try? JSONValue(parsing: json.output)["calls"]?.items.count) == 5)
  }

  @Test func `a plan counts what is there`() async {
    #expect(await test.run("run", "seed").status == .succeeded)
    await test.run("plan", "deleteSeed").expect(
      output: """
        deleteSeed
            delete 5 channels and 5 streams from the local stack UGC-dev

        asks first, for deleteSeed: Delete from UGC-dev?

        """)
  }

  @Test func `a plan says what would be refused`() async {
    let run = await test.run("plan", "seed", "STACK=UGC-prod")
    #expect(run.status == .succeeded)
    #expect(
      run.output.hasSuffix(
        "refused without --allow-protected: the task `seed` changes things, and stack is `UGC-prod`, which is protected\n"
      ))
  }

  @Test func `a plan of faulty values is no plan`() async {
    #expect(await test.run("plan", "seed", "SEED_COUNT=x").status == .usage)
    #expect(await test.run("plan", "seed", "JSON=missing.json").status == .usage)
    #expect(await test.run("plan").status == .usage)
  }

  @Test func `a file that an earlier task makes need not be there`() async {
    let test = ToolTest(tasks: "version: 1\ntasks:\n  seed: { with: { json: made.json } }\n")
    await test.run("plan", "seed").expect(
      output: """
        seed
            put the channels and streams of made.json, which is not there yet, in the local stack UGC-dev

        """)
  }

  @Test func `what a preview finds wrong fails the plan`() async {
    let test = ToolTest.platform.file(".ugc/stacks/UGC-dev.sqlite", String(repeating: "no database ", count: 100))
    await test.run("plan", "deleteSeed").expect(
      output: "deleteSeed\n",
      error: "error: FOLDER/.ugc/stacks/UGC-dev.sqlite is not a SQLite file\nhelp: move it away\n", status: .failed)
  }

  @Test func `a plan is JSON too`() async throws {
    let run = await test.run("plan", "release", "SEED_COUNT=4", "--json")
    let plan = try JSONValue(parsing: run.output)
    #expect(
      plan["calls"]?.items.map { $0["call"]?.string } == [
        "build", "release", "release/1:deleteSeed", "release/2:seed", "release/finally-1:say",
      ])
    #expect(plan["calls"]?.items.map { $0["role"]?.string } == ["need", "task", "step", "step", "finally"])
    #expect(plan["asks"]?.text == #"[{"task":"deleteSeed","question":"Delete from UGC-dev?"}]"#)
    #expect(
      plan["replaced"]?.text
        == #"[{"call":"release/2:seed","name":"seedCount","value":"4","replaced":{"value":"5","layer":"task","source":{"file":"tasks.yaml","line":4,"column":30}}}]"#
    )
    #expect(plan["refused"]?.text == "[]")
  }

  @Test func `a plan does not tell secrets`() async {
    let test = ToolTest(
      tasks:
        "version: 1\nsecrets: [token]\ndefaults: { token: hunter2hunter2 }\ntasks:\n  say: { uses: exec, with: { script: 'curl -H hunter2hunter2' } }\n"
    )
    for arguments in [
      ["plan", "say"], ["plan", "say", "TOKEN=sesame-open", "--json"], ["show", "say"], ["show", "say", "--json"],
    ] {
      let run = await test.run(arguments)
      #expect(run.status == .succeeded)
      #expect(!run.output.contains("hunter2"))
    }
  }
}
