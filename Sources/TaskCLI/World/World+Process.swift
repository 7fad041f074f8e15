import FoundationEssentials
import Glibc
import TaskRunner

extension World {
  /// The world of this process.
  static var process: World {
    World(
      environment: ProcessInfo.processInfo.environment, directory: FileManager.default.currentDirectoryPath,
      output: DescriptorSink(descriptor: STDOUT_FILENO), error: DescriptorSink(descriptor: STDERR_FILENO),
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

/// Writes to a file descriptor, whole.
private struct DescriptorSink: ByteSink {
  let descriptor: CInt

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
        // Nobody is left to tell that a stream is gone.
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
  }
}
