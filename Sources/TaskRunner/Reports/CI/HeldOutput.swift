import FoundationEssentials
import Glibc
import SystemPackage
import TaskKit

/// What a task wrote while another one had the log: in memory, and from a size on in a file that nobody else sees.
struct HeldOutput: Sendable {
  private static let mostInMemory = 1 << 18

  private let folder: String
  private var bytes: [UInt8] = []
  private var file: FileDescriptor?
  /// How much is in the file.
  private var bytesInFile: Int64 = 0
  /// Whether the file takes no more: then memory has to do.
  private var isFileFull = false

  /// - Parameter folder: The absolute path of a folder for the file.
  init(folder: String) {
    self.folder = folder
  }

  mutating func add(_ more: [UInt8]) {
    bytes += more
    guard bytes.count > Self.mostInMemory, !isFileFull else { return }
    do {
      let file = try file ?? open()
      self.file = file
      try file.writeAll(bytes)
      bytesInFile += Int64(bytes.count)
      bytes = []
    } catch {
      isFileFull = true
      // A part may have been written, and is still in memory.
      if let file { ftruncate(file.rawValue, Int(bytesInFile)) }
    }
  }

  /// Hands all of it to somebody, piece by piece, and keeps nothing.
  func give(to body: ([UInt8]) -> Void) {
    defer { try? file?.close() }
    if let file, (try? file.seek(offset: 0, from: .start)) != nil {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while let count = try? buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
        body(Array(buffer[..<count]))
      }
    }
    if !bytes.isEmpty { body(bytes) }
  }

  private func open() throws -> FileDescriptor {
    let path = FilePath("\(folder)/held-\(UUID().uuidString)")
    let file = try FileDescriptor.open(
      path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
    unlink(path.string)
    return file
  }
}
