import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage
import TaskRunner

extension World {
  /// The world of this process.
  static func process(output: DescriptorSink, signals: ProcessSignals) -> World {
    let error = DescriptorSink(descriptor: STDERR_FILENO)
    return World(
      environment: ProcessInfo.processInfo.environment, directory: FileManager.default.currentDirectoryPath,
      output: output, error: error, terminal: .process, currentSize: { Terminal.sizeOfProcess },
      signals: {
        signals.begin {
          for sink in [output, error] { sink.endPatience() }
        }
      }, suspend: { signals.suspend() }, lendsTerminal: true,
      joinsStreams: areOne(STDOUT_FILENO, STDERR_FILENO), keepsErrors: isFile(STDERR_FILENO),
      processors: ProcessInfo.processInfo.activeProcessorCount,
      readLine: { Swift.readLine() })
  }

  private static func isFile(_ descriptor: CInt) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private static func areOne(_ first: CInt, _ second: CInt) -> Bool {
    var (one, other) = (stat(), stat())
    return fstat(first, &one) == 0 && fstat(second, &other) == 0 && one.st_dev == other.st_dev
      && one.st_ino == other.st_ino
  }
}

extension Terminal {
  fileprivate static var process: Terminal {
    let size = sizeOfProcess
    return Terminal(
      isInput: isatty(STDIN_FILENO) == 1, isOutput: isatty(STDOUT_FILENO) == 1, isError: isatty(STDERR_FILENO) == 1,
      width: size?.width ?? 80, height: size?.height ?? 24)
  }

  /// The size of the terminal behind standard error, where it is one.
  fileprivate static var sizeOfProcess: (width: Int, height: Int)? {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}

/// Writes to a file descriptor, whole, and remembers why it could not.
final class DescriptorSink: ByteSink {
  private let descriptor: CInt
  private let failure = Mutex<CInt?>(nil)
  /// Called once, when the reader has gone away.
  private let onEnd: @Sendable () -> Void
  /// Whether it is a pipe, whose reader may take its time.
  private let isPipe: Bool
  /// Since when a reader is not waited for as long as it takes.
  private let patienceEnded = Mutex<ContinuousClock.Instant?>(nil)
  private static let lastPatience = Duration.seconds(1)

  /// As much as a pipe that has room for anything takes without waiting.
  private static let bytesAtOnce = 4096

  init(descriptor: CInt, onEnd: @escaping @Sendable () -> Void = {}) {
    self.descriptor = descriptor
    self.onEnd = onEnd
    var status = stat()
    isPipe = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  /// Waits no longer for a reader that takes nothing for a second: it gets nothing more.
  func endPatience() {
    patienceEnded.withLock { $0 = $0 ?? .now }
  }

  /// Waits until a pipe has room; false where it is waited for no longer.
  private func hasRoom() -> Bool {
    let start = ContinuousClock.now
    while true {
      var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      if poll(&polled, 1, 100) != 0 { return true }
      guard let ended = patienceEnded.withLock({ $0 }) else { continue }
      if ContinuousClock.now >= max(start, ended) + Self.lastPatience { return false }
    }
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
        guard !isPipe || hasRoom() else {
          // A part was written, so that what follows would make no sense.
          return failure.withLock { $0 = EPIPE }
        }
        let count = Glibc.write(descriptor, start, isPipe ? min(rest.count, Self.bytesAtOnce) : rest.count)
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
