import AsyncHTTPClient
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Sends requests over connections that are kept; nothing is opened before the first.
public final class HTTPTransport: Sendable {
  private static let largestAnswer = 64 << 20
  private static let connectTimeout = TimeAmount.seconds(5)

  private let environment: [String: String]
  /// One for direct connections, and one for each proxy.
  private let clients = Mutex<[HTTPProxy?: HTTPClient]>([:])

  /// - Parameter environment: Names proxies (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`) and the certificates that are
  ///   trusted (`AWS_CA_BUNDLE`).
  public init(environment: [String: String]) {
    self.environment = environment
  }

  /// Closes all connections.
  public func close() async {
    let all = clients.withLock { clients in
      defer { clients = [:] }
      return Array(clients.values)
    }
    for client in all { try? await client.shutdown() }
  }

  /// Sends a request and reads the answer whole.
  func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPFailure) -> HTTPAnswer {
    var outgoing = HTTPClientRequest(url: request.url)
    outgoing.method = request.method
    outgoing.headers = request.headers
    outgoing.headers.replaceOrAdd(name: "User-Agent", value: "ugc-tasks")
    if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
    let client = try client(for: request.endpoint)
    let end = ContinuousClock.now + timeout
    do {
      let answer = try await client.execute(outgoing, timeout: .nanoseconds(Int64(timeout / .nanoseconds(1))))
      let bytes = try await Self.bytes(of: answer, before: end)
      if let length = answer.headers.first(name: "Content-Length").flatMap(Int.init), length != bytes.count {
        throw HTTPFailure(.lost, "the answer has \(bytes.count) of \(length) bytes")
      }
      return HTTPAnswer(status: Int(answer.status.code), headers: answer.headers, body: bytes)
    } catch {
      let failure = HTTPFailure(error)
      guard let proxy = HTTPProxy(for: request.endpoint, in: environment), failure.kind != .cancelled else {
        throw failure
      }
      throw HTTPFailure(failure.kind, "\(failure) (through the proxy \(proxy.host):\(proxy.port))")
    }
  }

  /// Reads the body; one that drips does not take longer either.
  private static func bytes(
    of answer: HTTPClientResponse, before end: ContinuousClock.Instant
  ) async throws -> [UInt8] {
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask { Array(try await answer.body.collect(upTo: largestAnswer).readableBytesView) }
      group.addTask {
        try await Task.sleep(until: end, clock: .continuous)
        throw HTTPFailure(.timedOut, "it took too long")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
  }

  private func client(for endpoint: Endpoint) throws(HTTPFailure) -> HTTPClient {
    let proxy = HTTPProxy(for: endpoint, in: environment)
    let tls = try tlsConfiguration()
    return clients.withLock { clients in
      if let client = clients[proxy] { return client }
      var configuration = HTTPClient.Configuration()
      configuration.tlsConfiguration = tls
      configuration.timeout.connect = Self.connectTimeout
      configuration.redirectConfiguration = .disallow
      configuration.httpVersion = .http1Only
      configuration.connectionPool.retryConnectionEstablishment = false
      configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
      configuration.proxy = proxy?.setting
      let client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
      clients[proxy] = client
      return client
    }
  }

  private func tlsConfiguration() throws(HTTPFailure) -> TLSConfiguration? {
    guard let path = environment["AWS_CA_BUNDLE"], !path.isEmpty else { return nil }
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw HTTPFailure(.connection, "the file \(path) of AWS_CA_BUNDLE cannot be read")
    }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .file(path)
    return configuration
  }
}

extension HTTPFailure {
  /// Takes what AsyncHTTPClient throws.
  fileprivate init(_ error: any Error) {
    switch error {
    case let failure as HTTPFailure: self = failure
    case is CancellationError: self.init(.cancelled, "cancelled")
    case let error as HTTPClientError:
      switch error {
      case .cancelled, .alreadyShutdown: self.init(.cancelled, "cancelled")
      case .connectTimeout: self.init(.connection, "the connection timed out")
      case .readTimeout, .deadlineExceeded, .writeTimeout, .getConnectionFromPoolTimeout:
        self.init(.timedOut, "it took too long")
      case .tlsHandshakeTimeout: self.init(.connection, "the TLS handshake timed out")
      case .proxyAuthenticationRequired: self.init(.connection, "the proxy wants a password")
      case .remoteConnectionClosed: self.init(.lost, "the connection was closed")
      default: self.init(.lost, error.shortDescription.lowercased())
      }
    case is NIOConnectionError: self.init(.connection, "the connection was refused, or the host is not known")
    case is NIOSSLError, is NIOSSLExtraError:
      self.init(.lost, "the TLS connection failed; is the certificate trusted?")
    case let error as IOError where error.errnoCode == ECONNREFUSED:
      self.init(.connection, "the connection was refused")
    default: self.init(.lost, "the connection was cut")
    }
  }
}
