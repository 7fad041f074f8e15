import AWSTestSupport
import Documents
import Foundation
import NIOHTTP1
import Synchronization
import Testing

@testable import AWSClient

/// What a client makes of servers that behave badly.
@Suite struct ServiceClientTests {
  private func client(
    _ peer: HTTPPeer, _ service: AWSService = .dynamoDB, attempts: Int? = nil,
    now: @escaping @Sendable () -> Date = { Date() }
  ) -> ServiceClient {
    ServiceClient(
      service: service, region: "us-west-2",
      endpoints: EndpointResolver(
        environment: ["AWS_ENDPOINT_URL": peer.url], config: SharedConfig(), profile: "default"),
      signer: .fixed(Credentials(accessKeyID: "AKID", secretAccessKey: "s", sessionToken: nil, source: "the test")),
      http: Emulator.http, retry: RetrySettings(attempts: attempts), now: now)
  }

  /// Answers the first calls with some answers, and all others with `{}`.
  private func peer(_ first: [HTTPPeer.Answer]) async throws -> (
    HTTPPeer, @Sendable () -> Int
  ) {
    let count = Counter()
    let peer = try await HTTPPeer { _ in
      let number = count.next()
      return number < first.count ? first[number] : .text("{}")
    }
    return (peer, { count.value })
  }

  private final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func next() -> Int {
      count.withLock { count in
        defer { count += 1 }
        return count
      }
    }
  }

  @Test(arguments: [
    HTTPPeer.Answer.none, .cut(.ok, [:], Array("{\"a\":1}".utf8)), .text("{\"a\":"), .text("<html>", .badGateway),
    .whole(.ok, ["x-amz-crc32": "1"], Array("{}".utf8)),
    .whole(.badRequest, ["x-amz-crc32": "1"], Array(#"{"__type":"ValidationException"}"#.utf8)),
    .text(#"{"__type":"x#ThrottlingException"}"#, .badRequest),
    .text("", .serviceUnavailable),
  ])
  func `a bad answer is asked for again`(answer: HTTPPeer.Answer) async throws {
    let (peer, count) = try await peer([answer])
    let reply = try await client(peer).json("Scan", [:])
    #expect(reply.output == [:])
    #expect(count() == 2)
    await peer.close()
  }

  @Test func `after the standard tries a call fails, and says what it knows`() async throws {
    let (peer, count) = try await peer(
      Array(repeating: .whole(.internalServerError, ["x-amzn-RequestId": "r-9"], []), count: 10))
    let error = await #expect(throws: AWSError.self) { try await client(peer).json("Scan", [:]) }
    #expect(error?.attempts == 4 && count() == 4)
    #expect(error?.mayBeDone == true && error?.isTransient == true)
    #expect(error?.description == "DynamoDB Scan was refused: status 500 (Status500, request r-9, 4 tries)")
    await peer.close()
  }

  @Test func `a call that may be repeated is tried on until its time is up`() async throws {
    let (peer, count) = try await peer(Array(repeating: .text("", .internalServerError), count: 7))
    #expect(try await client(peer).json("Scan", [:], .lasting(.seconds(600))).output == [:])
    #expect(count() == 8)
    await peer.close()
    let (down, _) = try await self.peer(Array(repeating: .text("", .internalServerError), count: 10_000))
    await #expect(throws: AWSError.self) { try await client(down).json("Scan", [:], .lasting(.milliseconds(300))) }
    await down.close()
  }

  @Test func `what is refused for good is asked for once`() async throws {
    let (peer, count) = try await peer([.text(#"{"__type":"x#ValidationException","message":"No."}"#, .badRequest)])
    let error = await #expect(throws: AWSError.self) {
      try await client(peer).json("Scan", [:], .lasting(.seconds(60)))
    }
    #expect(error?.description == "DynamoDB Scan was refused: No (ValidationException)")
    #expect(error?.mayBeDone == false)
    #expect(count() == 1)
    await peer.close()
  }

  @Test func `a clock that is off is corrected from the server's, once`() async throws {
    let dates = Mutex<[String]>([])
    let peer = try await HTTPPeer { request in
      let date = request.head.headers.first(name: "X-Amz-Date") ?? ""
      dates.withLock { $0.append(date) }
      if date.hasPrefix("20260102T0500") { return .text("{}") }
      return .whole(
        .forbidden, ["Date": "Fri, 02 Jan 2026 05:00:00 GMT"],
        Array(#"{"__type":"x#InvalidSignatureException","message":"Signature expired"}"#.utf8))
    }
    let midnight = Date(timeIntervalSince1970: 1_767_312_000)
    let client = client(peer, now: { midnight })
    #expect(try await client.json("Scan", [:]).output == [:])
    #expect(try await client.json("Scan", [:]).output == [:])
    let others = self.client(peer, now: { midnight })
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { _ = try await others.json("Scan", [:]) } }
      try await group.waitForAll()
    }
    #expect(dates.withLock { $0.prefix(3) } == ["20260102T000000Z", "20260102T050000Z", "20260102T050000Z"])
    await peer.close()
  }

  @Test func `a call that must end in time does, however slowly it is answered`() async throws {
    let peer = try await HTTPPeer { _ in .dripping }
    let error = await #expect(throws: AWSError.self) {
      try await client(peer).json("Scan", [:], .bounded(.milliseconds(300)))
    }
    #expect(error?.cause == .unreachable("it took too long"))
    await peer.close()
  }

  @Test func `a cancelled call ends at once`() async throws {
    let peer = try await HTTPPeer { _ in
      try? await Task.sleep(for: .seconds(5))
      return .text("{}")
    }
    let client = client(peer)
    let call = Task { try await client.json("Scan", [:]) }
    call.cancel()
    let error = await #expect(throws: AWSError.self) { try await call.value }
    #expect(error?.cause == .cancelled)
    await peer.close()
  }

  @Test func `a form is written and its XML read`() async throws {
    let body = Mutex("")
    let peer = try await HTTPPeer { request in
      body.withLock { $0 = String(decoding: request.body, as: UTF8.self) }
      return .text(
        "<R xmlns=\"x\"><DescribeStacksResult><Stacks><member><StackName>a&amp;b</StackName></member></Stacks></DescribeStacksResult></R>"
      )
    }
    let result = try await client(peer, .cloudFormation).query("DescribeStacks", [("StackName", "a b+c/é")])
    #expect(result.members(of: "Stacks").map { $0.text(of: "StackName") } == ["a&b"])
    #expect(
      body.withLock { $0 } == "Action=DescribeStacks&Version=2010-05-15&StackName=a+b%2Bc%2F%C3%A9")
    await peer.close()
  }

  @Test func `connections are kept`() async throws {
    let ids = Mutex<Set<String>>([])
    let peer = try await HTTPPeer { request in
      ids.withLock { _ = $0.insert(request.head.headers.first(name: "amz-sdk-invocation-id") ?? "") }
      return .text("{}")
    }
    for _ in 0..<5 { _ = try await client(peer).json("Scan", [:]) }
    #expect(ids.withLock { $0.count } == 5)
    #expect(peer.connections == 1)
    await peer.close()
  }
}
