import FoundationEssentials
import Glibc
import SystemPackage
import TaskKit

/// The processes of this machine, as `/proc` tells of them.
enum ProcessTable {
  /// What makes a process one of a script's: the session that it led, or what it left in its environment.
  struct Mark: Sendable {
    /// The session's number, which is that of the script's own process.
    var session: pid_t?
    /// `NAME=value` texts that the environment must all hold.
    var variables: [String]
  }

  /// The processes that have a mark and have not ended.
  static func processes(with mark: Mark) -> [pid_t] {
    let variables = mark.variables.map { Array($0.utf8) }
    let own = getpid()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap(pid_t.init).filter { pid in
      guard pid != own, let status = ProcessStatus(of: pid), !status.hasEnded else { return false }
      if let session = mark.session, status.session == session || status.group == session { return true }
      return !variables.isEmpty && hasEnvironment(pid, variables)
    }
  }

  private static func hasEnvironment(_ pid: pid_t, _ variables: [[UInt8]]) -> Bool {
    guard let bytes = read("/proc/\(pid)/environ"), !bytes.isEmpty else { return false }
    let entries = bytes.split(separator: 0)
    return variables.allSatisfy { variable in entries.contains { $0.elementsEqual(variable) } }
  }

  /// A file of `/proc`, whose size is not known before; nil where it cannot be read.
  fileprivate static func read(_ path: String) -> [UInt8]? {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec) else { return nil }
    defer { try? file.close() }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    while let count = try? chunk.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
      bytes += chunk[..<count]
    }
    return bytes
  }
}

/// One process, from `/proc/PID/stat`.
private struct ProcessStatus {
  let hasEnded: Bool
  let group: pid_t
  let session: pid_t

  /// Nil where there is no such process.
  init?(of pid: pid_t) {
    // `PID (name) state parent group session …`; the name may hold anything.
    guard let bytes = ProcessTable.read("/proc/\(pid)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else {
      return nil
    }
    let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
    guard fields.count > 3, let group = pid_t(fields[2]), let session = pid_t(fields[3]) else { return nil }
    hasEnded = ["Z", "X"].contains(fields[0])
    (self.group, self.session) = (group, session)
  }
}

extension RunSetting {
  /// What the environment of each process of the run holds, and of no other run's.
  var processMark: String { "UGC_RUN_DIR=\(folder)" }
}
