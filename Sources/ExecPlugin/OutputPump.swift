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
/// A process that the script left behind may keep a stream open. The script's output counts as passed through once
/// the script has ended and no more came for a moment; what comes later is still passed on, as long as the run goes on.
final class OutputPump: Sendable {
  private static let silenceAfterEnd: CInt = 500
  private static let longestWaitAfterEnd = Duration.seconds(2)
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

  /// Returns when the script's output has been passed through.
  func run() async {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "output of \(context.call)").async {
        var pumping = Pumping(pump: self)
        pumping.untilDone()
        continuation.resume()
        pumping.untilClosed()
      }
    }
  }

  /// The streams that are still open.
  private struct Pumping {
    private typealias Source = (stream: OutputStream?, descriptor: FileDescriptor)

    private let context: TaskContext
    private var open: [Source]
    private var buffer = [UInt8](repeating: 0, count: OutputPump.bytesPerRead)
    private var ended: ContinuousClock.Instant?

    init(pump: OutputPump) {
      context = pump.context
      open = [
        (.standardOutput, pump.output.readEnd), (.standardError, pump.error.readEnd), (nil, pump.end.readEnd),
      ]
    }

    private var hasStreams: Bool { open.contains { $0.stream != nil } }

    mutating func untilDone() {
      while hasStreams {
        if let ended, ContinuousClock.now - ended > OutputPump.longestWaitAfterEnd { return }
        guard pass(timeout: ended == nil ? -1 : OutputPump.silenceAfterEnd) else { return }
      }
    }

    mutating func untilClosed() {
      while hasStreams { _ = pass(timeout: -1) }
      for (_, descriptor) in open { try? descriptor.close() }
    }

    /// Passes on what is there; false where nothing came within the timeout, in milliseconds.
    private mutating func pass(timeout: CInt) -> Bool {
      let ready = OutputPump.poll(open.map(\.descriptor), timeout: timeout)
      var closed: [Int] = []
      for index in ready {
        let count = buffer.withUnsafeMutableBytes { (try? open[index].descriptor.read(into: $0)) ?? 0 }
        if count > 0, let stream = open[index].stream {
          context.write(Array(buffer[..<count]), to: stream)
        } else {
          closed.append(index)
        }
      }
      for index in closed.reversed() {
        let (stream, descriptor) = open.remove(at: index)
        try? descriptor.close()
        if stream == nil { ended = .now }
      }
      return !ready.isEmpty
    }
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
