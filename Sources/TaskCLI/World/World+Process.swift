import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage
import TaskRunner

extension World {
  /// The world of this process.
  static func process(output: DescriptorSink, signals: ProcessSignals) -> World {
    World(
      environment: ProcessInfo.processInfo.environment, directory: FileManager.default.currentDirectoryPath,
      output: output, error: DescriptorSink(descriptor: STDERR_FILENO), terminal: .process,
      signals: { signals.begin() }, suspend: { raise(SIGSTOP) }, lendsTerminal: true,
      joinsStreams: areOne(STDOUT_FILENO, STDERR_FILENO), processors: ProcessInfo.processInfo.activeProcessorCount,
      readLine: { Swift.readLine() })
  }

  private static func areOne(_ first: CInt, _ second: CInt) -> Bool {
    var (one, other) = (stat(), stat())
    return fstat(first, &one) == 0 && fstat(second, &other) == 0 && one.st_dev == other.st_dev
      && one.st_ino == other.st_ino
  }
}

extension Terminal {
  fileprivate static var process: Terminal {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Terminal(
      isInput: isatty(STDIN_FILENO) == 1, isOutput: isatty(STDOUT_FILENO) == 1, isError: isatty(STDERR_FILENO) == 1,
      width: isKnown ? Int(size.ws_col) : 80, height: isKnown ? Int(size.ws_row) : 24)
  }
}

/// Writes to a file descriptor, whole, and remembers why it could not.
final class DescriptorSink: ByteSink {
  private let descriptor: CInt
  private let failure = Mutex<CInt?>(nil)
  /// Called once, when the reader has gone away.
  private let onEnd: @Sendable () -> Void

  init(descriptor: CInt, onEnd: @escaping @Sendable () -> Void = {}) {
    self.descriptor = descriptor
    self.onEnd = onEnd
  }

  /// Why some of the bytes were lost, where they were and the reader did not just go away.
  var problem: FileProblem? {
    failure.withLock { $0 }.flatMap { $0 == EPIPE ? nil : FileProblem(Errno(rawValue: $0)) }
  }

  func write(_ bytes: [UInt8]) {
    if failure.withLock({ $0 }) == EPIPE { return }
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
        let count = Glibc.write(descriptor, start, rest.count)
        if count < 0, errno == EINTR { continue }
        if count < 0, errno == EAGAIN {
          var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&polled, 1, -1)
          continue
        }
        guard count > 0 else {
          let reason = errno
          failure.withLock { $0 = reason }
          if reason == EPIPE { onEnd() }
          return
        }
        rest = rest.dropFirst(count)
      }
    }
  }
}
