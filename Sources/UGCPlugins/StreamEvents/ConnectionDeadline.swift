import HTTPTypes
import Hummingbird
import NIOCore

/// What a request knows of its connection.
struct ConnectionContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  fileprivate let channel: any NIOCore.Channel
  /// When the connection ends, unless the request's body has come by then.
  fileprivate(set) var deadline: Scheduled<Void>?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }
}

/// Ends the connections of clients that take their time, or whose bodies nobody wants.
///
/// A request's body must come within the patience. Where the answer does not wait for it, the client is told that the
/// connection ends, and it does, when the client has had time to read the answer.
struct ConnectionDeadline: RouterMiddleware {
  let patience: TimeAmount

  func handle(
    _ request: Request, context: ConnectionContext,
    next: @concurrent (Request, ConnectionContext) async throws -> Response
  ) async throws -> Response {
    let channel = context.channel
    let deadline = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    var context = context
    context.deadline = deadline
    var response: Response
    do {
      response = try await next(request, context)
    } catch let error as HTTPError where error.status == .notFound {
      response = Response(status: .notFound)
    }
    if hasBody(request), Self.leavesBody.contains(response.status) || request.method == .get {
      response.headers[.connection] = "close"
    } else {
      deadline.cancel()
    }
    return response
  }

  private func hasBody(_ request: Request) -> Bool {
    request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false
  }

  private static let leavesBody: Set<HTTPResponse.Status> = [
    .unauthorized, .forbidden, .notFound, .methodNotAllowed, .contentTooLarge, .expectationFailed,
  ]
}
