import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage
import TaskRunner

extension World {
  /// The world of this process.
  static func process(output: DescriptorSink) -> World {
    World(
      environment: ProcessInfo.processInfo.environment, directory: FileManager.default.currentDirectoryPath,
      output: output, error: DescriptorSink(descriptor: STDERR_FILENO),
      terminal: .process, readLine: { Swift.readLine() })
  }
}

extension Terminal {
  fileprivate static var process: Terminal {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Terminal(
      isInput: isatty(STDIN_FILENO) == 1, isOutput: isatty(STDOUT_FILENO) == 1, isError: isatty(STDERR_FILENO) == 1,
      width: isKnown ? Int(size.ws_col) : 80)
  }
}

/// Writes to a file descriptor, whole, and remembers why it could not.
final class DescriptorSink: ByteSink {
  private let descriptor: CInt
  private let failure = Mutex<CInt?>(nil)

  init(descriptor: CInt) {
    self.descriptor = descriptor
  }

  /// Why some of the bytes were lost, where they were and the reader did not just go away.
  var problem: FileProblem? {
    failure.withLock { $0 }.flatMap { $0 == EPIPE ? nil : FileProblem(Errno(rawValue: $0)) }
  }

  func write(_ bytes: [UInt8]) {
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
          return failure.withLock { $0 = reason }
        }
        rest = rest.dropFirst(count)
      }
    }
  }
}
