import TaskKit

/// What a run with several tasks came to: each task's status and time, what the failed ones wrote last, and why.
struct RunSummary: Sendable {
  private struct Line: Sendable {
    let call: CallIdentity
    let result: TaskResult
  }

  private var lines: [Line] = []
  private var tails: [CallIdentity: OutputTail] = [:]

  mutating func receive(_ event: RunEvent) {
    switch event {
    case .output(let call, let bytes, _): tails[call, default: OutputTail()].add(bytes)
    case .printed(let call, let line): tails[call, default: OutputTail()].add(Array((line + "\n").utf8))
    case .taskFinished(let call, let result):
      lines.append(Line(call: call, result: result))
      if result.status == .failed, result.failure?.call == call {
        tails[call]?.finish()
      } else {
        tails[call] = nil
      }
    default: break
    }
  }

  /// What a running task wrote last.
  func lastLine(of call: CallIdentity) -> [UInt8]? {
    tails[call]?.lastLine
  }

  /// A line for each task, in the order of their ends.
  var table: [String] {
    let markWidth = lines.contains { $0.result.status == .upToDate } ? 10 : 9
    let width = min(lines.map(\.call.path.count).max() ?? 0, 40)
    return lines.map { line in
      let path = line.call.path + String(repeating: " ", count: max(0, width - line.call.path.count))
      return "\(line.result.mark(width: markWidth)) \(path)  \(line.result.detail(of: line.call))"
    }
  }

  /// The failures, the first one last: the others may follow from it.
  func failures(of result: RunResult) -> [(failure: RunFailure, tail: [[UInt8]])] {
    let failed = lines.filter {
      $0.result.failure?.call == $0.call && $0.result.status == .failed && !$0.result.isAllowedToFail
    }
    let root = result.failure?.call
    let ordered = failed.filter { $0.call != root } + failed.filter { $0.call == root }
    return ordered.compactMap { line in
      line.result.failure.map { ($0, tails[line.call]?.lines ?? []) }
    }
  }
}

extension TaskResult {
  /// `ok`, `failed`.
  func mark(width: Int = 0) -> String {
    let mark = status == .succeeded ? "ok" : status.rawValue
    return mark + String(repeating: " ", count: max(0, width - mark.count))
  }

  /// How long it took, and why it did not do what it should.
  func detail(of call: CallIdentity) -> String {
    switch status {
    case .succeeded: isRecorded ? "(done before)" : "(\(duration.brief))\(tries)"
    case .failed:
      "(\(duration.brief))\(tries)\(failure?.call == call ? "" : because)\(isAllowedToFail ? ", which it may" : "")"
    case .cancelled: "(\(duration.brief))\(tries)\(because)"
    case .skipped: "because \(reason ?? failure?.cause ?? "")"
    case .upToDate: "(nothing changed)"
    }
  }

  private var because: String { " because \(failure?.cause ?? "")" }

  private var tries: String { attempts > 1 ? ", \(attempts) attempts" : "" }
}
