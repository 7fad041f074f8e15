import Glibc
import SystemPackage
import TaskKit

/// Two ends of a pipe, closed on exec.
struct Pipe: Sendable {
  let readEnd: FileDescriptor
  let writeEnd: FileDescriptor

  init() throws(DiagnosticError) {
    do {
      (readEnd, writeEnd) = try FileDescriptor.pipe()
    } catch {
      throw DiagnosticError("no pipe can be made: \(error)", help: "close some programs, or raise `ulimit -n`")
    }
    for end in [readEnd, writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
  }

  func close() {
    try? readEnd.close()
    try? writeEnd.close()
  }
}

extension FileDescriptor {
  /// The indices of the descriptors that have bytes or have ended; none after the timeout, or where it was interrupted.
  static func poll(_ descriptors: [FileDescriptor], timeout: Duration?) -> [Int] {
    var polled = descriptors.map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
    let milliseconds = timeout.map { CInt(clamping: Int64(($0 / .milliseconds(1)).rounded(.up))) } ?? -1
    guard Glibc.poll(&polled, nfds_t(polled.count), max(-1, milliseconds)) > 0 else { return [] }
    return polled.indices.filter { polled[$0].revents != 0 }
  }
}
