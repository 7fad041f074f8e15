import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage
public import TaskKit

/// The folder of one run: its journal, what its tasks wrote, and a lock that a live run holds.
public struct RunFolder: Sendable {
  /// The run's name.
  public let id: String
  public let path: String

  var journal: String { "\(path)/journal" }

  func log(_ number: Int) -> String { "\(path)/\(number).log" }

  /// Takes the lock; nil where the run is under way.
  ///
  /// - Throws: A `DiagnosticError` where the lock's file cannot be made.
  func lock() throws(DiagnosticError) -> RunLock? {
    let file: FileDescriptor
    do {
      file = try FileDescriptor.open(
        FilePath("\(path)/lock"), .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
    } catch {
      throw DiagnosticError(.unwritableRun(path, FileProblem(error)))
    }
    // Somebody may just be looking whether it is held.
    for _ in 0..<5 {
      if flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 { return RunLock(file) }
      usleep(2000)
    }
    try? file.close()
    return nil
  }

  /// Whether a process of this machine runs it.
  public var isLive: Bool {
    guard let file = try? FileDescriptor.open(FilePath("\(path)/lock"), .readOnly, options: .closeOnExec) else {
      return false
    }
    defer { try? file.close() }
    return flock(file.rawValue, LOCK_SH | LOCK_NB) != 0
  }
}

/// The lock of a live run; it goes with the process, however that ends.
final class RunLock: Sendable {
  private let file: Mutex<FileDescriptor?>

  init(_ file: FileDescriptor) {
    self.file = Mutex(file)
  }

  /// Lets go of it, where that was not done before.
  func release() {
    file.withLock { file in
      try? file?.close()
      file = nil
    }
  }
}

/// The runs that are remembered.
public struct RunHistory: Sendable {
  /// Older ones are forgotten.
  static let mostRuns = 50

  private let state: StateDirectory

  public init(_ state: StateDirectory) {
    self.state = state
  }

  /// The runs, newest first: their names begin with their time.
  public var folders: [RunFolder] {
    // What has no journal is none of ours, or is just being made.
    allFolders.filter { FileManager.default.fileExists(atPath: $0.journal) }
  }

  private var allFolders: [RunFolder] {
    let path = state.folder("runs")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.sorted(by: >).map { RunFolder(id: $0, path: "\(path)/\($0)") }
  }

  /// The run of a name, or of the only one that begins with it; the newest for none.
  ///
  /// - Throws: A `DiagnosticError` where there is none, or more than one.
  public func folder(named name: String?) throws(DiagnosticError) -> RunFolder {
    let folders = folders
    guard let name else {
      guard let newest = folders.first else { throw DiagnosticError(.noRuns) }
      return newest
    }
    if let exact = folders.first(where: { $0.id == name }) { return exact }
    let matching = folders.filter { $0.id.hasPrefix(name) }
    guard matching.count <= 1 else { throw DiagnosticError(.ambiguousRun(name, matching.map(\.id))) }
    guard let folder = matching.first else { throw DiagnosticError(.unknownRun(name)) }
    return folder
  }

  /// Makes the folder of a new run; where another run has its name, it gets a number.
  ///
  /// - Throws: A `DiagnosticError` where it cannot be made.
  public func makeFolder(_ id: String) throws(DiagnosticError) -> RunFolder {
    let parent = try state.makeFolder("runs")
    var folder = RunFolder(id: id, path: "\(parent)/\(id)")
    var number = 1
    while mkdir(folder.path, 0o700) != 0 {
      guard errno == EEXIST else {
        throw DiagnosticError(.unwritableRun(folder.path, FileProblem(Errno(rawValue: errno))))
      }
      number += 1
      folder = RunFolder(id: "\(id)-\(number)", path: "\(parent)/\(id)-\(number)")
    }
    return folder
  }

  /// Forgets the oldest runs; those that are under way stay.
  public func prune() {
    for folder in allFolders.dropFirst(Self.mostRuns) where !folder.isLive {
      try? FileManager.default.removeItem(atPath: folder.path)
    }
  }
}
