import Dispatch
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
}

/// Passes a script's output through, on a thread of its own, until both of its streams end.
///
/// A process that the script left behind may keep a stream open: once the script has ended, silence ends the pump.
final class OutputPump: Sendable {
  private static let silenceAfterEnd: CInt = 500
  private static let bytesPerRead = 1 << 16

  /// Where the script writes to.
  let output: Pipe
  let error: Pipe
  /// Closed when the script ends, so that the pump wakes up.
  private let end: Pipe
  private let context: TaskContext

  init(_ context: TaskContext) throws(DiagnosticError) {
    (output, error, end) = (try Pipe(), try Pipe(), try Pipe())
    self.context = context
  }

  /// Says that the script's own process is gone.
  func processEnded() {
    try? end.writeEnd.close()
  }

  /// Returns when all output has been passed through.
  func run() async {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "output of \(context.call)").async {
        self.pump()
        continuation.resume()
      }
    }
  }

  private func pump() {
    var open: [(stream: OutputStream?, descriptor: FileDescriptor)] = [
      (.standardOutput, output.readEnd), (.standardError, error.readEnd), (nil, end.readEnd),
    ]
    var buffer = [UInt8](repeating: 0, count: Self.bytesPerRead)
    var timeout: CInt = -1
    while open.contains(where: { $0.stream != nil }) {
      let ready = Self.poll(open.map(\.descriptor), timeout: timeout)
      if ready.isEmpty { break }
      var ended: [Int] = []
      for index in ready {
        let count = buffer.withUnsafeMutableBytes { (try? open[index].descriptor.read(into: $0)) ?? 0 }
        if count > 0, let stream = open[index].stream {
          context.write(Array(buffer[..<count]), to: stream)
        } else {
          ended.append(index)
        }
      }
      for index in ended.reversed() {
        let (stream, descriptor) = open.remove(at: index)
        try? descriptor.close()
        if stream == nil { timeout = Self.silenceAfterEnd }
      }
    }
    for (_, descriptor) in open { try? descriptor.close() }
  }

  /// The indices of the descriptors that have bytes or have ended; none after the timeout, in milliseconds.
  private static func poll(_ descriptors: [FileDescriptor], timeout: CInt) -> [Int] {
    var polled = descriptors.map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
    var count: CInt
    repeat {
      count = Glibc.poll(&polled, nfds_t(polled.count), timeout)
    } while count < 0 && errno == EINTR
    return polled.indices.filter { polled[$0].revents != 0 }
  }
}
