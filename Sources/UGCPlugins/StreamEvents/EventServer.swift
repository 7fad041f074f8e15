import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import SystemPackage
import TaskKit
import UGCPlatform

/// Serves the Stream Events API over HTTP, as targets of EventBridge call it.
final class EventServer: Sendable {
  /// More than any event is.
  private static let largestBody = 1 << 20
  /// More events than this do not wait: whoever sends them is told to come again.
  private static let capacity = 1_000
  /// Each takes a file, of which a process may have only so many; the store and its clients need some too.
  private static var mostConnections: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 500 }
    return min(2_000, max(10, Int(clamping: limit.rlim_cur) - 100))
  }
  /// How long a client may take for a request's head, and for its body.
  private static let patience = TimeAmount.seconds(30)

  private let address: ListenAddress
  private let token: AccessToken?
  private let lanes: EventLanes
  /// What `GET /status` says of the stack.
  private let stack: JSONValue
  private let context: TaskContext
  private let statistics = ServerStatistics()

  init(
    address: ListenAddress, token: AccessToken?, store: any PlatformStore, stack: JSONValue, context: TaskContext,
    capacity: Int = EventServer.capacity
  ) {
    self.address = address
    self.token = token
    lanes = EventLanes(store, capacity: capacity)
    self.stack = stack
    self.context = context
  }

  /// What came so far.
  var tally: EventTally { statistics.tally }

  /// Serves until the task is told to stop; then what was accepted is brought to its end.
  ///
  /// - Throws: A `DiagnosticError` where the address cannot be listened at.
  func run() async throws {
    let quiet = Logger(label: "http") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(
      router: router, server: .http1(configuration: .init(idleTimeout: Self.patience)),
      configuration: .init(
        address: .hostname(address.host, port: address.port),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections, logger: quiet)),
      onServerRunning: { [address, context] channel in
        let port = channel.localAddress?.port ?? address.port
        context.logger.info("listening on http://\(address.description(port: port)); POST / or /streamEvents")
      }, logger: quiet)
    var configuration = ServiceGroupConfiguration(services: [application], logger: quiet)
    configuration.maximumGracefulShutdownDuration = context.run.grace
    let group = ServiceGroup(configuration: configuration)
    // Not cancelled with the task: it ends when what was accepted is done.
    let serving = Task { try await group.run() }
    let stopping = Task { [context, lanes] in
      await context.stopSwitch.waitForStop()
      await group.triggerGracefulShutdown()
      try await Task.sleep(for: context.run.grace)
      lanes.cancel()
    }
    defer { stopping.cancel() }
    do {
      try await serving.value
    } catch {
      guard !context.stopSwitch.isStopped else { return }
      throw listenFault(error)
    }
  }

  private func listenFault(_ error: any Error) -> DiagnosticError {
    let place = address.description(port: address.port)
    switch error {
    case let error as IOError:
      let code = Errno(rawValue: error.errnoCode)
      let help =
        switch code {
        case .addressInUse: "is another program listening there? LISTEN=127.0.0.1:0 takes any free port"
        case .permissionDenied: "ports below 1024 are the system's; LISTEN=127.0.0.1:0 takes any free port"
        default: "LISTEN=127.0.0.1:0 takes any free port"
        }
      return DiagnosticError("cannot listen at \(place): \(FileProblem(code))", help: help)
    case is SocketAddressError, is SocketAddressError.FailedToParseIPByteBuffer:
      return DiagnosticError(
        "cannot listen at \(place): this machine has no such address", help: "LISTEN=127.0.0.1:0 takes any free port")
    default: return DiagnosticError("the server at \(place) failed: \(error)")
    }
  }

  private var router: Router<ConnectionContext> {
    let router = Router(context: ConnectionContext.self)
    router.add(middleware: ConnectionDeadline(patience: Self.patience))
    for path: RouterPath in ["/", "/streamEvents"] {
      router.post(path) { request, context in
        let start = ContinuousClock.now
        let response = await self.take(request, context)
        self.statistics.count(response.status, took: .now - start)
        return response
      }
    }
    router.get("/status") { request, _ in self.status(isWhole: self.token?.admits(request.headers) ?? true) }
    router.get("/metrics") { request, _ in
      guard self.token?.admits(request.headers) ?? true else { return Self.unauthorized }
      return Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
        body: .init(byteBuffer: ByteBuffer(string: self.statistics.prometheusText(waiting: self.lanes.count))))
    }
    return router
  }

  /// Takes an event; the answer says what is certain.
  private func take(_ request: Request, _ connection: ConnectionContext) async -> Response {
    guard token?.admits(request.headers) ?? true else { return Self.unauthorized }
    // A browser says whose page it posts for: no page has events to tell.
    guard request.headers[.origin] == nil else {
      return Self.answer(.forbidden, "ForbiddenException", "events do not come from web pages")
    }
    guard request.headers[.expect] == nil else {
      return Self.answer(.expectationFailed, "ExpectationFailed", "send the body at once")
    }
    let body: [UInt8]
    switch await self.body(of: request) {
    case .whole(let bytes): body = bytes
    case .tooLarge: return Self.answer(.contentTooLarge, "PayloadTooLarge", "an event has at most 1 MiB")
    case .broken: return Self.answer(.badRequest, "BadRequest", "the body did not come whole")
    }
    // From here on it is not the client that is waited for.
    connection.deadline?.cancel()
    guard !body.isEmpty else {
      statistics.countUnreadable()
      return Self.answer(.badRequest, "ValidationException", "the body is empty")
    }
    let envelope: EventEnvelope
    do throws(DiagnosticError) {
      envelope = try EventDocument.envelope(in: SourceText(name: "body", path: "body", bytes: body))
    } catch {
      statistics.countUnreadable()
      return Self.answer(.badRequest, "ValidationException", error.diagnostics.first?.sentence ?? "no event")
    }
    let outcome: EventOutcome
    do throws(EventLanes.OverCapacity) {
      outcome = try await lanes.apply(envelope)
    } catch {
      var response = Self.answer(.serviceUnavailable, "ServiceUnavailable", "too many events wait")
      response.headers[.retryAfter] = "1"
      return response
    }
    let isWorthTelling = statistics.count(outcome)
    switch outcome {
    case .applied: return Self.answer(.ok, ["result": "applied"])
    case .duplicate: return Self.answer(.ok, ["result": "duplicate"])
    case .skipped(let reason): return Self.answer(.ok, ["result": "skipped", "reason": .string(reason.rawValue)])
    case .failed(let error), .blocked(let error):
      if isWorthTelling { context.logger.warning("\(error)") }
      return Self.answer(.internalServerError, ["__type": "UnexpectedException"])
    }
  }

  private enum Body {
    case whole([UInt8])
    case tooLarge
    case broken
  }

  private func body(of request: Request) async -> Body {
    if let length = request.headers[.contentLength].flatMap(Int.init), length > Self.largestBody { return .tooLarge }
    do {
      return .whole(Array(try await request.body.collect(upTo: Self.largestBody).readableBytesView))
    } catch is NIOTooManyBytesError {
      return .tooLarge
    } catch {
      return .broken
    }
  }

  /// Who has no token is only told that the server is there.
  private func status(isWhole: Bool) -> Response {
    guard isWhole else { return Self.answer(.ok, ["status": "ok"]) }
    let tally = tally
    return Self.answer(
      .ok,
      [
        "status": "ok", "stack": stack, "received": .integer(tally.received), "applied": .integer(tally.applied),
        "duplicates": .integer(tally.duplicates), "skipped": .integer(tally.skippedInAll),
        "failed": .integer(tally.failed), "waiting": .integer(lanes.count),
      ])
  }

  private static var unauthorized: Response {
    var response = answer(.unauthorized, "UnauthorizedException", "a valid token is needed")
    response.headers[.wwwAuthenticate] = "Bearer"
    return response
  }

  private static func answer(_ status: HTTPResponse.Status, _ type: JSONValue, _ message: String) -> Response {
    answer(status, ["__type": type, "message": .string(message)])
  }

  private static func answer(_ status: HTTPResponse.Status, _ json: JSONValue) -> Response {
    var bytes: [UInt8] = []
    json.write(to: &bytes)
    return Response(
      status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
