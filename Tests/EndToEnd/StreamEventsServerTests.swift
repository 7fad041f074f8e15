import AWSClient
import AWSTestSupport
import Documents
import Foundation
import GRDB
import Glibc
import NIOHTTP1
import Synchronization
import TaskCLI
import Testing

/// Events served over HTTP.
@Suite struct StreamEventsServerTests {
  private func seeded(_ count: Int = 3) async throws -> ToolTest {
    let test = ToolTest.platform.file("seed.json", EventText.channels(count))
    #expect(await test.run("run", "seed", "JSON=seed.json", "SEED_COUNT=\(count)", "-q").status == .succeeded)
    return test
  }

  private func client(_ server: ToolTest.Running) async -> EventClient {
    let address = await server.said("listening on http://")
    return EventClient(url: "http://\(address.prefix { $0 != ";" })")
  }

  private func row(_ test: ToolTest, _ session: String) throws -> JSONValue? {
    try StackFile(test, "UGC-dev").texts("SELECT item FROM streams WHERE id = '\(session)'").first.map {
      try JSONValue(parsing: $0)
    }
  }

  @Test func `each event is answered as what has become of it`() async throws {
    let test = try await seeded()
    let server = test.start("run", "stream-events", "LISTEN=127.0.0.1:0")
    let client = await client(server)
    let event = EventText(channel: "mock-0").text
    #expect(try await client.post(event) == .init(status: 200, text: #"{"result":"applied"}"#, retryAfter: nil))
    #expect(try await client.post(event, path: "/streamEvents").text == #"{"result":"duplicate"}"#)
    #expect(
      try await client.post(EventText(channel: "mock-99").text).text
        == #"{"result":"skipped","reason":"unknown-channel"}"#)
    #expect(
      try await client.post("[\(event)]")
        == .init(
          status: 400,
          text: #"{"__type":"ValidationException","message":"body:1:1: an event is an object, not a list"}"#,
          retryAfter: nil))
    #expect(
      try await client.get("/status").text
        == #"{"status":"ok","stack":"UGC-dev","received":4,"applied":1,"duplicates":1,"skipped":1,"failed":1,"waiting":0}"#
    )
    let metrics = try await client.get("/metrics").text
    for line in [
      "ugc_stream_events_total{outcome=\"applied\"} 1", "ugc_stream_events_waiting 0",
      "ugc_stream_events_total{outcome=\"skipped\",reason=\"unknown-channel\"} 1",
      "ugc_stream_events_responses_total{status=\"200\"} 3", "ugc_stream_events_response_seconds_count 4",
    ] { #expect(metrics.contains("\n\(line)\n"), "\(line)") }
    #expect(try await client.get("/nowhere").status == 404)
    let outcome = await server.stop()
    #expect(outcome.status == .terminated)
    #expect(
      outcome.output
        == "applied 1 of 4 events (1 duplicate; 1 skipped: 1 of unknown channels; 1 failed), in UGC-dev\n")
    #expect(try row(test, "st-1")?["isOpen"] == "true")
  }

  @Test(arguments: [
    ("", "the body is empty"), ("{", "body:1:2: a key in double quotes was expected here"),
    ("{\"source\":{}}", "body:1:11: `source` must be text, not a mapping"),
    (String(repeating: "[", count: 1000), "body:1:102: this is nested more than 100 levels deep"),
    ("{\"source\":\"a\",\"source\":\"b\"}", "body:1:15: the key `source` is written twice"),
    ("\u{0}", "body:1:1: this is not a JSON value"),
  ])
  func `what is no event is a bad request`(body: String, message: String) async throws {
    let test = try await seeded()
    let server = test.start("run", "stream-events", "LISTEN=127.0.0.1:0")
    let client = await client(server)
    let answer = try await client.post(body)
    #expect(answer.status == 400)
    #expect(try JSONValue(parsing: answer.text)["message"] == .string(message))
    #expect(try await client.post(EventText(channel: "mock-1").text).status == 200)
    _ = await server.stop()
  }

  @Test func `a body that is too large, or never comes, does not hold the others up`() async throws {
    let test = try await seeded()
    let server = test.start("run", "stream-events", "LISTEN=127.0.0.1:0")
    let client = await client(server)
    let port = try #require(client.url.split(separator: ":").last.flatMap { UInt16($0) })
    // Heads and bodies that drip.
    var drips: [RawConnection] = []
    for number in 0..<100 {
      let body = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
      drips.append(
        await RawConnection(port: port, sending: number.isMultiple(of: 2) ? "POST / HTTP/1.1\r\nHo" : body))
    }
    let large = await RawConnection(
      port: port,
      sending: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n"
        + String(repeating: " ", count: 10_000_000))
    #expect(await large.firstLine == "HTTP/1.1 413 Payload Too Large")
    // Its length is not told beforehand.
    let chunk = "10000\r\n" + String(repeating: " ", count: 0x10000) + "\r\n"
    let chunked = await RawConnection(
      port: port,
      sending: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + String(repeating: chunk, count: 17) + "0\r\n\r\n")
    #expect(await chunked.firstLine == "HTTP/1.1 413 Payload Too Large")
    let nonsense = await RawConnection(port: port, sending: "NONSENSE\r\n\r\n")
    #expect(await nonsense.firstLine == "HTTP/1.1 400 Bad Request")
    #expect(try await client.post(EventText(channel: "mock-0").text).status == 200)
    drips = []
    #expect(await server.stop().status == .terminated)
  }

  @Test func `a token is asked for where one is given`() async throws {
    let test = try await seeded()
    let server = test.start("run", "stream-events", "LISTEN=127.0.0.1:0", "TOKEN=open-sesame")
    let client = await client(server)
    let event = EventText(channel: "mock-0").text
    for headers in [[:], ["Authorization": "Bearer open-sesam"], ["X-Api-Key": ""], ["Authorization": "open-sesame"]] {
      #expect(try await client.post(event, headers).status == 401)
      #expect(try await client.get("/metrics", headers).status == 401)
    }
    #expect(try await client.post(event, ["Authorization": "bearer open-sesame"]).text == #"{"result":"applied"}"#)
    #expect(try await client.post(event, ["X-Api-Key": "open-sesame"]).text == #"{"result":"duplicate"}"#)
    // Health checks know no token, and are told no more than they need.
    #expect(try await client.get("/status").text == #"{"status":"ok"}"#)
    #expect(try await client.get("/status", ["X-Api-Key": "open-sesame"]).text.contains(#""applied":1"#))
    let outcome = await server.stop()
    #expect(!outcome.error.contains("sesame") && !outcome.output.contains("sesame"))
  }

  @Test func `no web page can post events`() async throws {
    let test = try await seeded()
    let server = test.start("run", "stream-events", "LISTEN=127.0.0.1:0")
    let client = await client(server)
    let event = EventText(channel: "mock-0").text
    #expect(try await client.post(event, ["Origin": "https://example.com"]).status == 403)
    #expect(try await client.post(event, ["Expect": "100-continue"]).status == 417)
    #expect(try await client.post(event).text == #"{"result":"applied"}"#)
    _ = await server.stop()
  }

  @Test func `an address that this machine has not is told`() async throws {
    let test = try await seeded()
    await test.run("run", "stream-events", "LISTEN=192.0.2.1:80", "TOKEN=open-sesame", "-q").expect(
      error: """
        error: cannot listen at 192.0.2.1:80: cannot assign requested address
        help: LISTEN=127.0.0.1:0 takes any free port

        """, status: .failed)
  }

  @Test func `a port that is taken is told`() async throws {
    let test = try await seeded()
    let server = test.start("run", "stream-events", "LISTEN=127.0.0.1:0")
    let port = await client(server).url.split(separator: ":").last ?? ""
    await test.run("run", "stream-events", "LISTEN=127.0.0.1:\(port)", "-q").expect(
      error: """
        error: cannot listen at 127.0.0.1:\(port): address already in use
        help: is another program listening there? LISTEN=127.0.0.1:0 takes any free port

        """, status: .failed)
    _ = await server.stop()
  }

  @Test func `a stack that is deleted and made anew gets what comes then`() async throws {
    let test = try await seeded()
    let server = test.start("run", "stream-events", "LISTEN=127.0.0.1:0")
    let client = await client(server)
    #expect(try await client.post(EventText(channel: "mock-1").text).text == #"{"result":"applied"}"#)
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: "\(test.folder.path)/.ugc/stacks/UGC-dev.sqlite\(suffix)")
    }
    #expect(try await client.post(EventText(channel: "mock-1").text).text.contains("unknown-channel"))
    #expect(await test.run("run", "seed", "JSON=seed.json", "SEED_COUNT=3", "-q").status == .succeeded)
    #expect(try await client.post(EventText(channel: "mock-1").text).text == #"{"result":"applied"}"#)
    #expect(try row(test, "st-1")?["isOpen"] == "true")
    _ = await server.stop()
  }

  @Test func `a server of a stack without channels warns`() async throws {
    let server = ToolTest.platform.start("run", "stream-events", "LISTEN=127.0.0.1:0", "STACK=typo")
    #expect(await server.said("warning: ") == "the local stack typo has no channels: their events are skipped")
    _ = await client(server)
    _ = await server.stop()
  }

  @Test func `where the store fails, EventBridge is to try again`() async throws {
    let test = try await seeded()
    let server = test.start("run", "stream-events", "LISTEN=127.0.0.1:0")
    let client = await client(server)
    #expect(try await client.post(EventText(channel: "mock-1").text).status == 200)
    try StackFile(test, "UGC-dev").execute("ALTER TABLE streams RENAME TO elsewhere")
    #expect(
      try await client.post(EventText(channel: "mock-0").text)
        == .init(status: 500, text: #"{"__type":"UnexpectedException"}"#, retryAfter: nil))
    #expect(await server.said("warning: ").contains("no such table: streams"))
    #expect(await server.stop().output == "applied 1 of 2 events (1 failed), in UGC-dev\n")
  }

  private enum Place: String, CaseIterable {
    case local
    case moto
    case ministack

    var emulator: Emulator? { self == .moto ? .moto : self == .ministack ? .ministack : nil }
  }

  @Test(arguments: Place.allCases.filter { $0 == .local || Emulator.areThere }.map(\.rawValue))
  func `many deliveries of few events to one session are each stored once`(place: String) async throws {
    let emulator = try #require(Place(rawValue: place)).emulator
    var test = try await seeded(0).file("seed.json", EventText.channels(1))
    var tables: PlatformTables?
    if let emulator {
      let stack = "UGC-\(UUID().uuidString.prefix(8))"
      tables = try await PlatformTemplate.deploy(stack, on: emulator)
      for (name, value) in emulator.environment() { test = test.variable(name, value) }
      test = test.variable("BACKEND", "aws").variable("STACK", stack)
    }
    #expect(await test.run("run", "seed", "JSON=seed.json", "SEED_COUNT=1", "-q").status == .succeeded)
    let server = test.start("run", "stream-events", "LISTEN=127.0.0.1:0")
    let client = await client(server)
    let results = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<40 {
        group.addTask {
          let name = number % 20 == 0 ? "Session Created" : "Event \(number % 20)"
          return try await client.post(EventText(channel: "mock-0", name: name, seconds: number % 20).text).text
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count { $0 == #"{"result":"applied"}"# } == 20)
    #expect(results.count { $0 == #"{"result":"duplicate"}"# } == 20)
    #expect(await server.stop().status == .terminated)
    let item: JSONValue?
    if let tables {
      let rows = try await tables.rows().compactMap(AttributeValue.decodedItem)
      item = rows.first { $0["startTime"] != nil }
    } else {
      item = try row(test, "st-1")
    }
    #expect(item?["truncatedEvents"]?.items.count == 20)
    #expect(item?["isOpen"] == "true")
  }

  @Test(.enabled(if: Emulator.areThere), .timeLimit(.minutes(2)))
  func `a store in trouble does not keep the server from ending`() async throws {
    let stack = "UGC-\(UUID().uuidString.prefix(8))"
    _ = try await PlatformTemplate.deploy(stack, on: .moto)
    let proxy = try await FaultProxy(to: .moto, faults: [.throttled: 1])
    var test = ToolTest.platform.variable("BACKEND", "aws").variable("STACK", stack)
    for (name, value) in Emulator.moto.environment(at: proxy.url) { test = test.variable(name, value) }
    let server = test.start("run", "stream-events", "LISTEN=127.0.0.1:0", "--grace", "500ms")
    let client = await client(server)
    let answer = Task { try? await client.post(EventText(channel: "mock-0").text) }
    while proxy.calls == 0 { try await Task.sleep(for: .milliseconds(5)) }
    let outcome = await server.stop()
    #expect(outcome.status == .terminated)
    #expect(outcome.output == "applied 0 of 1 event (1 failed), in \(stack)\n")
    answer.cancel()
    await proxy.close()
  }

  @Test func `a channel never has two open sessions, not for a moment`() async throws {
    let channels = 100
    let test = try await seeded(channels)
    let server = test.start("run", "stream-events", "LISTEN=127.0.0.1:0")
    let client = await client(server)
    var events = (0..<channels).flatMap { number in
      let channel = "mock-\(number)"
      return [
        EventText(channel: channel, session: "a", seconds: 0), EventText(channel: channel, session: "b", seconds: 60),
        EventText(channel: channel, session: "a", name: "Session Ended", seconds: 70),
      ]
    }
    events.shuffle()
    let queue = try DatabaseQueue(path: "\(test.folder.path)/.ugc/stacks/UGC-dev.sqlite")
    let isOver = Atomic(false)
    let watching = Task {
      var moments = 0
      while !isOver.load(ordering: .relaxed) {
        let doubles = try await queue.read { database in
          try Int.fetchOne(
            database,
            sql: """
              SELECT count(*) FROM
                (SELECT 1 FROM streams WHERE is_open IS NOT NULL GROUP BY channel_arn HAVING count(*) > 1)
              """) ?? 0
        }
        #expect(doubles == 0)
        moments += 1
      }
      return moments
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<16 {
        let mine = events.indices.filter { $0 % 16 == number }.map { events[$0].text }
        group.addTask {
          for event in mine {
            let status = try await client.post(event).status
            #expect(status == 200)
          }
        }
      }
      try await group.waitForAll()
    }
    isOver.store(true, ordering: .relaxed)
    #expect(try await watching.value > 0)
    _ = await server.stop()
    #expect(
      try StackFile(test, "UGC-dev").texts(
        "SELECT DISTINCT id || ' ' || ifnull(is_open, item ->> '$.endTime') FROM streams ORDER BY id")
        == ["a 2026-03-03T00:01:10Z", "b true"])
  }

  @Test func `what was answered with 200 is there after kill -9`() async throws {
    let binary = Binary(tasks: "version: 1\ntasks:\n  seed: {}\n  stream-events: {}\n")
    binary.folder.write("seed.json", EventText.channels(10))
    #expect(try await binary.shell("$UGC run seed JSON=seed.json SEED_COUNT=10").code == 0)
    let running = try binary.start("exec $UGC run stream-events LISTEN=127.0.0.1:0 2> said")
    let said = try await binary.said("listening on http://", in: "said")
    let client = EventClient(url: "http://\(said.prefix { $0 != ";" })")
    let stored = await flood(client, killing: running.process.processIdentifier, after: 50)
    kill(running.process.processIdentifier, SIGKILL)
    #expect(await running.finish().code == SIGKILL)
    let rows = try await DatabaseQueue(path: "\(binary.folder.path)/.ugc/stacks/UGC-dev.sqlite").read { database in
      Set(try String.fetchAll(database, sql: "SELECT id FROM streams"))
    }
    #expect(stored.count >= 50)
    #expect(stored.isSubset(of: rows))
  }

  /// Opens sessions from eight clients until the server is killed; gives those that were answered with 200.
  private func flood(_ client: EventClient, killing process: Int32, after limit: Int) async -> Set<String> {
    await withTaskGroup(of: Set<String>.self) { group in
      for lane in 0..<8 {
        group.addTask {
          var stored: Set<String> = []
          for number in 0..<1000 {
            let session = "st-\(lane)-\(number)"
            let event = EventText(channel: "mock-\(number % 10)", session: session, seconds: number)
            guard let answer = try? await client.post(event.text), answer.status == 200 else { break }
            stored.insert(session)
            if lane == 0, stored.count == limit { kill(process, SIGKILL) }
          }
          return stored
        }
      }
      return await group.reduce(into: []) { $0.formUnion($1) }
    }
  }
}

/// A connection whose bytes a test chooses; threads of its own wait for it.
private final class RawConnection: Sendable {
  private let descriptor: Int32

  init(port: UInt16, sending text: String) async {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    await onThread { [descriptor] in
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      let status = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      #expect(status == 0)
      let bytes = Array(text.utf8)
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { return }
        sent += count
      }
    }
  }

  deinit { close(descriptor) }

  /// The first line of the answer.
  var firstLine: String {
    get async {
      await onThread { [descriptor] in
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) == 1, byte != 0x0D { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
      }
    }
  }
}
