import AWSClient
import AWSTestSupport
import Documents
import Foundation
import Glibc
import TaskCLI
import Testing

/// Events worked off a queue, and the rule behind it.
@Suite(.enabled(if: Emulator.areThere, "Tests/Emulators/with-emulators starts what this needs"))
struct StreamEventsQueueTests {
  /// A queue on an emulator.
  private struct Queue {
    let url: String
    let session: AWSSession

    init(on emulator: Emulator, attributes: JSONValue = [:]) async throws {
      session = try emulator.session()
      let name = "events-\(UUID().uuidString.prefix(8))"
      let made = try await session.json(
        .simpleQueueService, "CreateQueue", ["QueueName": .string(name), "Attributes": attributes])
      url = try #require(made["QueueUrl"]?.string)
    }

    func send(_ bodies: [String]) async throws {
      for start in stride(from: 0, to: bodies.count, by: 10) {
        let entries = bodies[start..<min(start + 10, bodies.count)].enumerated().map { number, body -> JSONValue in
          ["Id": .string(String(number)), "MessageBody": .string(body)]
        }
        _ = try await session.json(
          .simpleQueueService, "SendMessageBatch", ["QueueUrl": .string(url), "Entries": .array(entries)])
      }
    }

    /// How many messages are left, those among them that somebody has received.
    func count() async throws -> Int {
      let names: [JSONValue] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
      let output = try await session.json(
        .simpleQueueService, "GetQueueAttributes", ["QueueUrl": .string(url), "AttributeNames": .array(names)])
      return names.compactMap { $0.string.flatMap { output["Attributes"]?[$0]?.string }.flatMap(Int.init) }.reduce(0, +)
    }
  }

  /// What a worker counted.
  ///
  /// A queue delivers at least once. The emulators, as SQS, give a message to two calls at the same time now and then: how
  /// often each came is not known, what became of it is.
  private struct Counts {
    let applied: Int
    let duplicates: Int
    let skipped: Int
    let failed: Int

    init(_ outcome: Outcome) throws {
      let outputs = try JSONValue(parsing: try #require(try outcome.outputs(of: "stream-events")))
      func count(_ name: String) throws -> Int { try #require(outputs[name]?.integer, "\(name) of \(outputs.text)") }
      applied = try count("applied")
      duplicates = try count("duplicates")
      skipped = try count("skipped")
      failed = try count("failed")
      #expect(try count("received") == applied + duplicates + skipped + failed)
    }
  }

  private func seeded(_ count: Int, _ emulator: Emulator) async throws -> ToolTest {
    var test = ToolTest.platform.file("seed.json", EventText.channels(count))
    for (name, value) in emulator.environment() { test = test.variable(name, value) }
    test = test.variable("BACKEND", "local")
    #expect(await test.run("run", "seed", "JSON=seed.json", "SEED_COUNT=\(count)", "-q").status == .succeeded)
    return test
  }

  @Test(arguments: Emulator.open)
  func `messages are deleted when they are stored; what cannot be read is left`(emulator: Emulator) async throws {
    let test = try await seeded(5, emulator)
    let queue = try await Queue(on: emulator)
    let events = (0..<30).map { EventText(channel: "mock-\($0 % 5)", session: "st-\($0)", seconds: $0).text }
    try await queue.send(events + events.prefix(3) + [EventText(channel: "mock-9").text, "{\"oops\":1}"])
    let outcome = await test.run(
      "run", "stream-events", "QUEUE_URL=\(queue.url)", "IDLE_TIMEOUT=6s", "--output", "json")
    #expect(outcome.status == .succeeded)
    let counts = try Counts(outcome)
    #expect(counts.applied == 30)
    #expect(counts.duplicates >= 3)
    #expect(counts.skipped >= 1)
    #expect(counts.failed >= 1)
    #expect(
      try outcome.outputs(of: "stream-events")?.contains(
        #""skippedReasons":"{\"unknown-channel\":\#(counts.skipped)}","failed":\#(counts.failed),"stack":"UGC-dev""#)
        == true)
    let warnings = try outcome.events().filter { $0["level"] == "warning" }.compactMap { $0["message"]?.string }
    #expect(warnings.count == 1 + counts.failed)
    #expect(warnings.first == "the queue has no redrive policy: a message that cannot be read comes again and again")
    #expect(warnings.last?.hasSuffix("is left in the queue: body:1:1: an event needs `source`") == true)
    #expect(try await queue.count() == 1)
    #expect(try StackFile(test, "UGC-dev").text("SELECT count(*) FROM streams") == "30")
  }

  @Test(arguments: Emulator.open)
  func `it stops after so many events`(emulator: Emulator) async throws {
    let test = try await seeded(5, emulator)
    let queue = try await Queue(on: emulator)
    try await queue.send((0..<25).map { EventText(channel: "mock-1", session: "st-\($0)", seconds: $0).text })
    let outcome = await test.run(
      "run", "stream-events", "QUEUE_URL=\(queue.url)", "MAX_EVENTS=12", "--output", "json")
    #expect(outcome.status == .succeeded)
    let counts = try Counts(outcome)
    #expect(counts.applied + counts.duplicates == 12)
    #expect(try await queue.count() == 25 - counts.applied)
  }

  @Test func `two workers share a queue, and one that is told to stop brings its messages to their end`() async throws {
    let test = try await seeded(20, .moto)
    let queue = try await Queue(on: .moto)
    try await queue.send((0..<400).map { EventText(channel: "mock-\($0 % 20)", session: "st-\($0)", seconds: $0).text })
    let other = try await seeded(20, .moto)
    let first = other.start(
      "run", "stream-events", "QUEUE_URL=\(queue.url)", "STACK=UGC-dev", "--output", "json")
    let second = Task {
      await test.run("run", "stream-events", "QUEUE_URL=\(queue.url)", "IDLE_TIMEOUT=10s", "--output", "json")
    }
    let end = ContinuousClock.now + .seconds(120)
    while try StackFile(other, "UGC-dev").text("SELECT count(*) >= 20 FROM streams") != "1", ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(10))
    }
    let outcomes = (await first.stop(), await second.value)
    #expect(outcomes.0.status == .terminated)
    #expect(outcomes.1.status == .succeeded)
    #expect(try await queue.count() == 0)
    // What was received was stored, and then deleted: no event is lost between the two.
    let stored = try [test, other].map { try StackFile($0, "UGC-dev").texts("SELECT id FROM streams") }
    #expect(Set(stored.joined()) == Set((0..<400).map { "st-\($0)" }))
    let counts = try (Counts(outcomes.0), Counts(outcomes.1))
    #expect(counts.0.applied == stored[1].count)
    #expect(counts.1.applied == stored[0].count)
  }

  @Test func `a queue is not drained into a stack that is not there`() async throws {
    let test = try await seeded(1, .moto)
    let queue = try await Queue(on: .moto)
    try await queue.send([EventText(channel: "mock-0").text])
    await test.run("run", "stream-events", "QUEUE_URL=\(queue.url)", "STACK=typo", "-q").expect(
      error: """
        error: the local stack typo has no channels: the queue's messages would be lost
        help: check STACK, or seed it first

        """, status: .failed)
    #expect(try await queue.count() == 1)
  }

  @Test func `what is no event of IVS is another program's, and left`() async throws {
    let test = try await seeded(1, .moto)
    let queue = try await Queue(on: .moto)
    try await queue.send([
      #"{"source":"billing","amount":5}"#, #"{"Records":[]}"#, "[]", EventText(channel: "mock-0").text,
    ])
    let outcome = await test.run(
      "run", "stream-events", "QUEUE_URL=\(queue.url)", "IDLE_TIMEOUT=6s", "--output", "json")
    let counts = try Counts(outcome)
    #expect(counts.applied == 1)
    #expect(counts.failed >= 3)
    #expect(try await queue.count() == 3)
  }

  @Test func `an idle worker ends in time, whatever AWS_CALL_TIMEOUT is, and poison keeps it from nothing`()
    async throws
  {
    let test = try await seeded(1, .moto)
    let queue = try await Queue(on: .moto, attributes: ["VisibilityTimeout": "1"])
    try await queue.send(["poison"])
    let outcome = await test.run(
      "run", "stream-events", "QUEUE_URL=\(queue.url)", "IDLE_TIMEOUT=12s", "AWS_CALL_TIMEOUT=8s", "-q")
    #expect(outcome.status == .succeeded, "\(outcome)")
    #expect(outcome.output.hasPrefix("applied 0 of "))
  }

  @Test func `a queue that is not there is told`() async throws {
    let test = try await seeded(1, .moto)
    let outcome = await test.run(
      "run", "stream-events", "QUEUE_URL=\(Emulator.moto.address)/123456789012/nowhere", "-q")
    #expect(outcome.status == .failed)
    #expect(outcome.error.contains("error: SQS ReceiveMessage was refused: "))
  }

  private func rule(_ properties: [JSONValue.Member]) -> JSONValue {
    .object([.init("Name", .string("UGC-\(UUID().uuidString.prefix(8))"))] + properties)
  }

  private static let target: JSONValue = [
    "Id": "Target0", "Arn": "arn:aws:sqs:us-west-2:123456789012:q",
    "RetryPolicy": ["MaximumRetryAttempts": .number("10")],
    "DeadLetterConfig": ["Arn": "arn:aws:sqs:us-west-2:123456789012:dead"],
  ]

  private func verify(
    _ emulator: Emulator, _ rules: [JSONValue]
  ) async throws -> (codes: [String], outcome: Outcome) {
    let stack = "UGC-\(UUID().uuidString.prefix(8))"
    _ = try await PlatformTemplate.deploy(stack, on: emulator, rules: rules)
    var test = ToolTest.platform.variable("BACKEND", "aws").variable("STACK", stack)
    for (name, value) in emulator.environment() { test = test.variable(name, value) }
    let outcome = await test.run("run", "stream-events", "VERIFY=true", "--output", "json")
    return (try outcome.events().filter { $0["event"] == "finding" }.compactMap { $0["code"]?.string }, outcome)
  }

  private var wholesomeRule: JSONValue {
    rule([.init("EventPattern", ["source": ["aws.ivs"]]), .init("State", "ENABLED"), .init("Targets", [Self.target])])
  }

  @Test(arguments: Emulator.open)
  func `a rule that brings all kinds of events is verified`(emulator: Emulator) async throws {
    let (codes, outcome) = try await verify(emulator, [wholesomeRule])
    #expect(codes.isEmpty)
    #expect(outcome.status == .succeeded, "\(outcome.output)\(outcome.error)")
    #expect(try outcome.outputs(of: "stream-events")?.hasPrefix(#"{"errors":0,"warnings":0,"unknown":0,"#) == true)
  }

  @Test(arguments: Emulator.open)
  func `what is wrong with the rule is found`(emulator: Emulator) async throws {
    let bare: JSONValue = ["Id": "Target0", "Arn": "arn:aws:sqs:us-west-2:123456789012:q"]
    let pattern: JSONValue = ["source": ["aws.ivs"]]
    let health: JSONValue = [
      "source": ["aws.ivs"], "detail-type": ["IVS Stream Health Change", ["prefix": "IVS Rec"]],
    ]
    let missing = try await verify(emulator, [])
    #expect(missing.codes == ["rule-missing"])
    #expect(missing.outcome.status == .failed)
    let disabled = try await verify(
      emulator,
      [rule([.init("EventPattern", pattern), .init("State", "DISABLED"), .init("Targets", [Self.target])])])
    #expect(disabled.codes == ["rule-disabled"])
    #expect(disabled.outcome.status == .failed)
    let fragile = try await verify(
      emulator, [rule([.init("EventPattern", pattern), .init("State", "ENABLED"), .init("Targets", [bare])])])
    #expect(fragile.codes == ["target-without-retry-policy", "target-without-dead-letter-queue"])
    #expect(fragile.outcome.status == .succeeded)
    let narrow = try await verify(
      emulator, [rule([.init("EventPattern", health), .init("State", "ENABLED"), .init("Targets", [Self.target])])])
    #expect(narrow.codes == Array(repeating: "event-kind-missed", count: 9))
    #expect(narrow.outcome.status == .failed)
    let wide = rule([.init("EventPattern", pattern), .init("State", "ENABLED"), .init("Targets", [Self.target])])
    let stages: JSONValue = ["source": ["aws.ivs"], "detail-type": ["IVS Stage Update"]]
    let beside = try await verify(
      emulator,
      [
        wide, rule([.init("EventPattern", stages), .init("State", "DISABLED")]),
        rule([.init("EventPattern", health), .init("State", "DISABLED"), .init("Targets", [Self.target])]),
      ])
    #expect(beside.codes == ["rule-disabled"])
    #expect(beside.outcome.status == .succeeded)
    let lost = try await verify(emulator, [rule([.init("EventPattern", pattern), .init("State", "ENABLED")])])
    #expect(lost.codes == ["rule-without-target"])
  }
  @Test func `the README's commands for deployed stacks work`() async throws {
    let stack = "UGC-\(UUID().uuidString.prefix(8))"
    _ = try await PlatformTemplate.deploy(stack, on: .ministack, rules: [wholesomeRule])
    let lines = try Repository.text("README.md").split(separator: "\n").filter {
      $0.hasPrefix("ugc-tasks run stream-events BACKEND=aws")
    }
    #expect(lines.count == 2)
    let queue = try await Queue(on: .ministack)
    var test = ToolTest.platform.variable("STACK", stack)
    for (name, value) in Emulator.ministack.environment() { test = test.variable(name, value) }
    for line in lines {
      let words = line.split(separator: " ").dropFirst().map { word in
        word.hasPrefix("QUEUE_URL=") ? "QUEUE_URL=\(queue.url)" : String(word.replacing("=30s", with: "=1s"))
      }
      let run = await test.run(words)
      #expect(run.status == .succeeded, "\(run)")
    }
  }
}
