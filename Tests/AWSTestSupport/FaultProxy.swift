import AWSClient
import AsyncHTTPClient
import Documents
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// What can go wrong with a call.
package enum Fault: CaseIterable, Sendable {
  /// Some writes of a batch are not carried out.
  case unprocessed
  /// The service is too busy: nothing is carried out.
  case throttled
  /// Status 500, carried out or not.
  case serverError
  /// The connection is reset before anything is carried out.
  case reset
  /// It is carried out, and the connection is closed without an answer.
  case lostAnswer
  /// It is carried out, and the answer ends in its middle.
  case truncated
  /// It is carried out, and bytes of the answer are others.
  case corrupted
  /// The answer takes its time.
  case slow
  /// The session token has expired.
  case expiredToken
}

/// A proxy before an emulator that makes calls of DynamoDB go wrong, by chance that follows from a seed.
package final class FaultProxy: Sendable {
  private let peer: HTTPPeer
  private let target: String
  private let faults: [(fault: Fault, share: Double)]
  private let state: Mutex<State>

  private struct State {
    var random: SplitMix
    var counts: [Fault: Int] = [:]
    var calls = 0
    var operations: [String: Int] = [:]
    /// Called with the number of calls so far.
    var watcher: (@Sendable (Int) -> Void)?
  }

  /// Starts a proxy: each fault is met by a share of the calls, by chance that follows from the seed.
  package init(to emulator: Emulator, faults: [Fault: Double], seed: UInt64 = 1) async throws {
    target = emulator.address
    self.faults = faults.sorted { "\($0.key)" < "\($1.key)" }.map { ($0.key, $0.value) }
    state = Mutex(State(random: SplitMix(seed: seed)))
    let box = ProxyBox()
    peer = try await HTTPPeer { request in await box.proxy?.answer(to: request) ?? .none }
    box.hold(self)
  }

  package var url: String { peer.url }

  /// How often each fault was met.
  package var counts: [Fault: Int] { state.withLock { $0.counts } }

  /// How many calls of DynamoDB came.
  package var calls: Int { state.withLock { $0.calls } }

  /// How many calls of an operation of DynamoDB came.
  package func calls(of operation: String) -> Int { state.withLock { $0.operations[operation] ?? 0 } }

  /// Tells somebody of each call.
  package func watch(_ watcher: @escaping @Sendable (Int) -> Void) {
    state.withLock { $0.watcher = watcher }
  }

  package func close() async {
    await peer.close()
  }

  private func fault(for request: HTTPPeer.Request) -> Fault? {
    state.withLock { state in
      guard let operation = request.operation else { return nil }
      state.calls += 1
      state.operations[operation, default: 0] += 1
      state.watcher?(state.calls)
      var dice = Double.random(in: 0..<1, using: &state.random)
      for (fault, share) in faults {
        if dice < share {
          if fault == .unprocessed, operation != "BatchWriteItem" { return nil }
          state.counts[fault, default: 0] += 1
          return fault
        }
        dice -= share
      }
      return nil
    }
  }

  private func coin() -> Bool { state.withLock { Double.random(in: 0..<1, using: &$0.random) < 0.5 } }

  fileprivate func answer(to request: HTTPPeer.Request) async -> HTTPPeer.Answer {
    let json: HTTPHeaders = ["Content-Type": "application/x-amz-json-1.0"]
    switch fault(for: request) {
    case nil: return await forward(request)
    case .throttled?:
      let body =
        #"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"Too busy"}"#
      return .whole(.badRequest, json, Array(body.utf8))
    case .expiredToken?:
      let body = #"{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"The token has expired"}"#
      return .whole(.badRequest, json, Array(body.utf8))
    case .serverError?:
      if coin() { _ = await forward(request) }
      return .whole(.internalServerError, ["Content-Type": "text/html"], Array("<html>Oh no".utf8))
    case .reset?: return .none
    case .lostAnswer?:
      _ = await forward(request)
      return .none
    case .truncated?:
      guard case .whole(let status, let headers, let body) = await forward(request) else { return .none }
      return .cut(status, headers, body)
    case .corrupted?:
      guard case .whole(let status, var headers, var body) = await forward(request) else { return .none }
      if !headers.contains(name: "X-Amz-Crc32") {
        headers.add(name: "X-Amz-Crc32", value: String(AnswerCheck.checksum(body)))
      }
      // Digits become other digits, so that the text stays JSON.
      for index in body.indices where (UInt8(ascii: "0")...UInt8(ascii: "8")).contains(body[index]) {
        body[index] += 1
      }
      if let last = body.indices.last, !body.contains(where: { (48...57).contains($0) }) { body[last] = 32 }
      return .whole(status, headers, body)
    case .slow?:
      try? await Task.sleep(for: .milliseconds(300))
      return await forward(request)
    case .unprocessed?: return await forwardPart(of: request)
    }
  }

  private func forward(_ request: HTTPPeer.Request) async -> HTTPPeer.Answer {
    var outgoing = HTTPClientRequest(url: target + request.head.uri)
    outgoing.method = request.head.method
    outgoing.headers = request.head.headers
    outgoing.headers.remove(name: "Content-Length")
    outgoing.headers.remove(name: "Connection")
    outgoing.body = .bytes(request.body)
    do {
      let answer = try await HTTPClient.shared.execute(outgoing, timeout: .seconds(120))
      let body = try await answer.body.collect(upTo: 64 << 20)
      var headers = answer.headers
      for name in ["Content-Length", "Transfer-Encoding", "Connection"] { headers.remove(name: name) }
      return .whole(answer.status, headers, Array(body.readableBytesView))
    } catch {
      return .none
    }
  }

  /// Holds back some of a batch's writes, and says so.
  private func forwardPart(of request: HTTPPeer.Request) async -> HTTPPeer.Answer {
    guard case .object(let tables)? = JSONValue(parsing: request.body)?["RequestItems"] else {
      return await forward(request)
    }
    var (kept, held): ([JSONValue.Member], [JSONValue.Member]) = ([], [])
    for table in tables {
      let (keptWrites, heldWrites) = state.withLock { state in
        var parts: ([JSONValue], [JSONValue]) = ([], [])
        for write in table.value.items {
          if Double.random(in: 0..<1, using: &state.random) < 0.3 {
            parts.1.append(write)
          } else {
            parts.0.append(write)
          }
        }
        return parts
      }
      if !keptWrites.isEmpty { kept.append(.init(table.key, .array(keptWrites))) }
      if !heldWrites.isEmpty { held.append(.init(table.key, .array(heldWrites))) }
    }
    if !kept.isEmpty {
      var body: [UInt8] = []
      (["RequestItems": .object(kept)] as JSONValue).write(to: &body)
      guard case .whole(.ok, _, _) = await forward(HTTPPeer.Request(head: request.head, body: body)) else {
        return .none
      }
    }
    let body = Array((["UnprocessedItems": .object(held)] as JSONValue).text.utf8)
    let headers: HTTPHeaders = [
      "Content-Type": "application/x-amz-json-1.0", "X-Amz-Crc32": String(AnswerCheck.checksum(body)),
    ]
    return .whole(.ok, headers, body)
  }
}

extension HTTPPeer.Request {
  /// The operation of DynamoDB that it calls.
  fileprivate var operation: String? {
    let target = head.headers.first(name: "X-Amz-Target")
    return target.flatMap { $0.hasPrefix("DynamoDB_") ? $0.split(separator: ".").last.map(String.init) : nil }
  }
}

/// How the peer finds its proxy, which is made after it.
private final class ProxyBox: Sendable {
  private struct Reference: Sendable {
    weak var proxy: FaultProxy?
  }

  private let reference = Mutex(Reference())

  var proxy: FaultProxy? { reference.withLock { $0.proxy } }

  func hold(_ proxy: FaultProxy) { reference.withLock { $0.proxy = proxy } }
}
