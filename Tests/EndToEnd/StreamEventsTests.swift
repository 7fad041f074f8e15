import Documents
import Foundation
import TaskCLI
import Testing

/// Events replayed from files.
@Suite struct StreamEventsTests {
  private let announcement = "local stack UGC-dev, region us-west-2, account 000000000000\n"

  private func seeded() async throws -> ToolTest {
    let test = ToolTest.platform.file("seed.json", try Repository.text("seed.example.json"))
    #expect(await test.run("run", "seed", "JSON=seed.json", "SEED_COUNT=3", "-q").status == .succeeded)
    return test
  }

  private func state(_ test: ToolTest, _ session: String) throws -> String? {
    try StackFile(test, "UGC-dev").texts(
      """
      SELECT ifnull(is_open, ifnull(item ->> '$.endTime', 'closed')) || ' ' ||
        (SELECT group_concat(value ->> '$.name') FROM json_each(item, '$.truncatedEvents'))
      FROM streams WHERE id = '\(session)'
      """
    ).first
  }

  @Test func `a life and the awkward cases`() async throws {
    let test = try await seeded().file("events.ndjson", try Repository.text("Examples/stream-events.ndjson"))
    await test.run("run", "stream-events", "EVENTS=events.ndjson").expect(
      output: """
        applied 13 of 17 events (1 duplicate; 3 skipped: 1 of the account, 1 of stages, 1 of unknown channels), in UGC-dev

        """, error: announcement)
    #expect(
      try state(test, "st-1HarbourRadio2") == """
        2026-03-03T19:30:01Z Session Created,Stream Start,Recording Start,Starvation Start,Starvation End,\
        Ingest Bitrate,Stream End,Session Ended
        """)
    #expect(try state(test, "st-1NightChess2") == "true Session Created,Stream Start")
    #expect(
      try state(test, "mock-stream-id-night-chess-1")
        == "2026-03-02T23:10:00Z Session Created,Stream Start,Starvation Start,Session Ended")
    #expect(try state(test, "mock-stream-id-harbour-radio-1")?.hasPrefix("2026-03-03T18:00:00Z ") == true)
    // Twice is as good as once.
    let again = await test.run("run", "stream-events", "EVENTS=events.ndjson", "--output", "json")
    #expect(
      try again.outputs(of: "stream-events") == """
        {"received":17,"applied":0,"duplicates":14,"skipped":3,\
        "skippedReasons":"{\\"account-level\\":1,\\"stage\\":1,\\"unknown-channel\\":1}","failed":0,"stack":"UGC-dev",\
        "backend":"local"}
        """)
    await test.run("run", "stack", "-q").expect(
      output: "channels  3 (3 seeded)\nstreams   6 (6 seeded), 2 live, 4 ended\n")
    await test.run("run", "deleteSeed", "-q").expect(output: "deleted 3 channels and 6 streams from UGC-dev\n")
    await test.run("run", "stack", "-q").expect(
      output: "channels  0 (0 seeded)\nstreams   0 (0 seeded), 0 live, 0 ended\n")
  }

  @Test func `names are taken in any case`() async throws {
    let test = try await seeded().file(
      "events.json",
      [EventText(name: "session created"), EventText(name: "SESSION ENDED", seconds: 60)].map(\.text)
        .joined(separator: "\n"))
    _ = await test.run("run", "stream-events", "EVENTS=events.json")
    #expect(try state(test, "st-1") == "2026-03-03T00:01:00Z Session Created,Session Ended")
  }

  private static func quoted(_ text: String) -> String { JSONValue.string(text).text }

  @Test(arguments: [
    "one", "list", "pretty list", "lines", "one after the other", "sqs", "lambda", "sns in sqs",
    "sns in lambda", "pretty",
  ])
  func `events come in many wrappings`(form: String) async throws {
    let (one, two) = (EventText().text, EventText(name: "Session Ended", seconds: 5).text)
    let text =
      switch form {
      case "one": one
      case "list": "[\(one),\(two)]"
      case "pretty list": try JSONValue(parsing: "[\(one),\(two)]").indentedText
      case "pretty": try JSONValue(parsing: one).indentedText + "\n" + JSONValue(parsing: two).indentedText
      case "lines": "\n\(one)\r\n\n\(two)"
      case "one after the other": one + two
      case "sqs":
        """
        {
          "Messages": [{"MessageId": "1", "Body": \(Self.quoted(one))}, {"MessageId": "2", "Body": \(Self.quoted(two))}]
        }
        """
      case "lambda": "{\"Records\":[{\"body\":\(Self.quoted(one))},{\"body\":\(Self.quoted(two))}]}"
      case "sns in lambda":
        "{\"Records\":[{\"Sns\":{\"Message\":\(Self.quoted(one))}},{\"Sns\":{\"Message\":\(Self.quoted(two))}}]}"
      default:
        try [one, two].map { event in
          let notification = "{\"Type\":\"Notification\",\"Message\":\(Self.quoted(event))}"
          return try JSONValue(parsing: "{\"MessageId\":\"1\",\"Body\":\(Self.quoted(notification))}").text
        }.joined(separator: "\n")
      }
    let count = form == "one" ? 1 : 2
    try await seeded().file("events", text).run("run", "stream-events", "EVENTS=events", "-q").expect(
      output: "applied \(count) of \(count) event\(count == 1 ? "" : "s"), in UGC-dev\n")
  }

  @Test func `a broken line is named, and what came before stays`() async throws {
    let lines = [EventText().text, EventText(name: "Stream Start", seconds: 1).text, "{\"oops", EventText().text]
    let test = try await seeded().file("events.ndjson", lines.joined(separator: "\n"))
    await test.run("run", "stream-events", "EVENTS=events.ndjson", "-q").expect(
      error: """
        error: the text is not closed
         --> events.ndjson:3:7
          |
        3 | {"oops
          |       ^
        note: applied 2 of 3 events (1 failed); what was applied stays
        help: write the closing "; the file may be cut off

        """, status: .failed)
    #expect(try state(test, "st-1") == "true Session Created,Stream Start")
    await test.run("run", "stream-events", "EVENTS=events.ndjson", "ON_INVALID=skip").expect(
      output: "applied 0 of 4 events (3 duplicates; 1 failed), in UGC-dev\n",
      error: announcement + "warning: skipped: events.ndjson:3:7: the text is not closed\n")
  }

  @Test func `a broken message of a queue's answer spoils no other`() async throws {
    let bodies = [EventText().text, "nope", EventText(name: "Stream Start", seconds: 1).text].map {
      "{\"Body\":\(Self.quoted($0))}"
    }
    let test = try await seeded().file("messages.json", "{\"Messages\":[\n\(bodies.joined(separator: ",\n"))]}")
    await test.run("run", "stream-events", "EVENTS=messages.json", "ON_INVALID=skip", "-q").expect(
      output: "applied 2 of 3 events (1 failed), in UGC-dev\n",
      error: "warning: skipped: messages.json:3, the text of Body:1:1: this is not a JSON value\n")
  }

  @Test func `a list that is cut off is not taken for a whole one`() async throws {
    let test = try await seeded().file("events.json", "[\(EventText().text),\n")
    await test.run("run", "stream-events", "EVENTS=events.json", "-q").expect(
      error: """
        error: events.json:2: the array is not closed
        note: applied 1 of 2 events (1 failed); what was applied stays
        help: the file may be cut off

        """, status: .failed)
  }

  @Test func `a row that cannot be read stops a replay, or is skipped`() async throws {
    let lines = [EventText(session: "broken").text, EventText(channel: "mock-night-chess", session: "st-2").text]
    let test = try await seeded().file("events", lines.joined(separator: "\n"))
    try StackFile(test, "UGC-dev").execute(
      "INSERT INTO streams VALUES ('\(EventText.arn("mock-harbour-radio"))', 'broken', 'x', NULL, '{}')")
    await test.run("run", "stream-events", "EVENTS=events", "-q").expect(
      error: """
        error: events:1: the row of the session broken cannot be read
        note: applied 0 of 1 event (1 failed); what was applied stays
        help: correct its item, or delete it

        """, status: .failed)
    await test.run("run", "stream-events", "EVENTS=events", "-q", "ON_INVALID=skip").expect(
      output: "applied 1 of 2 events (1 failed), in UGC-dev\n",
      error: "warning: events:1: the row of the session broken cannot be read\n")
  }

  @Test(arguments: [
    ("[]", "applied 0 of 0 events, in UGC-dev\n", ""), ("", "applied 0 of 0 events, in UGC-dev\n", ""),
    ("7", "", "an event is an object, not a whole number"), ("{}", "", "an event needs `source`"),
    (#"{"source":7}"#, "", "`source` must be text, not a whole number"),
    (#"{"source":"aws.ivs","detail-type":"IVS Stream State Change"}"#, "", "an event needs `detail`"),
    (
      #"{"source":"aws.ivs","detail-type":"IVS Stream State Change","detail":[]}"#, "",
      "`detail` must be an object, not a list"
    ),
    (
      #"{"source":"aws.ivs","detail-type":"IVS Stream State Change","detail":{"event_name":"x"},"time":"now"}"#, "",
      "`time` must be an instant such as 2026-01-31T12:00:00Z"
    ),
    (
      #"{"source":"aws.ivs","detail-type":"IVS Stream State Change","detail":{"event_name":"x"},"time":"2026-01-31","resources":[]}"#,
      "", "`resources` names no channel"
    ),
    (
      #"{"source":"aws.s3","detail-type":"x"}"#,
      "applied 0 of 1 event (1 skipped: 1 not from IVS), in UGC-dev\n", ""
    ),
    (
      #"{"source":"aws.ivs","detail-type":"IVS Weather"}"#,
      "applied 0 of 1 event (1 skipped: 1 of an unknown type), in UGC-dev\n", ""
    ),
  ])
  func `what is no event is told`(text: String, output: String, message: String) async throws {
    let outcome = try await seeded().file("events", text).run("run", "stream-events", "EVENTS=events", "-q")
    #expect(outcome.output == output)
    #expect(outcome.status == (message.isEmpty ? .succeeded : .failed))
    #expect(message.isEmpty ? outcome.error.isEmpty : outcome.error.hasPrefix("error: \(message)\n"))
  }

  @Test func `a stack that was never seeded knows no channel`() async throws {
    let test = ToolTest.platform.file("events", EventText().text)
    await test.run("run", "stream-events", "EVENTS=events").expect(
      output: "applied 0 of 1 event (1 skipped: 1 of unknown channels), in UGC-dev\n", error: announcement)
    #expect(!test.folder.exists(".ugc/stacks"))
  }

  @Test func `exactly one source is chosen`() async throws {
    let choices =
      "EVENTS=FILE replays a file, LISTEN=HOST:PORT serves HTTP, QUEUE_URL=URL works a queue, VERIFY=true checks the rule"
    await ToolTest.platform.run("run", "stream-events").expect(
      error: """
        error: `events` of the task `stream-events` is not given, nor is listen, queueUrl or verify
        help: choose one: \(choices)

        """, status: .usage)
    await ToolTest.platform.run("run", "stream-events", "EVENTS=x", "LISTEN=127.0.0.1:1", "VERIFY=true", "BACKEND=aws")
      .expect(
        error: """
          error: `events` of the task `stream-events` is given together with listen and verify
           --> EVENTS on the command line
            |
            | EVENTS=x
            |        ^
          help: choose one: \(choices)

          """, status: .usage)
  }

  @Test(arguments: [
    (["LISTEN=0.0.0.0:0"], "`listen` of the task `stream-events` is 0.0.0.0:0, which other machines reach"),
    (["EVENTS=x", "TOKEN=sesame"], "`token` of the task `stream-events` is given without listen"),
    (["EVENTS=x", "IDLE_TIMEOUT=5s"], "`idleTimeout` of the task `stream-events` is given without queueUrl"),
    (["EVENTS=x", "MAX_EVENTS=5"], "`maxEvents` of the task `stream-events` is given without queueUrl"),
    (["LISTEN=127.0.0.1:0", "ON_INVALID=skip"], "`onInvalid` of the task `stream-events` is given without events"),
    (["VERIFY=true"], "`verify` of the task `stream-events` is true, but a local stack has no rule"),
    (["LISTEN=8080"], "`listen` of the task `stream-events` must be HOST:PORT"),
    (["LISTEN=127.0.0.1:65536"], "`listen` of the task `stream-events` must be HOST:PORT"),
    (["QUEUE_URL=events"], "`queueUrl` of the task `stream-events` must be a queue's URL"),
    (
      ["QUEUE_URL=https://sqs.us-west-2.amazonaws.com/1/q"],
      "`queueUrl` of the task `stream-events` is given, but not the backend that its events are for"
    ),
    (["EVENTS=nowhere"], "the file nowhere cannot be read: there is no such file"),
    (["EVENTS=."], "the file . cannot be read"),
  ])
  func `values that do not fit are refused`(values: [String], message: String) async {
    let outcome = await ToolTest.platform.run(["run", "stream-events"] + values)
    #expect(outcome.error.contains("error: \(message)"))
    #expect(outcome.status == .usage)
  }

  @Test func `a plan says where the events come from`() async throws {
    let test = try await seeded().file("events", EventText().text)
    await test.run("plan", "stream-events", "EVENTS=events").expect(
      output: "stream-events\n    apply the events of events to the local stack UGC-dev\n")
    await test.run("plan", "stream-events", "LISTEN=[::1]:0", "TOKEN=sesame").expect(
      output: "stream-events\n    serve HTTP at [::1]:0, and apply events to the local stack UGC-dev\n")
  }

  @Test func `a chain of seed, stream-events and deleteSeed leaves nothing`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          chain:
            steps:
              - task: seed
                with: { uses: seed, seedCount: 5, json: seed.json }
              - task: stream-events
                with: { events: events.ndjson }
              - deleteSeed
              - stack
          seed: {}
          stream-events: {}
          deleteSeed: {}
          stack: {}
        """.replacing("uses: seed, ", with: "")
    ).file("seed.json", try Repository.text("seed.example.json"))
      .file("events.ndjson", try Repository.text("Examples/stream-events.ndjson"))
    let outcome = await test.run("run", "chain", "-q")
    #expect(outcome.status == .succeeded)
    #expect(outcome.output.hasSuffix("chain/4:stack | streams   0 (0 seeded), 0 live, 0 ended\n"))
  }

  @Test func `events come through a pipe, and memory does not grow with them`() async throws {
    let binary = Binary(tasks: "version: 1\ntasks:\n  seed: {}\n  stream-events: {}\n")
    binary.folder.write("seed.json", EventText.channels(50))
    binary.folder.write(
      "more.py",
      """
      import sys
      for n in range(int(sys.argv[1])):
          name = ["Session Created", "Stream Start", "Stream End", "Session Ended"][n % 4]
          print('{"id":"%d","source":"aws.ivs","detail-type":"IVS Stream State Change","time":"2026-03-03T%02d:%02d:%02dZ",'
              '"resources":["arn:aws:ivs:us-west-2:000000000000:channel/mock-%d"],"detail":{"event_name":"%s","stream_id":'
              '"st-%d"}}' % (n, n // 3600, n // 60 % 60, n % 60, n // 4 % 50, name, n // 4))
      """)
    func peak(_ count: Int) async throws -> Int {
      let result = try await binary.shell(
        """
        python3 more.py \(count) | python3 -c '
        import os, resource, subprocess
        code = subprocess.call([os.environ["UGC"], "run", "stream-events", "EVENTS=-", "STACK=S\(count)"])
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        exit(code)'
        """)
      #expect(result.output.hasPrefix("applied \(count) of \(count) events, in S\(count)\n"), "\(result)")
      return try #require(result.output.split(separator: "\n").last.flatMap { Int($0) })
    }
    for count in [2_000, 20_000] {
      #expect(try await binary.shell("$UGC run seed JSON=seed.json SEED_COUNT=50 STACK=S\(count)").code == 0)
    }
    let (few, many) = (try await peak(2_000), try await peak(20_000))
    #expect(many < few + 40_000, "\(few) KiB for 2,000 events, \(many) KiB for 20,000")
  }
}
