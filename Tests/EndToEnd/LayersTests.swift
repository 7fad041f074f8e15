import Documents
import TaskCLI
import Testing

@Suite struct LayersTests {
  private static let tasks = """
    version: 1
    dotenv: [values.env]
    defaults: { seedCount: 2 }
    profiles:
      big: { seedCount: 4 }
    tasks:
      seed: { with: { seedCount: 3 } }
      pipeline:
        steps:
          - task: seed
            with: { seedCount: 7 }
    """

  private func test(dotenv: String = "", environment: String? = nil) -> ToolTest {
    ToolTest(tasks: Self.tasks).file("values.env", dotenv).variable("SEED_COUNT", environment)
  }

  private func channels(_ test: ToolTest, _ call: String, _ arguments: [String]) async throws -> Int? {
    let run = await test.run(["run"] + arguments + ["--output", "json", "-q"])
    guard
      case .number(let text)? = try run.events().first(where: {
        $0["event"] == "task-finished" && $0["call"] == .string(call)
      })?["outputs"]?["channels"]
    else { return nil }
    return Int(text)
  }

  @Test func `each layer beats the weaker ones, in make's order`() async throws {
    #expect(try await channels(test(), "seed", ["seed"]) == 3)
    #expect(try await channels(test(), "seed", ["seed", "--profile", "big"]) == 4)
    #expect(try await channels(test(dotenv: "SEED_COUNT=5"), "seed", ["seed", "--profile", "big"]) == 5)
    #expect(try await channels(test(dotenv: "SEED_COUNT=5", environment: "6"), "seed", ["seed"]) == 6)
    #expect(try await channels(test(environment: "6"), "pipeline/1:seed", ["pipeline"]) == 7)
    #expect(try await channels(test(environment: "6"), "pipeline/1:seed", ["pipeline", "SEED_COUNT=8"]) == 8)
  }

  @Test func `what the command line replaced is said, with both places`() async {
    let run = await ToolTest(
      tasks: "version: 1\ntasks:\n  seed: {}\n  two: {steps: [{task: seed, with: {seedCount: 1️⃣7}}]}\n"
    )
    .run("run", "two", "SEED_COUNT=1")
    #expect(
      run.error.hasPrefix(
        "SEED_COUNT=1 on the command line replaces seedCount 7 (tasks.yaml:4:48) of two/1:seed\n"))
  }

  @Test func `config names every value with its layer, source and losers`() async throws {
    let run = await test(dotenv: "SEED_COUNT=5\n", environment: "6").run(
      "config", "seed", "SEED_COUNT=7", "--profile", "big", "--json")
    #expect(run.status == .succeeded)
    let rows = try JSONValue(parsing: run.output).items
    #expect(
      rows.map { $0["name"]?.string } == [
        "seedCount", "offlineSessionCount", "json", "randomSeed", "startAt", "shard", "stage", "stack", "backend",
        "awsProfile", "awsRegion", "awsCallTimeout",
      ])
    #expect(
      rows.first?.text
        == #"{"task":"seed","call":"seed","name":"seedCount","variable":"SEED_COUNT","value":"7","layer":"command-line","source":{"variable":"SEED_COUNT"},"overridden":["#
        + #"{"value":"6","layer":"environment","source":{"variable":"SEED_COUNT"}},"#
        + #"{"value":"5","layer":"dotenv","source":{"file":"values.env","line":1,"column":12}},"#
        + #"{"value":"4","layer":"profile","source":{"file":"tasks.yaml","line":5,"column":21}},"#
        + #"{"value":"3","layer":"task","source":{"file":"tasks.yaml","line":7,"column":30}},"#
        + #"{"value":"2","layer":"defaults","source":{"file":"tasks.yaml","line":3,"column":24}},"#
        + #"{"value":"50","layer":"plugin","source":null}]}"#)
    #expect(rows[7]["value"] == "UGC-dev")
    #expect(rows[7]["layer"] == "plugin")
    #expect(rows[2]["value"] == .null)
  }

  @Test func `config tells people the same`() async {
    await ToolTest(tasks: "version: 1\ntasks:\n  say: { uses: exec, with: { script: echo, who: 1️⃣you } }\n").run(
      "config", "say", "WHO=me"
    ).expect(
      output: """
        say
          script  echo     tasks.yaml:3:38
          shell   sh -euc  the plugin's default
          who     me       WHO on the command line, over you from tasks.yaml:1️⃣

        """)
  }

  @Test func `an unknown variable is an error with a suggestion`() async {
    await ToolTest.platform.run("run", "seed", "SEEDCOUNT=3").expect(
      error: """
        error: no task of this run has a value named SEEDCOUNT
         --> the command line
          |
          | SEEDCOUNT=…
          | ^^^^^^^^^
        help: did you mean `SEED_COUNT`?

        """, status: .usage)
  }

  @Test func `a variable that any planned task has is fine`() async {
    let test = ToolTest.platform
    #expect(await test.run("run", "deleteSeed", "seed", "SEED_COUNT=1").status == .succeeded)
    #expect(await test.run("run", "deleteSeed", "SEED_COUNT=1").status == .usage)
  }

  @Test func `a value that does not convert names its source, never the default`() async {
    let test = ToolTest(tasks: "version: 1\ndefaults: { seedCount: 1️⃣many }\ntasks:\n  seed: {}\n")
    await test.run("run", "seed").expect(
      error: """
        error: `seedCount` of the task `seed` must be a whole number, not `many`
         --> tasks.yaml:1️⃣
          |
        2 | defaults: { seedCount: many }
          |                        ^^^^

        """, status: .usage)
    #expect(
      await ToolTest.platform.variable("SEED_COUNT", "x").run("run", "seed").error.contains(
        " --> environment variable SEED_COUNT\n"))
  }

  @Test func `names in values are expanded from all layers`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        defaults:
          stage: dev
          name: ${stage}-${region:-here}-${missing:-${stage}}
        tasks:
          say:
            uses: exec
            with: { script: 'echo "$NAME $LITERAL ${STAGE}"', literal: '$${stage}' }
        """)
    await test.run("run", "say").expect(output: "dev-here-dev ${stage} dev\n")
    await test.variable("REGION", "eu").run("run", "say", "STAGE=prod", "-q").expect(
      output: "prod-eu-prod ${stage} prod\n")
  }

  @Test func `a name without a value is an error where it stands, for the tasks that are planned`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        defaults: { stage: dev }
        tasks:
          say: { uses: exec, with: { script: echo, name: "x-1️⃣${stge}" } }
          other: { uses: exec, with: { script: echo fine } }
        """)
    await test.run("run", "say").expect(
      error: """
        error: nothing gives `${stge}` a value
         --> tasks.yaml:1️⃣
          |
        4 |   say: { uses: exec, with: { script: echo, name: "x-${stge}" } }
          |                                                     ^^^^^^^
        help: did you mean `stage`?

        """, status: .usage)
    await test.run("run", "other").expect(output: "fine\n")
  }

  @Test func `values made of each other are an error`() async {
    let test = ToolTest(
      tasks:
        "version: 1\ndefaults: { a: 'x${b}', b: '${c}', c: 1️⃣'${a}' }\ntasks:\n  say: { uses: exec, with: { script: echo } }\n"
    )
    let run = await test.run("run", "say")
    #expect(run.status == .usage)
    #expect(run.error.contains("error: these values are made of each other: a → b → c → a\n"))
  }

  @Test func `malformed references are errors with what to write`() async {
    let test = ToolTest(
      tasks: "version: 1\ntasks:\n  say: { uses: exec, with: { script: echo, a: '1️⃣${STAGE}', b: '2️⃣${stage' } }\n")
    await test.run("run", "say").expect(
      error: """
        error: `STAGE` is not a name that `${}` can read
         --> tasks.yaml:1️⃣
          |
        3 |   say: { uses: exec, with: { script: echo, a: '${STAGE}', b: '${stage' } }
          |                                                ^^^^^^^^
        help: write `${stage}`
        error: `${stage` is not closed
         --> tasks.yaml:2️⃣
          |
        3 |   say: { uses: exec, with: { script: echo, a: '${STAGE}', b: '${stage' } }
          |                                                               ^^^^^^^
        help: write `}` after the name, or `$${` for a literal `${`

        """, status: .usage)
  }

  @Test func `dotenv values have places, and fill gaps in a script's environment`() async {
    let test = ToolTest(
      tasks:
        "version: 1\ndotenv: [a.env, b.env]\ntasks:\n  say: { uses: exec, with: { script: 'echo $ONE $TWO $THREE' } }\n"
    ).file("a.env", "ONE=a1 # comment\nexport TWO='a 2'\n").file("b.env", "TWO=b2\nTHREE=\"b\\n3\"\n")
    await test.run("run", "say").expect(output: "a1 a 2 b 3\n")
    await test.variable("ONE", "process").run("run", "say").expect(output: "process a 2 b 3\n")
  }

  @Test func `a bad dotenv file is an error with its place`() async {
    let test = ToolTest(tasks: "version: 1\ndotenv: [1️⃣a.env]\ntasks:\n  stack: {}\n")
    await test.run("run", "stack").expect(
      error: """
        error: the file a.env cannot be read: there is no such file
         --> tasks.yaml:1️⃣
          |
        2 | dotenv: [a.env]
          |          ^^^^^
        help: make it, or write `{ file: a.env, optional: true }`

        """, status: .usage)
    await test.file("a.env", "A=1\nno assignment\nB='x\n").run("run", "stack").expect(
      error: """
        error: this line is not `NAME=value`
         --> a.env:2:1
        help: begin a comment with #
        error: the quoted value is not closed
         --> a.env:3:3
        help: write the closing quote

        """, status: .usage)
  }

  @Test func `an unknown profile is an error`() async {
    await test().run("run", "seed", "--profile", "bug").expect(
      error: "error: tasks.yaml has no profile `bug`\nhelp: did you mean `big`?\n", status: .usage)
  }

  enum Bomb: CaseIterable {
    case chain, doubling, nesting

    var defaults: String {
      switch self {
      case .chain: (1...5_000).map { "a\($0 - 1): '${a\($0)}'" }.joined(separator: ", ") + ", a5000: x"
      case .doubling: (1...30).map { "a\($0 - 1): '${a\($0)}${a\($0)}'" }.joined(separator: ", ") + ", a30: x"
      case .nesting: "a0: '" + String(repeating: "${a:-", count: 20_000) + "'"
      }
    }
  }

  @Test(.timeLimit(.minutes(2)), arguments: Bomb.allCases)
  func `a bomb of values is an error, at once`(bomb: Bomb) async {
    let test = ToolTest(
      tasks: "version: 1\ndefaults: { \(bomb.defaults) }\ntasks:\n  say: { uses: exec, with: { script: 'true' } }\n")
    #expect(await test.run("run", "say").status == .usage)
  }

  @Test func `a name counts as known wherever a value would read it`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        defaults: { prefix: UGC, stack: '${prefix}-dev' }
        tasks:
          seed: { with: { seedCount: '${count:-${other:-3}}' } }
          pipeline: { steps: [seed] }
        """)
    #expect(await test.run("run", "seed", "COUNT=1", "OTHER=2").status == .succeeded)
    #expect(await test.run("run", "seed", "STACK=foo", "PREFIX=Z").status == .succeeded)
    let deep = ToolTest(
      tasks:
        "version: 1\ndefaults: { name: 'A-${region}', region: '${zone}', zone: z1 }\ntasks:\n  seed: { with: { stack: '${name}', seedCount: 1 } }\n"
    )
    #expect(await deep.run("run", "seed", "NAME=foo", "ZONE=z2").status == .succeeded)
    #expect(await test.run("run", "pipeline", "UNUSED=1").status == .usage)
    let replaced = await test.run("run", "seed", "PREFIX=Y")
    #expect(replaced.error.hasPrefix("PREFIX=Y on the command line replaces prefix UGC (tasks.yaml:2:21) of seed\n"))
  }

  @Test func `a replaced value is named once, whoever shares the call, and whatever the environment says`() async {
    let test = ToolTest(
      tasks: "version: 1\ntasks:\n  seed: { with: { seedCount: 3 } }\n  a: { needs: [seed] }\n  b: { needs: [seed] }\n")
    let run = await test.variable("SEED_COUNT", "4").run("run", "a", "b", "SEED_COUNT=1")
    #expect(run.error.split(separator: "\n").filter { $0.contains("replaces") }.count == 1)
  }
}
