import FoundationEssentials
import TaskRunner

/// A run as the summary of a CI job shows it: Markdown, a row for each task.
public struct JobSummary: Sendable {
  // GitHub refuses a summary of more than 1 MiB, whole: two tables and the last lines of tasks stay below it.
  private static let mostBytesOfTable = 300_000
  private static let mostBytesOfTails = 300_000
  private static let mostBytesOfTail = 60_000

  private let report: RunReport
  private let tool: String
  private let nextCommand: String?

  /// - Parameters:
  ///   - report: The run.
  ///   - tool: The name of the tool that ran.
  ///   - nextCommand: What goes on with a run that did not succeed; nil where it is not kept.
  public init(_ report: RunReport, tool: String, nextCommand: String?) {
    self.report = report
    self.tool = tool
    self.nextCommand = nextCommand
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
    lines += tails
    if let failure = result.failure, failure.call == nil { lines += ["", failure.message.markdown] }
    for note in result.notes { lines += ["", "> \(note.markdown)"] }
    if result.status != .succeeded, let nextCommand {
      lines += ["", "To go on, run <code>\(nextCommand.markup)</code> where this run was kept."]
    }
    return lines.joined(separator: "\n") + "\n\n"
  }

  /// The last lines of what failed, as long as there is room for them.
  private var tails: [String] {
    var lines: [String] = []
    var bytes = 0
    for call in report.calls.filter({ $0.hasFailedItself && !$0.tail.isEmpty }).prefix(20) {
      let title = "The last lines of \(call.identity.path.markup)"
      let block = [
        "", "<details><summary>\(title)</summary>", "", "<pre>\(Self.end(of: call.tail))</pre>", "</details>",
      ]
      bytes += block.reduce(0) { $0 + $1.utf8.count + 1 }
      guard bytes <= Self.mostBytesOfTails else { break }
      lines += block
    }
    return lines
  }

  /// The last lines for which there is room; of a line that is longer, its beginning.
  private static func end(of tail: [String]) -> String {
    var lines: [String] = []
    var bytes = 0
    for line in tail.reversed() {
      let markup = line.markup
      bytes += markup.utf8.count + 5
      guard bytes <= mostBytesOfTail else {
        if lines.isEmpty { lines.append(String(line.prefix(mostBytesOfTail / 8)).markup + "…") }
        break
      }
      lines.append(markup)
    }
    return lines.reversed().joined(separator: "&#10;")
  }

  private func table(_ head: [String], _ rows: [[String]]) -> [String] {
    var (shown, bytes): ([String], Int) = ([], 0)
    for row in rows {
      let line = "| \(row.joined(separator: " | ")) |"
      bytes += line.utf8.count
      guard bytes <= Self.mostBytesOfTable else { break }
      shown.append(line)
    }
    let rest = rows.count > shown.count ? ["", "… and \(rows.count - shown.count) more"] : []
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
    let tries = call.result.attempts > 1 ? ["\(call.result.attempts) attempts"] : []
    return (tries + [outcome(of: call)]).filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private func outcome(of call: RunReport.Call) -> String {
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
  /// The text as HTML that shows just this text.
  fileprivate var markup: String {
    printable(self).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\n", with: "&#10;")
  }

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
