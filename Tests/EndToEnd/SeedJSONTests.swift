import TaskCLI
import Testing

@Suite struct SeedJSONTests {
  @Test func `attributes of every type are kept as they are`() async throws {
    let test = ToolTest.platform.file("custom.json", SeedJSON.two)
    #expect(await test.run("run", "seed", "SEED_COUNT=2", "JSON=custom.json").status == .succeeded)
    let stack = try StackFile(test)
    #expect(
      try stack.text("SELECT item FROM channels WHERE id = 'mock-user-id-one'")
        == #"{"id":"mock-user-id-one","channelArn":"arn:one","email":"one@example.com","username":"one","big":123456789012345678901234567890,"deep":{"list":[1.50,null,true,{"x":"ü"}]}}"#
    )
    #expect(
      try stack.texts("SELECT id, json_extract(item, '$.userSub') FROM streams ORDER BY rowid")
        == ["mock-stream-id-s1|mock-user-id-one", "mock-stream-id-s2|-"])
  }

  @Test func `every fault is named with its place and path, and nothing is written`() async {
    let test = ToolTest.platform.file(
      "bad.json",
      """
      {
        "users": [
          {"id": "a", "channelArn": "", "email": "a@example.com", "username": "a"},
          {"id": "a", "channelArn": "arn:b", "email": "b@example.com"}
        ],
        "streamSessions": [
          {"id": "s", "channelArn": "arn:b", "startTime": 12, "isOpen": true}
        ]
      }
      """)
    await test.run("run", "seed", "JSON=bad.json").expect(
      error: """
        error: `users[0].channelArn` is empty
         --> bad.json:3:31
          |
        3 |     {"id": "a", "channelArn": "", "email": "a@example.com", "username": "a"},
          |                               ^^
        help: a key of a table cannot be empty
        error: `users[1].username` is missing
         --> bad.json:4:5
          |
        4 |     {"id": "a", "channelArn": "arn:b", "email": "b@example.com"}
          |     ^
        help: add "username": "…"
        error: `users[1].id` is `a`, which an earlier item has
         --> bad.json:4:12
          |
        4 |     {"id": "a", "channelArn": "arn:b", "email": "b@example.com"}
          |            ^^^
        note: the earlier item
         --> bad.json:3:12
          |
        3 |     {"id": "a", "channelArn": "", "email": "a@example.com", "username": "a"},
          |            ^^^
        help: each item needs its own
        error: `streamSessions[0].startTime` must be text, not a whole number
         --> bad.json:7:53
          |
        7 |     {"id": "s", "channelArn": "arn:b", "startTime": 12, "isOpen": true}
          |                                                     ^^
        help: put it in double quotes
        error: `streamSessions[0].isOpen` must be "true" where the session is live
         --> bad.json:7:67
          |
        7 |     {"id": "s", "channelArn": "arn:b", "startTime": 12, "isOpen": true}
          |                                                                   ^^^^
        help: leave it out where the session has ended

        """, status: .usage)
    #expect(!test.folder.exists(".ugc"))
  }

  @Test func `a faulty JSON stops the tasks before it too`() async throws {
    let test = ToolTest.platform.file("bad.json", "{\"users\": [}")
    #expect(await test.run("run", "seed", "SEED_COUNT=3").status == .succeeded)
    #expect(await test.run("run", "deleteSeed", "seed", "JSON=bad.json").status == .usage)
    #expect(try StackFile(test).text("SELECT count(*) FROM channels") == "3")
  }

  @Test func `a missing file is named as it was written`() async {
    let test = ToolTest.platform
    await test.run("run", "seed", "JSON=missing.json", "-q").expect(
      error: """
        error: the file missing.json cannot be read: there is no such file
         --> JSON on the command line
          |
          | JSON=missing.json
          |      ^^^^^^^^^^^^
        help: seed.example.json shows what such a file holds

        """, status: .usage)
    #expect(!test.folder.exists(".ugc"))
  }

  @Test func `a slip in the file's name stops the tasks before it too`() async throws {
    let test = ToolTest.platform
    #expect(await test.run("run", "seed", "SEED_COUNT=3").status == .succeeded)
    #expect(await test.run("run", "deleteSeed", "seed", "JSON=typo.json").status == .usage)
    #expect(await test.variable("JSON", "typo.json").run("run", "deleteSeed", "seed").status == .usage)
    #expect(try StackFile(test).text("SELECT count(*) FROM channels") == "3")
  }

  @Test(arguments: ["folder", "secret.json"])
  func `a file that cannot be read says why`(name: String) async {
    let test = ToolTest.platform
    test.folder.make("folder")
    let run = await test.run("run", "seed", "JSON=\(name)", "-q")
    #expect(run.status == .usage)
    let why = name == "folder" ? "it is a folder" : "there is no such file"
    #expect(run.error.hasPrefix("error: the file \(name) cannot be read: \(why)\n"))
  }

  @Test(.timeLimit(.minutes(2))) func `thousands of faults are told in time, and not all of them`() async {
    let users = Array(repeating: #"{"id": "", "channelArn": "", "email": "", "username": ""}"#, count: 5_000)
    let test = ToolTest.platform.file("bad.json", #"{"users": ["# + users.joined(separator: ",\n") + "]}")
    let run = await test.run("run", "seed", "JSON=bad.json")
    #expect(run.status == .usage)
    #expect(run.error.hasSuffix("… and 19900 more\n"))
  }

  @Test func `ids that differ in bytes are different ids`() async {
    let test = ToolTest.platform.file(
      "custom.json",
      #"{"users": [{"id": "caf\u00e9", "channelArn": "a", "email": "e", "username": "u"}, {"id": "cafe\u0301", "channelArn": "b", "email": "e", "username": "u"}]}"#
    )
    #expect(await test.run("run", "seed", "JSON=custom.json", "SEED_COUNT=2").status == .succeeded)
  }

  @Test func `a file that an earlier task makes is read when its turn comes`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          make-json:
            uses: exec
            with: { script: "cp template.json made.json" }
          seed: { with: { json: made.json, seedCount: 2 } }
          pipeline: { steps: [make-json, seed] }
        """
    ).file("template.json", SeedJSON.two)
    #expect(await test.run("run", "pipeline").status == .succeeded)
    #expect(try StackFile(test).text("SELECT count(*) FROM channels") == "2")
  }

  @Test func `a session of no channel is a warning, a channel without session gets none`() async throws {
    let test = ToolTest.platform.file(
      "custom.json",
      """
      {"users": [{"id": "a", "channelArn": "arn:a", "email": "e", "username": "u"}],
       "streamSessions": [{"id": "s", "channelArn": "arn:other", "startTime": "2026-01-01T00:00:00Z"}]}
      """)
    await test.run("run", "seed", "SEED_COUNT=1", "JSON=custom.json", "-q").expect(
      output: "seeded 1 channel and 1 stream in UGC-dev (1 from JSON, 0 offline, 0 live)\n",
      error: """
        warning: `streamSessions[0].channelArn` is `arn:other`, which no user of the file has [session-without-channel]
         --> custom.json:2:47
        help: add the user, unless the stack has it

        """)
    #expect(try StackFile(test).texts("SELECT channel_arn FROM streams") == ["arn:other"])
  }

  @Test func `what DynamoDB would refuse is refused before anything is written`() async {
    let deep = String(repeating: "[", count: 33) + String(repeating: "]", count: 33)
    let test = ToolTest.platform.file(
      "big.json",
      """
      {"users": [{"id": "a", "channelArn": "arn:a", "email": "a", "username": "a",
        "fine": 9.99e125,
        "list": [1, {"huge": 1e400}],
        "deep": \(deep)}]}
      """)
    let run = await test.run("run", "seed", "JSON=big.json")
    #expect(run.status == .usage)
    #expect(
      run.error.hasPrefix(
        """
        error: `users[0].list[1].huge` is a number that DynamoDB cannot keep
         --> big.json:3:24
          |
        3 |   "list": [1, {"huge": 1e400}],
          |                        ^^^^^
        help: it keeps 38 digits, up to 9.99e125; put it in quotes to keep it as text
        error: `users[0].deep[0]
        """))
    #expect(run.error.contains("is nested more than 32 levels deep, DynamoDB's limit"))
    let long = String(repeating: "x", count: 1_100)
    let keys = await test.file(
      "long.json",
      """
      {"users": [{"id": "\(long)", "channelArn": "arn:a", "email": "a", "username": "a"}],
       "streamSessions": [{"id": "\(long)", "channelArn": "arn:a", "startTime": "2026-01-31T12:00:00Z"}]}
      """
    ).run("run", "seed", "JSON=long.json")
    #expect(keys.status == .usage)
    #expect(
      keys.error.hasPrefix("error: `streamSessions[0].id` is too long for a key: DynamoDB takes 1024 bytes\n"))
    #expect(!test.folder.exists(".ugc"))
  }

  @Test func `sessions are stored in UTC, as their table is ordered by the text`() async throws {
    let test = ToolTest.platform.file(
      "zones.json",
      """
      {"streamSessions": [
        {"id": "a", "channelArn": "arn:a", "startTime": "2026-01-31T13:30:00.5+02:00"},
        {"id": "b", "channelArn": "arn:a", "startTime": "2026-01-31T12:00:00Z"}
      ]}
      """)
    #expect(
      await test.run("run", "seed", "JSON=zones.json", "SEED_COUNT=0", "OFFLINE_SESSION_COUNT=0").status == .succeeded)
    #expect(
      try StackFile(test).texts("SELECT start_time, json_extract(item, '$.startTime') FROM streams")
        == ["2026-01-31T11:30:00.500Z|2026-01-31T11:30:00.500Z", "2026-01-31T12:00:00Z|2026-01-31T12:00:00Z"])
  }

  @Test func `a path is relative to where its value was written`() async throws {
    let test = ToolTest(tasks: "version: 1\ntasks:\n  seed: { with: { json: data/yaml.json, seedCount: 2 } }\n")
      .file("data/yaml.json", SeedJSON.two).file("below/mine.json", SeedJSON.two).standing(in: "below")
    #expect(await test.run("run", "seed").status == .succeeded)
    #expect(await test.run("run", "seed", "JSON=mine.json").status == .succeeded)
    #expect(await test.run("run", "seed", "JSON=data/yaml.json").status == .usage)
    #expect(await test.variable("JSON", "mine.json").run("run", "seed").status == .succeeded)
  }

  @Test func `the example has as many sessions as channels, and seeds`() async throws {
    let test = ToolTest.platform.file("seed.example.json", try Repository.text("seed.example.json"))
    let run = await test.run("run", "seed", "SEED_COUNT=3", "JSON=seed.example.json", "--output", "json")
    #expect(
      try run.outputs(of: "seed")
        == #"{"channels":3,"streams":3,"fromJSON":3,"offline":0,"live":0,"stack":"UGC-dev","backend":"local"}"#)
  }
}
