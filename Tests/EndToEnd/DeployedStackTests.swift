import AWSClient
import AWSTestSupport
import Documents
import Foundation
import Synchronization
import TaskCLI
import Testing

/// The platform's tasks on deployed stacks, on emulators of AWS.
@Suite(.enabled(if: Emulator.areThere, "Tests/Emulators/with-emulators starts what this needs"))
struct DeployedStackTests {
  private let stack = "UGC-\(UUID().uuidString.prefix(8))"

  private func test(
    on emulator: Emulator, at proxy: FaultProxy? = nil, _ extra: [String: String] = [:]
  ) -> ToolTest {
    var test = ToolTest.platform
    let variables = emulator.environment(at: proxy?.url).merging(["BACKEND": "aws", "STACK": stack]) { $1 }
    for (name, value) in variables.merging(extra, uniquingKeysWith: { $1 }) { test = test.variable(name, value) }
    return test
  }

  private func announcement(_ emulator: Emulator) -> String {
    "aws stack \(stack), region us-west-2, account \(emulator.account)\n"
  }

  /// The rows of a deployed stack as JSON, as a local stack would have them: with its account in the ARNs.
  private func items(_ tables: PlatformTables, _ emulator: Emulator) async throws -> Set<JSONValue> {
    let items = try await tables.rows().map { row in
      let item = try #require(AttributeValue.decodedItem(row)).text
      return try JSONValue(parsing: item.replacing(":\(emulator.account):channel", with: ":000000000000:channel"))
    }
    return Set(items.map(\.withSortedKeys))
  }

  private func localItems(_ test: ToolTest, _ stack: String) throws -> Set<JSONValue> {
    let file = try StackFile(test, stack)
    let texts = try ["channels", "streams"].flatMap { try file.texts("SELECT item FROM \($0)") }
    return Set(try texts.map { try JSONValue(parsing: $0).withSortedKeys })
  }

  @Test(arguments: Emulator.open)
  func `a deployed stack is worked on as a local one`(emulator: Emulator) async throws {
    let tables = try await PlatformTemplate.deploy(stack, on: emulator)
    let test = test(on: emulator)
    await test.run("run", "seed").expect(
      output: "seeded 50 channels and 50 streams in \(stack) (0 from JSON, 1 offline, 49 live)\n",
      error: announcement(emulator))
    await test.run("run", "stack").expect(
      output: """
        channels  50 (50 seeded)
        streams   50 (50 seeded), 49 live, 1 ended

        """, error: announcement(emulator))
    await test.run("plan", "deleteSeed").expect(
      output: "deleteSeed\n    delete 50 channels and 50 streams from the AWS stack \(stack)\n")
    await test.run("run", "deleteSeed").expect(
      output: "deleted 50 channels and 50 streams from \(stack)\n", error: announcement(emulator))
    #expect(try await tables.rows().isEmpty)
    await test.run("run", "deleteSeed", "-q").expect(output: "nothing seeded in \(stack)\n")
    #expect(!test.folder.exists(".ugc/stacks"))
  }

  @Test(arguments: Emulator.open)
  func `the same seed gives the same items, wherever the stack lives`(emulator: Emulator) async throws {
    let tables = try await PlatformTemplate.deploy(stack, on: emulator)
    let test = test(on: emulator).file("seed.json", try Repository.text("seed.example.json"))
    let words = [
      "run", "seed", "RANDOM_SEED=7", "START_AT=2026-01-31T12:00:00Z", "SEED_COUNT=40", "OFFLINE_SESSION_COUNT=10",
      "JSON=seed.json",
    ]
    #expect(await test.run(words).output.hasSuffix("(3 from JSON, 10 offline, 27 live)\n"))
    #expect(await test.run(words + ["BACKEND=local", "STACK=local"]).status == .succeeded)
    #expect(try await items(tables, emulator) == localItems(test, "local"))
  }

  @Test(arguments: Emulator.open)
  func `parts side by side make one data set`(emulator: Emulator) async throws {
    let tables = try await PlatformTemplate.deploy(stack, on: emulator)
    let test = test(on: emulator).file("seed.json", try Repository.text("seed.example.json"))
    let words = [
      "run", "seed", "RANDOM_SEED=7", "START_AT=2026-01-31T12:00:00Z", "SEED_COUNT=103", "OFFLINE_SESSION_COUNT=30",
      "JSON=seed.json",
    ]
    let outputs = await withTaskGroup(of: String.self) { group in
      for part in 1...4 { group.addTask { await test.run(words + ["SHARD=\(part)/4"]).output } }
      return await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(
      outputs == [
        "seeded 25 channels and 25 streams in \(stack) (3 from JSON, 22 offline, 0 live, part 1 of 4)\n",
        "seeded 26 channels and 26 streams in \(stack) (0 from JSON, 8 offline, 18 live, part 2 of 4)\n",
        "seeded 26 channels and 26 streams in \(stack) (0 from JSON, 0 offline, 26 live, part 3 of 4)\n",
        "seeded 26 channels and 26 streams in \(stack) (0 from JSON, 0 offline, 26 live, part 4 of 4)\n",
      ])
    #expect(await test.run(words + ["BACKEND=local", "STACK=local"]).status == .succeeded)
    #expect(try await items(tables, emulator) == localItems(test, "local"))
  }

  @Test func `only seeded rows are deleted, however many there are`() async throws {
    let tables = try await PlatformTemplate.deploy(stack, on: .moto)
    let foreign = ["mock-user-id", "mock-user-idX", "real"]
    for id in foreign {
      let row: JSONValue = [
        "id": ["S": .string(id)], "channelArn": ["S": "a"], "email": ["S": "e"], "username": ["S": "u"],
      ]
      _ = try await tables.session.json(
        .dynamoDB, "PutItem", ["TableName": .string(tables.channels), "Item": row])
    }
    let test = test(on: .moto)
    #expect(await test.run("run", "seed", "SEED_COUNT=1000", "-q").status == .succeeded)
    await test.run("run", "deleteSeed", "-q").expect(output: "deleted 1000 channels and 1000 streams from \(stack)\n")
    #expect(Set(try await tables.rows().compactMap { $0["id"]?["S"]?.string }) == Set(foreign))
  }

  /// The channels of a seed that meets every fault; `UGC_TEST_CHANNELS` raises it.
  private static let channels =
    ProcessInfo.processInfo.environment["UGC_TEST_CHANNELS"].flatMap { Int($0) } ?? 300

  @Test(arguments: Emulator.open)
  func `under all faults at once a seed is whole, and is deleted whole`(emulator: Emulator) async throws {
    let tables = try await PlatformTemplate.deploy(stack, on: emulator)
    let proxy = try await FaultProxy(
      to: emulator,
      faults: [
        .unprocessed: 0.3, .throttled: 0.05, .serverError: 0.05, .reset: 0.05, .lostAnswer: 0.05, .truncated: 0.05,
        .corrupted: 0.05, .slow: 0.05,
      ])
    for id in ["mock-user-id", "real"] {
      let row: JSONValue = [
        "id": ["S": .string(id)], "channelArn": ["S": "a"], "email": ["S": "e"], "username": ["S": "u"],
      ]
      _ = try await tables.session.json(
        .dynamoDB, "PutItem", ["TableName": .string(tables.channels), "Item": row])
    }
    let test = test(on: emulator, at: proxy)
    let count = "\(Self.channels) channels and \(Self.channels) streams"
    let run = await test.run("run", "seed", "SEED_COUNT=\(Self.channels)", "-q")
    #expect(run.output.hasPrefix("seeded \(count) in \(stack)"), "\(run.error)")
    let rows = try await tables.rows()
    #expect(rows.count == 2 * Self.channels + 2 && Set(rows).count == rows.count)
    // Of a call that has not worked for 10 s there is a warning.
    let deletion = await test.run("run", "deleteSeed", "-q")
    #expect(deletion.output == "deleted \(count) from \(stack)\n", "\(deletion.error)")
    #expect(Set(try await tables.rows().compactMap { $0["id"]?["S"]?.string }) == ["mock-user-id", "real"])
    #expect(proxy.counts.count == 8)
    await proxy.close()
  }

  @Test func `Ctrl-C tells what is written, and resume writes the rest`() async throws {
    let tables = try await PlatformTemplate.deploy(stack, on: .moto)
    let proxy = try await FaultProxy(to: .moto, faults: [.unprocessed: 0.2, .throttled: 0.02])
    let test = test(on: .moto, at: proxy)
    proxy.watch { [telegraph = test.telegraph] calls in if calls == 25 { telegraph.tell(.stop(signal: 2)) } }
    let run = await test.run("run", "seed", "SEED_COUNT=2000")
    #expect(run.status == .interrupted)
    let rows = try await tables.rows().count
    let count = try #require(
      run.error.firstMatch(of: #/stopped: (\d+) of 2000 channels and (\d+) of 2000 streams were written/#))
    #expect(rows > 0 && rows < 4_000)
    #expect((Int(count.1) ?? 0) + (Int(count.2) ?? 0) == rows)
    #expect(await test.run("resume").output.hasPrefix("seeded 2000 channels and 2000 streams"))
    let local = await test.run("run", "seed", "BACKEND=local", "SEED_COUNT=1")
    #expect(local.status == .succeeded)
    #expect(try await tables.rows().count == 4_000)
    await proxy.close()
  }

  @Test func `a task that is told to stop while it looks for its stack is cancelled`() async throws {
    let peer = try await HTTPPeer { _ in .dripping }
    let test = ToolTest.platform.variable("AWS_ENDPOINT_URL", peer.url).variable("AWS_REGION", "us-west-2")
      .variable("AWS_ACCESS_KEY_ID", "a").variable("AWS_SECRET_ACCESS_KEY", "b")
    let run = Task { await test.run("run", "stack", "BACKEND=aws", "--output", "json") }
    while peer.connections == 0 { try await Task.sleep(for: .milliseconds(5)) }
    test.telegraph.tell(.stop(signal: 2))
    let outcome = await run.value
    #expect(outcome.status == .interrupted)
    #expect(try outcome.events().first { $0["event"] == "task-finished" }?["status"] == "cancelled")
    await peer.close()
  }

  @Test func `a store that gives up says what is written, and resume writes the rest`() async throws {
    let tables = try await PlatformTemplate.deploy(stack, on: .moto)
    let proxy = try await FaultProxy(to: .moto, faults: [.lostAnswer: 1])
    let test = test(on: .moto, at: proxy, ["AWS_CALL_TIMEOUT": "10s"])
    let run = await test.run("run", "seed", "SEED_COUNT=20", "--output", "json")
    #expect(run.status == .failed)
    let error = try run.events().first { $0["event"] == "task-finished" }?["error"]?.string ?? ""
    #expect(error.contains("0 of 20 channels and 0 of 20 streams were written, and perhaps "), "\(error)")
    await proxy.close()
    let again = await test.variable("AWS_ENDPOINT_URL", Emulator.moto.address).run("resume", "-q")
    #expect(
      again.output == "seeded 20 channels and 20 streams in \(stack) (0 from JSON, 1 offline, 19 live)\n",
      "\(again.error)")
    #expect(try await tables.rows().count == 40)
  }

  @Test(arguments: Emulator.open)
  func `a stack that is not there is told with its region and account, and with near names`(
    emulator: Emulator
  ) async throws {
    _ = try await PlatformTemplate.deploy(stack, on: emulator)
    await test(on: emulator).run("run", "seed", "STACK=\(stack)x").expect(
      error: """
        error: the stack \(stack)x was not found in us-west-2 (account \(emulator.account))
        help: did you mean `\(stack)`?

        """, status: .failed)
  }

  @Test func `without credentials it is told what was tried`() async throws {
    await ToolTest.platform.variable("BACKEND", "aws").variable("AWS_REGION", "us-west-2").variable(
      "AWS_EC2_METADATA_DISABLED", "true"
    ).run("run", "seed").expect(
      error: """
        error: there are no AWS credentials
        note: the environment did not answer: AWS_ACCESS_KEY_ID is not set
        note: an assumed role did not answer: the profile `default` has no role_arn
        note: a web identity did not answer: neither AWS_WEB_IDENTITY_TOKEN_FILE nor the profile's web_identity_token_file is set
        note: the AWS CLI's sign-in did not answer: the profile `default` has neither sso_session nor login_session
        note: the credentials file did not answer: /nonexistent/.aws/credentials has no profile `default`
        note: credential_process did not answer: the profile `default` has no credential_process
        note: the config file did not answer: /nonexistent/.aws/config has no profile `default`
        note: the container did not answer: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI are not set
        note: the EC2 instance did not answer: AWS_EC2_METADATA_DISABLED is true
        help: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with AWS_PROFILE, or run `aws configure`

        """, status: .failed)
  }

  @Test func `a token that has expired is told with what to do`() async throws {
    _ = try await PlatformTemplate.deploy(stack, on: .moto)
    let proxy = try await FaultProxy(to: .moto, faults: [.expiredToken: 1])
    let run = await test(on: .moto, at: proxy).run("run", "seed", "-q")
    #expect(run.status == .failed)
    #expect(
      run.error == """
        error: DynamoDB BatchWriteItem was refused: The token has expired (ExpiredTokenException); 0 of 50 channels and 0 of 50 streams were written
        help: get new credentials: `aws sso login`, or a new session token

        """)
    #expect(proxy.calls < 20)
    await proxy.close()
  }

  @Test func `a wrong secret is refused, and never shown`() async throws {
    let run = await test(on: .strictMoto, ["AWS_SECRET_ACCESS_KEY": "not-the-secret"]).run("run", "seed")
    #expect(run.status == .failed)
    #expect(run.error.hasPrefix("error: STS GetCallerIdentity was refused: The request signature"))
    #expect(run.error.contains(" (SignatureDoesNotMatch, request "))
    #expect(run.error.hasSuffix(")\nhelp: check the secret access key\n"), "\(run.error)")
    #expect(!run.error.contains("not-the-secret"))
    #expect(!test(on: .strictMoto).folder.allTexts(below: ".ugc").contains { $0.contains("not-the-secret") })
  }

  @Test func `a table without permission is told by the action`() async throws {
    let tables = try await PlatformTemplate.deploy(stack, on: .strictMoto)
    let user = try await LimitedUser.make(
      policy: #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudformation:*"],"Resource":"*"}]}"#
    )
    let run = await test(on: .strictMoto, user.environment).run("run", "seed", "-q")
    #expect(run.status == .failed)
    #expect(run.error.contains("DynamoDB BatchWriteItem was refused: "))
    #expect(run.error.contains("dynamodb:BatchWriteItem"), "\(run.error)")
    #expect(
      run.error.hasSuffix(
        "help: the credentials' policy must allow it: `ugc-tasks plugins NAME` shows the least policy\n"))
    #expect(try await tables.rows().isEmpty)
  }

  @Test(arguments: [["seed"], ["seed", "deleteSeed"], ["seed", "stack"]])
  func `the policy of a plugin's page is enough`(tasks: [String]) async throws {
    let tables = try await PlatformTemplate.deploy(stack, on: .strictMoto)
    for task in tasks {
      let plugin = try JSONValue(parsing: await ToolTest.platform.run("plugins", task, "--json").output)
      let policy = try #require(plugin["appendices"]?.items.first { $0["title"] == "IAM policy" }?["text"]?.string)
      // Moto knows no resources of these services: it compares actions only.
      let user = try await LimitedUser.make(policy: policy.replacing(#/"arn:[^"]*"/#, with: #""*""#))
      let run = await test(on: .strictMoto, user.environment).run("run", task, "-q")
      #expect(run.status == .succeeded, "\(run.error)")
    }
    #expect(try await tables.rows().count == (tasks.last == "deleteSeed" ? 0 : 100))
  }

  @Test func `credentials of another account are refused before anything is written`() async throws {
    let template: JSONValue = [
      "Resources": ["Queue": ["Type": "AWS::SQS::Queue"]],
      "Outputs": ["containerEnvStr": ["Value": "ACCOUNT_ID=\"999999999999\" \\\nREGION=\"us-west-2\""]],
    ]
    try await PlatformTemplate.create(stack, template, on: .ministack)
    await test(on: .ministack).run("run", "seed").expect(
      error: """
        error: the stack \(stack) is of the account 999999999999, but the credentials are of 000000000000
        help: choose a profile of the stack's account with AWS_PROFILE

        """, status: .failed)
  }

  @Test func `a task's own environment says where AWS is`() async throws {
    _ = try await PlatformTemplate.deploy(stack, on: .ministack)
    let lines = Emulator.ministack.environment().map { "      \($0.key): \"\($0.value)\"" }.sorted()
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          stack:
            with: { backend: aws, stack: \(stack) }
            env:
        \(lines.joined(separator: "\n"))
        """)
    #expect(await test.run("run", "stack", "-q").output.hasPrefix("channels  0 (0 seeded)\n"))
  }

  @Test(arguments: [
    ("stack: { env: { AWS_PROFILE: nobody } }", nil), ("stack: {}", "nobody"),
    ("stack: { with: { awsProfile: nobody } }", nil),
  ])
  func `the profile is the task's own, or else the environment's`(task: String, variable: String?) async {
    let test = ToolTest(tasks: "version: 1\ntasks:\n  \(task)\n")
    let run = await test.variable("AWS_PROFILE", variable).run("run", "stack", "BACKEND=aws", "AWS_REGION=us-west-2")
    #expect(run.error == "error: there is no AWS profile `nobody`\nhelp: run `aws configure`\n")
  }

  @Test func `the README's commands for deployed stacks work`() async throws {
    let tables = try await PlatformTemplate.deploy("UGC-dev", on: .ministack)
    let config = "[profile ops]\naws_access_key_id = test\naws_secret_access_key = test\n"
    let lines = try Repository.text("README.md").split(separator: "\n").filter {
      $0.hasPrefix("ugc-tasks run seed BACKEND=aws")
    }
    #expect(lines.count == 2)
    for line in lines {
      let test = test(on: .ministack, ["HOME": "/nonexistent"]).file("config", config)
      let run = await test.variable("AWS_CONFIG_FILE", "\(test.folder.path)/config").variable("STACK", nil)
        .variable("BACKEND", nil).run(line.split(separator: " ").dropFirst().map(String.init))
      #expect(run.status == .succeeded, "\(run.error)")
    }
    #expect(try await tables.rows().count == 2 * (50 + 1_000))
  }

  @Test func `parts need a common seed`() async {
    await ToolTest.platform.run("run", "seed", "SHARD=1/2").expect(
      error: """
        error: `shard` of the task `seed` is given without randomSeed: the parts would not fit together
         --> SHARD on the command line
          |
          | SHARD=1/2
          |       ^^^
        help: give every part the same RANDOM_SEED, and the same START_AT

        """, status: .usage)
  }
}

/// A user of the strict emulator who may do only some things.
private struct LimitedUser {
  let environment: [String: String]

  static func make(policy: String) async throws -> LimitedUser {
    let session = try Emulator.strictMoto.session()
    let name = "user-\(UUID().uuidString)"
    _ = try? await session.query(.iam, "CreateUser", [("UserName", name)])
    _ = try? await session.query(
      .iam, "PutUserPolicy", [("UserName", name), ("PolicyName", "limited"), ("PolicyDocument", policy)])
    let key = try await session.query(.iam, "CreateAccessKey", [("UserName", name)])["AccessKey"]
    return LimitedUser(environment: [
      "AWS_ACCESS_KEY_ID": try #require(key?.text(of: "AccessKeyId")),
      "AWS_SECRET_ACCESS_KEY": try #require(key?.text(of: "SecretAccessKey")),
    ])
  }
}

extension JSONValue {
  /// The value with the keys of all its objects in order: DynamoDB does not keep it.
  fileprivate var withSortedKeys: JSONValue {
    switch self {
    case .object(let members):
      .object(members.map { Member($0.key, $0.value.withSortedKeys) }.sorted { $0.key < $1.key })
    case .array(let items): .array(items.map(\.withSortedKeys))
    case .null, .boolean, .number, .string: self
    }
  }
}
