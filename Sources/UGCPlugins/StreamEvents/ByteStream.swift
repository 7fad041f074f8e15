import Dispatch
import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage
import TaskKit

/// The bytes of a file, a pipe or standard input, as they come.
final class ByteStream: Sendable {
  private static let chunk = 1 << 18
  /// How soon a reader that waits for bytes sees that nobody does any more.
  private static let pollInterval: Int32 = 200

  private let file: FileDescriptor
  private let isOwned: Bool
  private let queue = DispatchQueue(label: "events")
  private let isCancelled = Atomic(false)

  /// - Parameter path: Nil for standard input.
  /// - Throws: A `FileProblem` where the file cannot be opened.
  init(path: String?) throws(FileProblem) {
    guard let path else {
      (file, isOwned) = (.standardInput, false)
      return
    }
    var isDirectory = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory {
      throw FileProblem(Errno.isDirectory)
    }
    do {
      // A pipe without a writer is waited for where its bytes are.
      file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
      isOwned = true
    } catch let error as Errno {
      throw FileProblem(error)
    } catch {
      throw FileProblem(error)
    }
  }

  deinit {
    if isOwned { try? file.close() }
  }

  /// The next bytes; none at the end.
  ///
  /// - Throws: A `FileProblem` where reading fails; a `CancellationError`.
  func next() async throws -> [UInt8] {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        queue.async { continuation.resume(with: Result { try self.read() }) }
      }
    } onCancel: {
      isCancelled.store(true, ordering: .relaxed)
    }
  }

  private func read() throws -> [UInt8] {
    while true {
      guard !isCancelled.load(ordering: .relaxed) else { throw CancellationError() }
      var polled = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
      guard poll(&polled, 1, Self.pollInterval) != 0 else { continue }
      do {
        return try [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, count in
          count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
      } catch Errno.wouldBlock, Errno.interrupted {
        continue
      } catch let error as Errno {
        throw FileProblem(error)
      }
    }
  }
}
