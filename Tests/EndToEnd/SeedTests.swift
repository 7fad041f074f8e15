import TaskCLI
import Testing

@Suite struct SeedTests {
  @Test func `the plain command seeds fifty channels, one of them offline`() async throws {
    let test = ToolTest.platform
    await test.run("run", "seed").expect(
      output: "seeded 50 channels and 50 streams in UGC-dev (0 from JSON, 1 offline, 49 live)\n",
      error: "local stack UGC-dev, region us-west-2, account 000000000000\n")
    let stack = try StackFile(test)
    #expect(try stack.text("SELECT count(*) FROM channels") == "50")
    #expect(try stack.text("SELECT count(*), count(is_open) FROM streams") == "50|49")
    #expect(test.folder.read(".ugc/.gitignore") == "*\n")
  }

  @Test func `steps after it find one file, that nothing has open`() async {
    let look = "ls -A .ugc/stacks"
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          look: { uses: exec, with: { script: \(look) } }
          seed: {}
          deleteSeed: {}
          stream-events: {}
          all: { steps: [seed, look, stream-events, look, deleteSeed, look] }
        """
    ).file("events.json", EventText(channel: "mock-0").text)
    let run = await test.run("run", "all", "EVENTS=events.json", "-q")
    #expect(run.status == .succeeded)
    #expect(run.output.split(separator: "\n").filter { $0.contains("UGC-dev.sqlite") }.count == 3, "\(run.output)")
    #expect(!run.output.contains("-wal"))
  }

  @Test func `the seed's own count, offline count and JSON work together, in the promised order`() async throws {
    let test = ToolTest.platform.file("custom.json", SeedJSON.two)
    let run = await test.run(
      "run", "seed", "SEED_COUNT=8", "OFFLINE_SESSION_COUNT=3", "JSON=./custom.json", "STACK=demo", "--output", "json")
    #expect(run.status == .succeeded)
    #expect(
      try run.outputs(of: "seed")
        == #"{"channels":8,"streams":8,"fromJSON":2,"offline":3,"live":3,"stack":"demo","backend":"local"}"#)
    let stack = try StackFile(test, "demo")
    #expect(
      try stack.texts("SELECT id FROM channels ORDER BY rowid LIMIT 2") == ["mock-user-id-one", "mock-user-id-two"])
    #expect(
      try stack.texts("SELECT is_open FROM streams ORDER BY rowid") == [
        "true", "-", "-", "-", "-", "true", "true", "true",
      ])
  }

  @Test func `more channels in the JSON than wanted are all created, with a warning`() async throws {
    let test = ToolTest.platform.file("custom.json", SeedJSON.two)
    await test.run("run", "seed", "SEED_COUNT=1", "JSON=custom.json").expect(
      output: "seeded 2 channels and 2 streams in UGC-dev (2 from JSON, 0 offline, 0 live)\n",
      error: """
        local stack UGC-dev, region us-west-2, account 000000000000
        warning: the JSON file has 2 channels, more than seedCount (1): all are created, none is generated

        """)
  }

  @Test func `more offline sessions than channels make all of them offline, with a warning`() async throws {
    await ToolTest.platform.run("run", "seed", "SEED_COUNT=2", "OFFLINE_SESSION_COUNT=20").expect(
      output: "seeded 2 channels and 2 streams in UGC-dev (0 from JSON, 2 offline, 0 live)\n",
      error: """
        local stack UGC-dev, region us-west-2, account 000000000000
        warning: offlineSessionCount (20) is more than the 2 generated channels: all of them are offline

        """)
  }

  @Test func `none wanted is none made`() async throws {
    let test = ToolTest.platform
    await test.run("run", "seed", "SEED_COUNT=0", "-q").expect(
      output: "seeded 0 channels and 0 streams in UGC-dev (0 from JSON, 0 offline, 0 live)\n")
  }

  @Test(arguments: ["12abc", "-5", "1e3", "2.5", "", "10000001", "99999999999999999999", "0x10"])
  func `a count that is none is an error, and nothing is written`(count: String) async {
    let test = ToolTest.platform
    let run = await test.run("run", "seed", "SEED_COUNT=\(count)")
    #expect(run.status == .usage)
    #expect(run.error.hasPrefix("error: `seedCount` of the task `seed` must be "))
    #expect(run.error.contains(" --> SEED_COUNT on the command line\n"))
    #expect(!test.folder.exists(".ugc"))
  }

  @Test(arguments: ["../../x", "UGC dev", "1stack", "a/b", "ü", String(repeating: "a", count: 129)])
  func `a stack's name is CloudFormation's`(name: String) async {
    let test = ToolTest.platform
    let run = await test.run("run", "seed", "STACK=\(name)")
    #expect(run.status == .usage)
    #expect(run.error.hasPrefix("error: `stack` of the task `seed` must be a stack's name (a letter,"))
    #expect(!test.folder.exists(".ugc"))
  }

  @Test func `an empty stack never falls back to the default one`() async {
    let test = ToolTest.platform
    await test.variable("STACK", "").run("run", "seed").expect(
      error: """
        error: `stack` of the task `seed` must be a stack's name (a letter, then up to 127 letters, digits and dashes), not empty
         --> environment variable STACK
          |
          | STACK=
          |       ^
        help: unset STACK to use what tasks.yaml says

        """, status: .usage)
    #expect(!test.folder.exists(".ugc"))
  }

  @Test func `an empty JSON is no JSON`() async {
    let run = await ToolTest.platform.run("run", "seed", "JSON=", "SEED_COUNT=1", "OFFLINE_SESSION_COUNT=0")
    #expect(run.status == .succeeded)
  }

  @Test func `credentials in the environment do not mean the deployed stack, and this is said`() async {
    let run = await ToolTest.platform.variable("AWS_PROFILE", "prod").run("run", "seed", "SEED_COUNT=1", "-q")
    #expect(
      run.error
        == "warning: AWS credentials are set, but this is the local stack UGC-dev; BACKEND=aws works on the deployed one\n"
    )
  }

  @Test func `the same seed and start give the same items, another seed gives others`() async throws {
    let test = ToolTest.platform
    for (stack, seed) in [("a", "1"), ("b", "1"), ("c", "2")] {
      let run = await test.run(
        "run", "seed", "STACK=\(stack)", "RANDOM_SEED=\(seed)", "START_AT=2026-01-31T12:00:00Z", "SEED_COUNT=20")
      #expect(run.status == .succeeded)
    }
    let items = try ["a", "b", "c"].map { name in
      try ["channels", "streams"].flatMap { try StackFile(test, name).texts("SELECT item FROM \($0) ORDER BY rowid") }
    }
    #expect(items[0] == items[1])
    #expect(Set(items[0]).isDisjoint(with: items[2]))
  }

  @Test func `seeding the same twice leaves the same rows in their order`() async throws {
    let test = ToolTest.platform.file("custom.json", SeedJSON.two)
    let arguments = [
      "run", "seed", "JSON=custom.json", "RANDOM_SEED=3", "START_AT=2026-01-31T12:00:00Z", "SEED_COUNT=5",
    ]
    var rows: [[String]] = []
    for _ in 1...2 {
      let run = await test.run(arguments)
      #expect(run.status == .succeeded)
      rows.append(try StackFile(test).texts("SELECT rowid, id, item FROM channels ORDER BY rowid"))
    }
    #expect(rows[0] == rows[1])
    #expect(rows[0].count == 5)
  }
}

enum SeedJSON {
  /// Two channels, the first live, the second offline; ids without the prefixes, and attributes of every type.
  static let two = """
    {
      "users": [
        {"id": "one", "channelArn": "arn:one", "email": "one@example.com", "username": "one", "big": 123456789012345678901234567890, "deep": {"list": [1.50, null, true, {"x": "ü"}]}},
        {"id": "mock-user-id-two", "channelArn": "arn:two", "email": "two@example.com", "username": "two"}
      ],
      "streamSessions": [
        {"id": "s1", "channelArn": "arn:one", "userSub": "one", "startTime": "2026-01-01T00:00:00Z", "isOpen": "true"},
        {"id": "mock-stream-id-s2", "channelArn": "arn:two", "startTime": "2026-01-01T00:00:00.250Z", "endTime": "2026-01-01T01:00:00Z"}
      ]
    }
    """
}
