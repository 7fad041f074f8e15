import FoundationEssentials
import TaskRunner

/// A run as the summary of a CI job shows it: Markdown, a row for each task.
public struct JobSummary: Sendable {
  /// Longer summaries are refused by GitHub, whole.
  private static let mostRows = 500

  private let report: RunReport
  private let tool: String

  public init(_ report: RunReport, tool: String) {
    self.report = report
    self.tool = tool
  }

  /// The summary, its last line ended.
  public var text: String {
    let result = report.result
    let title = "\(tool) run \(report.tasks.joined(separator: " "))"
    var lines = ["### \(title.markdown): \(result.status.rawValue) in \(result.duration.brief)", ""]
    lines += table(["", "task", "time", ""], report.calls.filter { $0.plugin != nil || $0.hasFailedItself }.map(row))
    let findings = report.calls.flatMap { call in call.findings.map { (call, $0) } }
    if !findings.isEmpty {
      lines += [""] + table(["", "finding", "about", "expected", "found"], findings.map(row))
    }
    if let failure = result.failure, failure.call == nil { lines += ["", failure.message.markdown] }
    for note in result.notes { lines += ["", "> \(note.markdown)"] }
    if result.status != .succeeded {
      lines += ["", "To go on, run `\(tool) resume \(report.identity.id)` where this run was kept."]
    }
    return lines.joined(separator: "\n") + "\n\n"
  }

  private func table(_ head: [String], _ rows: [[String]]) -> [String] {
    let shown = rows.prefix(Self.mostRows).map { "| \($0.joined(separator: " | ")) |" }
    let rest = rows.count > Self.mostRows ? ["", "… and \(rows.count - Self.mostRows) more"] : []
    return ["| \(head.joined(separator: " | ")) |", "|\(String(repeating: "---|", count: head.count))"] + shown + rest
  }

  private func row(of call: RunReport.Call) -> [String] {
    [
      Self.mark(of: call.result), call.identity.path.markdown,
      call.startedAt == nil || call.result.isRecorded ? "" : call.result.duration.brief, remark(on: call).markdown,
    ]
  }

  private func row(of call: RunReport.Call, _ finding: Finding) -> [String] {
    [
      finding.severity.rawValue, "\(finding.message) [\(finding.code)]".markdown,
      (finding.place ?? finding.subject).markdown, (finding.expected ?? "").markdown, (finding.found ?? "").markdown,
    ]
  }

  private static func mark(of result: TaskResult) -> String {
    switch result.status {
    case .succeeded, .upToDate: "✅"
    case .failed: result.isAllowedToFail ? "⚠️" : "❌"
    case .skipped, .cancelled: "⏭️"
    }
  }

  private func remark(on call: RunReport.Call) -> String {
    let result = call.result
    return switch result.status {
    case .succeeded where result.isRecorded: "done before"
    case .succeeded: result.outputs.values.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    case .upToDate: "up to date"
    case .failed: call.failureMessage
    case .skipped: "skipped: \(result.reason ?? result.failure?.cause ?? "")"
    case .cancelled: "cancelled: \(result.failure?.cause ?? "")"
    }
  }
}

extension String {
  /// The text as Markdown that shows just this text, on one line; long texts are cut.
  fileprivate var markdown: String {
    let line = printableLine(self)
    let cut = line.count > 300 ? "\(line.prefix(300))…" : line
    var text = ""
    for character in cut {
      if "&<>|*_[]`~\\#@".contains(character), let scalar = character.unicodeScalars.first {
        text += "&#\(scalar.value);"
      } else {
        text.append(character)
      }
    }
    return text
  }
}
