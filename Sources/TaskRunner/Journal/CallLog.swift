import FoundationEssentials
import Glibc
import SystemPackage
import TaskKit

/// What one task wrote, in files that stay below a size: the beginning, and the end in two files, the older one `.1`.
public struct CallLog {
  /// How much is kept at the beginning; as much again at the end.
  static let mostBytesOfStart = 32 << 20
  private static let mostBytesOfPart = 16 << 20

  private let path: String
  private let mostOfStart: Int
  private let mostOfPart: Int
  private var file: FileDescriptor?
  private var isAtEnd = false
  private var size = 0

  init(_ path: String, mostBytesOfStart: Int = mostBytesOfStart, mostBytesOfPart: Int = mostBytesOfPart) {
    self.path = path
    mostOfStart = mostBytesOfStart
    mostOfPart = mostBytesOfPart
  }

  /// - Throws: An `Errno` where it cannot be written.
  mutating func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let room = (isAtEnd ? mostOfPart : mostOfStart) - size
      if room <= 0 {
        close()
        if isAtEnd, rename(Self.newest(path), Self.older(path)) != 0 { throw Errno(rawValue: errno) }
        (isAtEnd, size) = (true, 0)
        continue
      }
      let file = try file ?? open()
      self.file = file
      let written = rest.prefix(room)
      try written.withUnsafeBytes { _ = try file.writeAll($0) }
      size += written.count
      rest = rest.dropFirst(written.count)
    }
  }

  mutating func close() {
    try? file?.close()
    file = nil
  }

  private func open() throws -> FileDescriptor {
    try FileDescriptor.open(
      FilePath(isAtEnd ? Self.newest(path) : path), .writeOnly, options: [.create, .append, .closeOnExec],
      permissions: .ownerReadWrite)
  }

  private static func older(_ path: String) -> String { "\(path).1" }
  private static func newest(_ path: String) -> String { "\(path).2" }

  /// Hands what a log kept to somebody, piece by piece.
  ///
  /// - Parameters:
  ///   - path: The log's path.
  ///   - gap: Called where something in between was not kept.
  ///   - body: Called with each piece.
  /// - Throws: A `FileProblem` where a file cannot be read.
  public static func read(_ path: String, gap: () -> Void, _ body: ([UInt8]) -> Void) throws(FileProblem) {
    let files = files(of: path)
    for (number, file) in files.enumerated() {
      if number == 1, files.count == 3 { gap() }
      try pass(file, to: body)
    }
  }

  /// Whether anything was kept of a log.
  public static func exists(_ path: String) -> Bool {
    !files(of: path).isEmpty
  }

  /// The files in the order in which they were written.
  private static func files(of path: String) -> [String] {
    [path, older(path), newest(path)].filter(FileManager.default.fileExists(atPath:))
  }

  private static func pass(_ path: String, to body: ([UInt8]) -> Void) throws(FileProblem) {
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while case let count = try buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
        body(Array(buffer[..<count]))
      }
    } catch {
      throw FileProblem(error)
    }
  }
}
