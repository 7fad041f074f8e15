import Crypto
import Glibc
import SystemPackage
import TaskKit

/// Files with the hashes of their contents.
struct HashedFiles: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    var stamp: FileStamp
    var hash: String
    /// Whether the stamp alone tells that the content is the same.
    var isSettled: Bool

    static func == (left: Self, right: Self) -> Bool { left.hash == right.hash }
  }

  /// By path, relative to the task's folder.
  var entries: [FoundPath: Entry] = [:]
  /// How many files were read.
  var readCount = 0

  static func == (left: Self, right: Self) -> Bool { left.entries == right.entries }

  init() {}

  /// Hashes files; those whose stamp is known are not read.
  ///
  /// - Parameters:
  ///   - files: The files with their stamps.
  ///   - directory: The absolute path of the folder that relative paths start from.
  ///   - known: What was known of them before.
  ///   - isStopped: Whether nobody wants to know any more.
  /// - Throws: A `DiagnosticError` where a file cannot be read; a `CancellationError` where it is stopped.
  init(
    _ files: [FoundPath: FileStamp], in directory: String, known: HashedFiles, isStopped: () -> Bool = { false }
  ) throws {
    entries.reserveCapacity(files.count)
    for (path, stamp) in files {
      if isStopped() { throw CancellationError() }
      if let entry = known.entries[path], entry.isSettled, entry.stamp == stamp {
        entries[path] = entry
        continue
      }
      let now = FileStamp.now
      let absolute = path.text.hasPrefix("/") ? path.text : "\(directory)/\(path.text)"
      do {
        let hash = try Self.hash(of: absolute, isExecutable: stamp.isExecutable, isStopped)
        readCount += 1
        entries[path] = Entry(stamp: stamp, hash: hash, isSettled: !stamp.isFresh(at: now))
      } catch let error as Errno {
        throw DiagnosticError("`\(path.text)` cannot be read: \(FileProblem(error))")
      }
    }
  }

  private static func hash(of path: String, isExecutable: Bool, _ isStopped: () -> Bool) throws -> String {
    let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    defer { try? file.close() }
    var function = SHA256()
    function.update(data: [isExecutable ? 1 : 0])
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if isStopped() { throw CancellationError() }
      let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
      guard count > 0 else { return function.finalize().prefix(16).hexadecimal }
      function.update(data: buffer[..<count])
    }
  }

  /// One hash of all paths and contents.
  var fingerprint: String {
    var function = SHA256()
    for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
      function.update(data: Array("\(path.text.utf8.count):\(path.text)\(entry.hash)".utf8))
    }
    return function.finalize().prefix(16).hexadecimal
  }

  /// What is not as it was, for people: `` `a.swift` changed ``.
  func changes(since earlier: HashedFiles) -> [String] {
    guard self != earlier else { return [] }
    var changes: [String] = []
    for path in Set(entries.keys).union(earlier.entries.keys).sorted() {
      switch (earlier.entries[path], entries[path]) {
      case (nil, _?): changes.append("`\(path.text)` is new")
      case (_?, nil): changes.append("`\(path.text)` is gone")
      case (let before?, let now?): if before != now { changes.append("`\(path.text)` changed") }
      case (nil, nil): break
      }
    }
    return changes
  }
}
