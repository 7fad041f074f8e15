import Glibc
import Testing

/// A TCP port of this machine, held until the end of the test.
final class Listener: Sendable {
  private let socket: CInt
  let port: Int

  /// Takes a port that `listens` and so takes connections, or one that refuses them.
  init(listens: Bool) throws {
    socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { [socket] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
          && (!listens || listen(socket, 8) == 0)
      }
    }
    port = Int(in_port_t(bigEndian: address.sin_port))
    try #require(result)
  }

  deinit { close(socket) }
}
