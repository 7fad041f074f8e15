import SystemPackage
import TaskKit

/// Passes what a script writes through, until its streams end.
struct OutputPump {
  typealias Source = (stream: OutputStream, descriptor: FileDescriptor)

  private static let bytesPerRead = 1 << 16

  private let context: TaskContext
  private var open: [Source]
  private var buffer = [UInt8](repeating: 0, count: OutputPump.bytesPerRead)

  init(_ sources: [Source], context: TaskContext) {
    open = sources
    self.context = context
  }

  /// Passes on what is there, once something is.
  ///
  /// - Parameters:
  ///   - others: Descriptors that are waited for too.
  ///   - timeout: How long to wait; nil for as long as it takes.
  /// - Returns: The indices of those among the others that have bytes or have ended.
  mutating func pass(with others: [FileDescriptor] = [], timeout: Duration?) -> [Int] {
    let ready = FileDescriptor.poll(others + open.map(\.descriptor), timeout: timeout)
    passOn(ready.map { $0 - others.count }.filter { $0 >= 0 })
    return ready.filter { $0 < others.count }
  }

  /// Passes on until nothing came for a while.
  mutating func untilSilent(for silence: Duration, atMost longest: Duration) {
    let end = ContinuousClock.now + longest
    while !open.isEmpty, ContinuousClock.now < end {
      let ready = FileDescriptor.poll(open.map(\.descriptor), timeout: silence)
      if ready.isEmpty { return }
      passOn(ready)
    }
  }

  /// Whether all streams have ended.
  var isClosed: Bool { open.isEmpty }

  mutating func untilClosed() {
    while !open.isEmpty { passOn(FileDescriptor.poll(open.map(\.descriptor), timeout: nil)) }
  }

  private mutating func passOn(_ ready: [Int]) {
    var closed: [Int] = []
    for index in ready {
      let count = buffer.withUnsafeMutableBytes { (try? open[index].descriptor.read(into: $0)) ?? 0 }
      if count > 0 {
        context.write(Array(buffer[..<count]), to: open[index].stream)
      } else {
        closed.append(index)
      }
    }
    for index in closed.reversed() {
      try? open.remove(at: index).descriptor.close()
    }
  }
}
