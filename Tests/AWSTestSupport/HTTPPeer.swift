import NIOCore
package import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on loopback that answers as a test wants, well or badly.
package final class HTTPPeer: Sendable {
  /// What came.
  package struct Request: Sendable {
    package let head: HTTPRequestHead
    package let body: [UInt8]
  }

  /// What goes back.
  package enum Answer: Sendable {
    case whole(HTTPResponseStatus, HTTPHeaders, [UInt8])
    /// The head promises the whole body; half of it comes, then the connection is closed.
    case cut(HTTPResponseStatus, HTTPHeaders, [UInt8])
    /// The head and a byte of the body come at once, the rest never.
    case dripping
    /// The connection is reset.
    case none

    package static func text(_ text: String, _ status: HTTPResponseStatus = .ok) -> Answer {
      .whole(status, [:], Array(text.utf8))
    }
  }

  package typealias Responder = @Sendable (Request) async -> Answer

  package let url: String
  private let channel: any Channel
  private let count: Count

  /// How many connections were made.
  package var connections: Int { count.value.withLock { $0 } }

  package init(_ respond: @escaping Responder) async throws {
    let count = Count()
    self.count = count
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(ChannelOptions.backlog, value: 256)
      .childChannelInitializer { channel in
        count.value.withLock { $0 += 1 }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(respond))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
  }

  package func close() async {
    try? await channel.close()
  }

  private final class Count: Sendable {
    let value = Mutex(0)
  }

  /// Gathers a request, and writes what is answered.
  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let respond: Responder
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ respond: @escaping Responder) {
      self.respond = respond
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body = []
      case .body(let part): body += part.readableBytesView
      case .end:
        guard let head else { return }
        Self.serve(Request(head: head, body: body), respond, on: context.channel)
      }
    }

    private static func serve(_ request: Request, _ respond: @escaping Responder, on channel: any Channel) {
      Task {
        let answer = await respond(request)
        await write(answer, to: channel)
      }
    }

    private static func write(_ answer: Answer, to channel: any Channel) async {
      switch answer {
      case .none:
        // A reset rather than an orderly end.
        try? await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try? await channel.close()
      case .dripping:
        try? await send(.ok, ["Content-Length": "1000"], [UInt8(ascii: "{")], ends: false, to: channel)
      case .whole(let status, var headers, let body):
        headers.replaceOrAdd(name: "Content-Length", value: String(body.count))
        try? await send(status, headers, body[...], to: channel)
      case .cut(let status, var headers, let body):
        headers.replaceOrAdd(name: "Content-Length", value: String(max(2, body.count)))
        try? await send(status, headers, body.prefix(body.count / 2), ends: false, to: channel)
        try? await channel.close()
      }
    }

    private static func send(
      _ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: ArraySlice<UInt8>, ends: Bool = true,
      to channel: any Channel
    ) async throws {
      let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
      channel.write(HTTPServerResponsePart.head(head), promise: nil)
      try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: body)))).get()
      if ends { try await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get() }
    }
  }
}
