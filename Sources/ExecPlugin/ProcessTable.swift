import FoundationEssentials
import Glibc
import SystemPackage
import TaskKit

/// The processes of this machine, as `/proc` tells of them.
enum ProcessTable {
  /// What makes a process one of a script's.
  struct Mark: Sendable {
    /// The sessions that scripts led; a session's number is that of its first process.
    var sessions: Set<pid_t> = []
    /// `NAME=value` texts that the environment must all hold.
    var variables: [String]
    /// Whether it may have begun before this process.
    var mayBeOlder = false
  }

  /// The processes that have a mark and have not ended.
  static func processes(with mark: Mark) -> [pid_t] {
    let variables = mark.variables.map { Array($0.utf8) }
    return candidates(mark).filter { process in
      guard let status = ProcessStatus(of: process), !status.hasEnded else { return false }
      return isInSession(process, status, mark) || hasEnvironment(process, variables)
    }
  }

  /// Whether a process ignores a signal.
  static func ignores(_ signal: Int32, _ process: pid_t) -> Bool {
    let lines = read("/proc/\(process)/status")?.split(separator: UInt8(ascii: "\n")) ?? []
    for line in lines where line.starts(with: "SigIgn:".utf8) {
      let digits = String(decoding: line.dropFirst(7), as: UTF8.self).filter(\.isHexDigit)
      return UInt64(digits, radix: 16).map { $0 & (1 << UInt64(signal - 1)) != 0 } ?? false
    }
    return false
  }

  /// Processes that may have begun after this one.
  private static func candidates(_ mark: Mark) -> [pid_t] {
    let own = getpid()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let all = names.compactMap { pid_t($0) }
    guard !mark.mayBeOlder, isOrdered(own) else { return all.filter { $0 != own } }
    return all.filter { $0 > own }
  }

  private static func isOrdered(_ own: pid_t) -> Bool {
    let last = read("/proc/loadavg").flatMap { String(decoding: $0, as: UTF8.self).split(separator: " ").last }
    guard let last = last.flatMap({ pid_t($0.filter(\.isNumber)) }), let first = startsAtFirst, let now = starts(),
      let most = mostNumbers
    else { return false }
    return isOrdered(own: own, last: last, starts: now - first, mostNumbers: most)
  }

  /// Whether all processes that began after one have larger numbers.
  ///
  /// Numbers grow, until they begin anew at small ones; when half of them have been given since, they may have come
  /// past the process's own again.
  static func isOrdered(own: pid_t, last: pid_t, starts: Int, mostNumbers: Int) -> Bool {
    last >= own && starts < mostNumbers / 2
  }

  /// How many processes and threads had begun when this was first asked.
  private static let startsAtFirst = starts()
  private static let mostNumbers = read("/proc/sys/kernel/pid_max").flatMap {
    Int(String(decoding: $0, as: UTF8.self).filter(\.isNumber))
  }

  /// How many processes and threads have begun since the machine did.
  private static func starts() -> Int? {
    let lines = read("/proc/stat")?.split(separator: UInt8(ascii: "\n")) ?? []
    return lines.last { $0.starts(with: "processes ".utf8) }.flatMap {
      Int(String(decoding: $0.dropFirst(10), as: UTF8.self))
    }
  }

  /// A number can be used again: then the session has a first process, and that is a stranger.
  private static func isInSession(_ process: pid_t, _ status: ProcessStatus, _ mark: Mark) -> Bool {
    guard mark.sessions.contains(status.session) else { return false }
    guard status.session != process, let first = ProcessStatus(of: status.session) else {
      return status.session != process
    }
    return first.hasEnded
  }

  private static func hasEnvironment(_ pid: pid_t, _ variables: [[UInt8]]) -> Bool {
    guard !variables.isEmpty, let bytes = read("/proc/\(pid)/environ"), !bytes.isEmpty else { return false }
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
  let session: pid_t

  /// Nil where there is no such process.
  init?(of pid: pid_t) {
    // `PID (name) state parent group session …`; the name may hold anything.
    guard let bytes = ProcessTable.read("/proc/\(pid)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else {
      return nil
    }
    let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
    guard fields.count > 3, let session = pid_t(fields[3]) else { return nil }
    hasEnded = ["Z", "X"].contains(fields[0])
    self.session = session
  }
}

extension RunSetting {
  /// What the environment of each process of the run holds, and of no other run's.
  var processMark: String { "UGC_RUN_DIR=\(folder)" }
}
