import Documents
import TaskCLI
import Testing

@Suite struct OutputTests {
  private let pipeline = ToolTest(
    tasks: """
      version: 1
      tasks:
        one: { uses: exec, with: { script: 'echo 1; printf half' } }
        two: { uses: exec, with: { script: 'echo 2; echo oops >&2' } }
        both: { steps: [one, two] }
      """)

  @Test func `with several tasks each line says whose it is`() async {
    await pipeline.run("run", "both").expect(
      output: "both/1:one | 1\nboth/1:one | half\nboth/2:two | 2\n",
      error: """
        > both
        > both/1:one
        ok both/1:one (T)
        > both/2:two
        both/2:two | oops
        ok both/2:two (T)
        ok both (T)

        summary
        ok        both/1:one  (T)
        ok        both/2:two  (T)
        ok        both        (T)

        """)
  }

  @Test func `quiet keeps results and faults`() async {
    await pipeline.run("run", "both", "-q").expect(
      output: "both/1:one | 1\nboth/1:one | half\nboth/2:two | 2\n", error: "both/2:two | oops\n")
  }

  @Test func `json is one event a line, and nothing else`() async throws {
    let run = await pipeline.run("run", "both", "--output", "json")
    run.expect(
      output: """
        {"event":"run-started","run":"20270115t080000000z-7","tasks":["both"],"time":"2027-01-15T08:00:00.000Z"}
        {"event":"task-started","task":"both","call":"both","time":"2027-01-15T08:00:00.000Z"}
        {"event":"task-started","task":"one","call":"both/1:one","time":"2027-01-15T08:00:00.000Z"}
        {"event":"log","task":"one","call":"both/1:one","level":"info","stream":"stdout","message":"1","time":"2027-01-15T08:00:00.000Z"}
        {"event":"log","task":"one","call":"both/1:one","level":"info","stream":"stdout","message":"half","time":"2027-01-15T08:00:00.000Z"}
        {"event":"task-finished","task":"one","call":"both/1:one","status":"succeeded","seconds":0,"outputs":{},"error":null,"time":"2027-01-15T08:00:00.000Z"}
        {"event":"task-started","task":"two","call":"both/2:two","time":"2027-01-15T08:00:00.000Z"}
        {"event":"log","task":"two","call":"both/2:two","level":"info","stream":"stdout","message":"2","time":"2027-01-15T08:00:00.000Z"}
        {"event":"log","task":"two","call":"both/2:two","level":"info","stream":"stderr","message":"oops","time":"2027-01-15T08:00:00.000Z"}
        {"event":"task-finished","task":"two","call":"both/2:two","status":"succeeded","seconds":0,"outputs":{},"error":null,"time":"2027-01-15T08:00:00.000Z"}
        {"event":"task-finished","task":"both","call":"both","status":"succeeded","seconds":0,"outputs":{},"error":null,"time":"2027-01-15T08:00:00.000Z"}
        {"event":"run-finished","status":"succeeded","seconds":0,"error":null,"notes":[],"time":"2027-01-15T08:00:00.000Z"}

        """)
    for line in run.output.split(separator: "\n") { _ = try JSONValue(parsing: String(line)) }
  }

  private let onTerminal = Terminal(isInput: true, isOutput: true, isError: true, width: 100)

  @Test func `a terminal gets a bar with items, which is taken away at the end`() async {
    let run = await ToolTest.platform.terminal(onTerminal).run("run", "seed", "--color", "never")
    #expect(
      run.error == """
        local stack UGC-dev, region us-west-2, account 000000000000
        seed ──────────────────────────────  0%  0 of 50 channels\r\u{1B}[Kseed ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  100%  50 of 50 channels\r\u{1B}[K
        """)
  }

  @Test func `no escape codes without a terminal, in CI, or with plain; no colours with NO_COLOR`() async {
    let noTerminal = await ToolTest.platform.run("run", "sead")
    #expect(!noTerminal.error.contains("\u{1B}"))
    let noColor = await ToolTest.platform.terminal(onTerminal).variable("NO_COLOR", "1").run("run", "sead")
    #expect(!noColor.error.contains("\u{1B}"))
    let plain = await ToolTest.platform.terminal(onTerminal).run("run", "seed", "--output", "plain")
    #expect(!plain.error.contains("\u{1B}"))
    let noBar = await ToolTest.platform.terminal(onTerminal).variable("CI", "true").run("run", "seed")
    #expect(!noBar.error.contains("\u{1B}["))
    let grey = await ToolTest.platform.terminal(onTerminal).variable("NO_COLOR", "1").run("run", "seed")
    #expect(grey.error.contains("\r\u{1B}[K") && !grey.error.contains("m━"))
    let dumb = await ToolTest.platform.terminal(onTerminal).variable("TERM", "dumb").run("run", "seed")
    #expect(!dumb.error.contains("\u{1B}"))
    #expect(await ToolTest.platform.terminal(onTerminal).run("run", "sead").error.contains("\u{1B}["))
    #expect(await ToolTest.platform.run("run", "sead", "--color", "always").error.contains("\u{1B}["))
  }
}

@Suite struct CommandTests {
  @Test func `list shows tasks with what they do`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          seed: { description: Make some, aliases: [s] }
          stack: {}
          both: { needs: [seed], steps: [stack] }
          hidden: { private: true, uses: stack }
        """)
    let expected = """
      seed   Make some
      stack  Tell what a stack holds
      both   seed, stack

      """
    await test.run("list").expect(output: expected)
    await test.run().expect(output: expected)
    let json = await test.run("list", "--json")
    #expect(
      (try? JSONValue(parsing: json.output).items.first?.text)
        == #"{"name":"seed","description":"Make some","uses":"seed","aliases":["s"],"needs":[],"steps":[],"finally":[],"source":{"file":"tasks.yaml","line":3,"column":3}}"#
    )
  }

  @Test func `a task where a command should be is suggested as run`() async {
    await ToolTest.platform.run("seed", "STACK=x").expect(
      error: "error: `seed` is not a command\nhelp: to run a task, write `ugc-tasks run seed STACK=…`\n", status: .usage
    )
    let lint = ToolTest(tasks: "version: 1\ntasks:\n  lint: { uses: stack }\n")
    #expect(await lint.run("lint").error.contains("to run a task, write `ugc-tasks run lint`"))
    #expect(await ToolTest.platform.run("--output", "json", "run", "stack").status == .succeeded)
    await ToolTest.platform.run("seeed").expect(
      error: "error: `seeed` is neither a command nor a task\nhelp: did you mean `ugc-tasks run seed`?\n",
      status: .usage)
    await ToolTest.platform.run("lst").expect(
      error: "error: `lst` is not a command\nhelp: did you mean `list`?\n", status: .usage)
  }

  @Test func `faults of the command line exit with 2`() async {
    let option = await ToolTest.platform.run("run", "seed", "--outptu", "json")
    #expect(option.status == .usage)
    #expect(option.error.hasPrefix("error: Unknown option '--outptu'. Did you mean '--output'?\n"))
    let value = await ToolTest.platform.run("run", "seed", "--stage", "prod")
    #expect(
      value.error.hasPrefix("error: Unknown option '--stage'\nhelp: a value of a task is written as a word: STAGE=…\n"),
      "\(value.error)")
    await ToolTest.platform.run("run").expect(
      error: "error: no task is named\nhelp: name one of seed, deleteSeed, stack, stream-events\n", status: .usage)
    await ToolTest.platform.run("run", "sead").expect(
      error: "error: tasks.yaml has no task `sead`\nhelp: did you mean `seed`?\n", status: .usage)
  }

  @Test func `control characters of files cannot drive the terminal`() async {
    let test = ToolTest(tasks: "version: 1\ntasks:\n  seed: { description: \"\\e[31mred\" }\n").file(
      "c.json",
      #"{"users": [], "streamSessions": [{"id": "s", "channelArn": "\u001b[31m\n::error::x", "startTime": "2026-01-01"}]}"#
    )
    #expect(!(await test.run("list").output.contains("\u{1B}")))
    let run = await test.run("run", "seed", "JSON=c.json", "SEED_COUNT=0")
    #expect(!run.error.contains("\u{1B}"))
    #expect(!run.error.contains("\n::error"))
  }

  @Test func `version and help go to standard output`() async {
    await ToolTest().run("--version").expect(output: "ugc-tasks 1.2.3\n")
    for arguments in [["--help"], ["help"], ["run", "--help"], ["help", "config"]] {
      let help = await ToolTest().run(arguments)
      #expect(help.status == .succeeded)
      #expect(help.output.contains("USAGE: ugc-tasks"))
      #expect(help.error.isEmpty)
    }
  }

  @Test func `the task file is looked for upwards, and options may come before the command`() async {
    let test = ToolTest.platform.standing(in: "deep/er")
    #expect(await test.run("list").status == .succeeded)
    #expect(await test.run("run", "seed", "SEED_COUNT=1").status == .succeeded)
    #expect(test.folder.exists(".ugc/stacks/UGC-dev.sqlite"))
    #expect(await test.run("-C", "../..", "list").status == .succeeded)
    #expect(await test.run("-f", "../../tasks.yaml", "run", "stack").status == .succeeded)
    let fault = await test.file("tasks.yaml", "version: 1\ntasks: 3\n").run("list")
    #expect(fault.error.contains(" --> ../../tasks.yaml:2:8\n"))
  }
}
