import AsyncHTTPClient
import Documents
import NIOCore
import NIOHTTP1

/// Posts events to a server of the tests.
struct EventClient {
  let url: String

  struct Answer: Sendable, Hashable {
    let status: UInt
    let text: String
    let retryAfter: String?
  }

  func post(_ body: String, _ headers: [String: String] = [:], path: String = "/") async throws -> Answer {
    try await send(.POST, path, Array(body.utf8), headers)
  }

  func get(_ path: String, _ headers: [String: String] = [:]) async throws -> Answer {
    try await send(.GET, path, [], headers)
  }

  func send(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8], _ headers: [String: String]
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: url + path)
    request.method = method
    if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
    let text = try await response.body.collect(upTo: 1 << 20)
    return Answer(
      status: response.status.code, text: String(buffer: text),
      retryAfter: response.headers.first(name: "Retry-After"))
  }
}
