import Dispatch
import Glibc

/// A TCP port of a host.
struct TCPPort: Sendable {
  let host: String
  let number: Int

  /// Why the port takes no connection; nil where it does.
  ///
  /// - Parameter patience: How long to wait for an answer.
  /// - Returns: A few words.
  /// - Throws: A `CancellationError`, at once, where the task is cancelled.
  func refusal(within patience: Duration) async throws -> String? {
    let (answers, answer) = AsyncStream<String?>.makeStream()
    // Looking up a name blocks and knows no cancellation: a thread does it, and is left alone where it takes too long.
    DispatchQueue.global().async {
      answer.yield(connect())
      answer.finish()
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + patience / .seconds(1)) {
      answer.yield("no answer")
      answer.finish()
    }
    for await refusal in answers { return refusal }
    throw CancellationError()
  }

  /// Tries the host's addresses one by one.
  private func connect() -> String? {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(number), &hints, &first)
    guard code == 0 else { return String(cString: gai_strerror(code)) }
    defer { freeaddrinfo(first) }
    var (refusal, next) = ("no address", first)
    while let address = next?.pointee {
      guard let problem = connect(to: address) else { return nil }
      (refusal, next) = (problem, address.ai_next)
    }
    return refusal
  }

  private func connect(to address: addrinfo) -> String? {
    let socket = socket(address.ai_family, address.ai_socktype | CInt(SOCK_CLOEXEC.rawValue), address.ai_protocol)
    guard socket >= 0 else { return String(cString: strerror(errno)) }
    defer { close(socket) }
    // The next address may answer where this one does not.
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard Glibc.connect(socket, address.ai_addr, address.ai_addrlen) == 0 else {
      return errno == EINPROGRESS ? "no answer" : String(cString: strerror(errno))
    }
    return isConnectedToItself(socket) ? String(cString: strerror(ECONNREFUSED)) : nil
  }

  /// Whether the system gave the socket the very port that it looks for, as can happen where nobody listens there.
  private func isConnectedToItself(_ socket: CInt) -> Bool {
    func bytes(_ name: (CInt, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt) -> [UInt8] {
      var (address, length) = (sockaddr_storage(), socklen_t(MemoryLayout<sockaddr_storage>.size))
      return withUnsafeMutableBytes(of: &address) { bytes in
        guard let start = bytes.baseAddress, name(socket, start.assumingMemoryBound(to: sockaddr.self), &length) == 0
        else { return [] }
        return Array(bytes.prefix(Int(length)))
      }
    }
    return bytes(getsockname) == bytes(getpeername)
  }
}
