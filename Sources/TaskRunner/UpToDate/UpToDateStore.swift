import FoundationEssentials
import Crypto
import Glibc
import SystemPackage
import TaskKit

/// The records of all tasks, in `.ugc/up-to-date`: a folder for each task and cell, in it a file for each set of values.
struct UpToDateStore: Sendable {
  /// Older ones of a task are forgotten.
  private static let mostVariants = 16
  private static let mostBytes = 256 << 20

  private let state: StateDirectory

  init(_ state: StateDirectory) {
    self.state = state
  }

  /// The records of one task, or of one cell of its matrix.
  struct Shelf: Sendable {
    let name: String
    let path: String
  }

  func shelf(of call: PlannedCall) -> Shelf {
    let texts = [call.task.name] + (call.cell.map { [$0.name.description] } ?? [])
    let name = SaltedHash(salt: "").hash(texts)
    return Shelf(name: name, path: state.folder("up-to-date/\(name)"))
  }

  /// What hashes facts: random, so that a hash of a secret tells nothing elsewhere; nil where nothing was kept yet.
  var hashing: SaltedHash? {
    guard let bytes = try? FileContents.read(state.folder("up-to-date/salt"), upTo: 100) else { return nil }
    let salt = String(decoding: bytes, as: UTF8.self)
    return salt.isEmpty ? nil : SaltedHash(salt: salt)
  }

  /// What hashes facts; it is made where there is none.
  ///
  /// - Throws: A `DiagnosticError` where it cannot be kept.
  func makeHashing() throws(DiagnosticError) -> SaltedHash {
    if let hashing { return hashing }
    let folder = try state.makeFolder("up-to-date")
    let new = SaltedHash()
    // Of two runs that begin at the same time, one makes it.
    chmod(folder, 0o700)
    let path = "\(folder)/salt"
    let draft = "\(path).\(UUID().uuidString)"
    try write(Array(new.salt.utf8), to: draft)
    defer { unlink(draft) }
    return link(draft, path) == 0 ? new : hashing ?? new
  }

  func record(_ variant: String, on shelf: Shelf) -> UpToDateRecord? {
    guard let bytes = try? FileContents.read("\(shelf.path)/\(variant)", upTo: Self.mostBytes) else { return nil }
    return UpToDateRecord(bytes)
  }

  /// The values with which the task last ended well; nil where it did not end well since.
  func lastVariant(on shelf: Shelf) -> String? {
    let bytes = try? FileContents.read("\(shelf.path)/last", upTo: 100)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Work of a task that has begun, and whether other work of it went on when it did.
  struct Work: Sendable {
    fileprivate let note: String
    fileprivate let isAlone: Bool
    let shelf: Shelf
  }

  /// Notes that a task's work begins, and forgets what that is about to replace.
  ///
  /// - Parameters:
  ///   - variant: The values that it works with; all are forgotten where they are not known.
  ///   - shelf: The task's records.
  /// - Returns: What `end` and `keep` are told.
  func begin(_ variant: String?, on shelf: Shelf) -> Work {
    _ = try? state.makeFolder("up-to-date/\(shelf.name)")
    let note = "\(shelf.path)/working.\(getpid()).\(UUID().uuidString)"
    // Written before others are looked for: of two that begin at the same time, each sees the other.
    try? write([], to: note)
    let others = liveNotes(on: shelf).filter { $0 != note }
    for other in others { disturb(other) }
    let work = Work(note: note, isAlone: others.isEmpty, shelf: shelf)
    forget(variant.map { [$0] } ?? records(on: shelf), on: shelf)
    return work
  }

  /// Notes that a task's work has ended.
  ///
  /// - Returns: Whether no other work of the task went on at any time meanwhile; otherwise nothing is known of what
  ///   either has left.
  @discardableResult
  func end(_ work: Work) -> Bool {
    let isUndisturbed = (try? FileContents.read(work.note, upTo: 100))?.isEmpty ?? true
    unlink(work.note)
    if work.isAlone, isUndisturbed { return true }
    forget(records(on: work.shelf), on: work.shelf)
    return false
  }

  /// Tells work that goes on that it is no longer alone; where it has just ended, no note is left by this.
  private func disturb(_ note: String) {
    guard let file = try? FileDescriptor.open(FilePath(note), .writeOnly, options: .closeOnExec) else { return }
    _ = try? file.writeAll("disturbed".utf8)
    try? file.close()
  }

  private func forget(_ records: [String], on shelf: Shelf) {
    for record in records + ["last"] { unlink("\(shelf.path)/\(record)") }
  }

  /// The notes of work that goes on; those of processes that were killed are taken away.
  private func liveNotes(on shelf: Shelf) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: shelf.path)) ?? []
    return names.filter { $0.hasPrefix("working.") }.compactMap { name in
      let note = "\(shelf.path)/\(name)"
      let process = name.split(separator: ".").dropFirst().first.flatMap { Int32($0) }
      if let process, kill(process, 0) == 0 || errno == EPERM { return note }
      unlink(note)
      return nil
    }
  }

  private func records(on shelf: Shelf) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: shelf.path)) ?? []
    return names.filter { $0 != "last" && !$0.contains(".") }
  }

  /// - Throws: A `DiagnosticError` where it cannot be kept.
  func keep(_ record: UpToDateRecord, as variant: String, on shelf: Shelf) throws(DiagnosticError) {
    _ = try state.makeFolder("up-to-date/\(shelf.name)")
    try replace("\(shelf.path)/\(variant)", with: record.bytes)
    try replace("\(shelf.path)/last", with: Array(variant.utf8))
    prune(shelf)
  }

  private func replace(_ path: String, with bytes: [UInt8]) throws(DiagnosticError) {
    let draft = "\(path).\(UUID().uuidString)"
    try write(bytes, to: draft)
    guard rename(draft, path) == 0 else {
      unlink(draft)
      throw DiagnosticError("\(path) cannot be written", help: "check who may write there")
    }
  }

  private func write(_ bytes: [UInt8], to path: String) throws(DiagnosticError) {
    do {
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
      defer { try? file.close() }
      try file.writeAll(bytes)
    } catch {
      unlink(path)
      throw DiagnosticError("\(path) cannot be written: \(FileProblem(error))", help: "check who may write there")
    }
  }

  private func prune(_ shelf: Shelf) {
    let names = records(on: shelf)
    guard names.count > Self.mostVariants else { return }
    let files = names.map { "\(shelf.path)/\($0)" }
    let byAge = files.sorted { FileStamp.modified(of: $0) > FileStamp.modified(of: $1) }
    for file in byAge.dropFirst(Self.mostVariants) { unlink(file) }
  }
}

extension FileStamp {
  fileprivate static func modified(of path: String) -> Int {
    if case .file(let stamp)? = look(at: path) { stamp.modified } else { 0 }
  }
}
