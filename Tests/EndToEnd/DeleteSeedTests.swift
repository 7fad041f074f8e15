import TaskCLI
import Testing

@Suite struct DeleteSeedTests {
  @Test func `only seeded rows go, however near the others' ids are`() async throws {
    let test = ToolTest.platform
    #expect(await test.run("run", "seed", "SEED_COUNT=12000").status == .succeeded)
    let stack = try StackFile(test)
    for id in ["mock-user-idX", "mock-user-id", "mock-user-ie-1", "user-mock-user-id-1", "a", "z"] {
      try stack.execute("INSERT INTO channels VALUES ('\(id)', 'arn:\(id)', 'u', 'e', '{}')")
      try stack.execute(
        "INSERT INTO streams VALUES ('arn:\(id)', 'mock-stream-idX\(id)', '2026-01-01T00:00:00Z', NULL, '{}')")
    }
    await test.run("run", "deleteSeed", "-q").expect(
      output: "deleted 12000 channels and 12000 streams from UGC-dev\n")
    #expect(
      try stack.texts("SELECT id FROM channels ORDER BY rowid")
        == ["mock-user-idX", "mock-user-id", "mock-user-ie-1", "user-mock-user-id-1", "a", "z"])
    #expect(try stack.text("SELECT count(*) FROM streams") == "6")
  }

  @Test func `nothing there is said, and is no failure`() async {
    let test = ToolTest.platform
    await test.run("run", "deleteSeed", "STACK=never", "-q").expect(output: "nothing seeded in never\n")
    #expect(!test.folder.exists(".ugc/stacks"))
  }

  @Test func `it asks nothing of itself`() async throws {
    let test = ToolTest.platform
    let run = await test.run("run", "seed", "deleteSeed", "SEED_COUNT=2", "--output", "json")
    #expect(try run.outputs(of: "deleteSeed") == #"{"channels":2,"streams":2,"stack":"UGC-dev","backend":"local"}"#)
  }

  @Test func `a file that is no stack is named`() async {
    let test = ToolTest.platform.file(".ugc/stacks/UGC-dev.sqlite", String(repeating: "not a database ", count: 100))
    await test.run("run", "deleteSeed", "-q").expect(
      error: """
        error: FOLDER/.ugc/stacks/UGC-dev.sqlite is not a SQLite file
        help: move it away

        """, status: .failed)
  }
}

@Suite struct StackTests {
  @Test func `a stack tells what it holds`() async throws {
    let test = ToolTest.platform
    #expect(await test.run("run", "seed", "SEED_COUNT=5", "OFFLINE_SESSION_COUNT=2").status == .succeeded)
    try StackFile(test).execute("INSERT INTO channels VALUES ('real', 'arn:real', 'u', 'e', '{}')")
    await test.run("run", "stack", "-q").expect(
      output: """
        channels  6 (5 seeded)
        streams   5 (5 seeded), 3 live, 2 ended

        """)
    let run = await test.run("run", "stack", "--output", "json")
    #expect(
      try run.outputs(of: "stack")
        == #"{"channels":6,"seededChannels":5,"streams":5,"seededStreams":5,"live":3,"ended":2,"stack":"UGC-dev","backend":"local"}"#
    )
  }

  @Test func `reading a stack leaves no file behind`() async {
    let test = ToolTest.platform
    #expect(await test.run("run", "stack", "STACK=none").status == .succeeded)
    #expect(!test.folder.exists(".ugc/stacks"))
    #expect(await test.run("run", "seed", "SEED_COUNT=1").status == .succeeded)
    #expect(await test.run("run", "stack").status == .succeeded)
    #expect(!test.folder.exists(".ugc/stacks/UGC-dev.sqlite-wal"))
    #expect(!test.folder.exists(".ugc/stacks/UGC-dev.sqlite-shm"))
  }
}
