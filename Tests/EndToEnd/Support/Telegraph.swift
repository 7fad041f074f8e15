import Synchronization
import TaskCLI

/// Tells a run of a test what the world would tell it.
final class Telegraph: Sendable {
  private let current = Mutex<AsyncStream<RunSignal>.Continuation?>(nil)
  private let count = Mutex(0)

  /// The next run listens.
  func connect() -> AsyncStream<RunSignal> {
    let (stream, continuation) = AsyncStream<RunSignal>.makeStream()
    current.withLock { $0 = continuation }
    return stream
  }

  func tell(_ signal: RunSignal) {
    current.withLock { _ = $0?.yield(signal) }
  }

  func suspended() {
    count.withLock { $0 += 1 }
  }

  var suspensions: Int { count.withLock { $0 } }
}
