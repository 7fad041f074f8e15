import FoundationEssentials
import Mustache
import TaskRunner

/// A run as one page: when each task worked, what the run waited for, and all that is known of each call.
struct HTMLReport {
  private let report: RunReport
  private let tool: String

  init(_ report: RunReport, tool: String) {
    self.report = report
    self.tool = tool
  }

  func text() throws -> String {
    try MustacheTemplate(string: Self.template).render(context) + "\n"
  }

  private var context: [String: Any] {
    let critical = Set(report.criticalPath)
    let numbered = report.calls.enumerated()
    let failures = report.calls.filter { $0.hasFailedItself && !$0.result.isAllowedToFail }
    return [
      "title": "\(tool) run \(report.tasks.joined(separator: " "))", "status": report.result.status.rawValue,
      "run": report.identity.id, "started": report.startedAt.stamp, "duration": report.result.duration.readable,
      "counts": counts, "style": Self.style,
      "error": shown(report.result.failure.map { $0.call == nil ? $0.message : "" } ?? ""),
      "failures": failures.map { call -> [String: Any] in
        ["path": call.identity.path, "text": call.failureText, "tail": shown(call.tail.joined(separator: "\n"))]
      },
      "notes": report.result.notes,
      "bars": numbered.filter { $0.element.hasWorked }.map { bar($0.offset, $0.element, critical.contains($0.offset)) },
      "ticks": ticks,
      "critical": report.criticalPath.map { index in
        let call = report.calls[index]
        return ["number": String(index), "path": call.identity.path, "duration": call.result.duration.readable]
      },
      "calls": numbered.map { details($0.offset, $0.element) },
    ]
  }

  /// `3 succeeded, 1 failed`.
  private var counts: String {
    let statuses = report.calls.filter { $0.plugin != nil || $0.hasFailedItself }.map(Self.status)
    return ["succeeded", "up-to-date", "failed", "allowed to fail", "cancelled", "skipped"].compactMap { status in
      let count = statuses.count { $0 == status }
      return count == 0 ? nil : "\(count) \(status)"
    }.joined(separator: ", ")
  }

  /// The word for how it ended.
  private static func status(of call: RunReport.Call) -> String {
    call.result.isAllowedToFail ? "allowed to fail" : call.result.status.rawValue
  }

  /// The same as a class of the style sheet.
  private static func styleClass(of call: RunReport.Call) -> String {
    call.result.isAllowedToFail ? "allowed" : call.result.status.rawValue
  }

  private var total: Double { max(report.result.duration.inSeconds, 0.001) }

  private func bar(_ number: Int, _ call: RunReport.Call, _ isCritical: Bool) -> [String: Any] {
    let begin = max(0, call.startedAt?.timeIntervalSince(report.startedAt) ?? 0)
    let left = min(begin / total, 0.995)
    let width = min(max(call.result.duration.inSeconds / total, 0.005), 1 - left)
    return [
      "number": number, "path": call.identity.path, "left": left.percent, "width": width.percent,
      "duration": call.result.duration.readable, "status": Self.styleClass(of: call), "critical": isCritical,
      "begin": Duration.seconds(begin).readable,
    ]
  }

  /// The times below the bars.
  private var ticks: [[String: Any]] {
    (0...4).map { number in ["text": Duration.seconds(total * Double(number) / 4).readable] }
  }

  private func details(_ number: Int, _ call: RunReport.Call) -> [String: Any] {
    let result = call.result
    return [
      "number": number, "path": call.identity.path, "task": call.identity.task, "depth": call.depth,
      "plugin": call.plugin ?? "", "status": Self.styleClass(of: call), "word": Self.status(of: call),
      "duration": call.startedAt == nil ? "" : result.duration.readable, "isOpen": call.hasFailedItself,
      "reason": shown(reason(of: call)), "failure": shown(call.hasFailedItself ? call.failureText : ""),
      "values": table(call.values.map { ["name": $0.name, "value": $0.value, "source": $0.source] }),
      "outputs": table(result.outputs.values.map { ["name": $0.name, "value": $0.value.description] }),
      "findings": call.findings.map { ["severity": $0.severity.rawValue, "text": printable($0.text())] },
      "output": call.output.text.isEmpty ? [] : [["text": call.output.text, "omitted": shown(omitted(call.output))]],
    ]
  }

  /// The text where there is one: to the template an empty text is one too.
  private func shown(_ text: String) -> [String] { text.isEmpty ? [] : [text] }

  /// A table with its rows; none where it would be empty.
  private func table(_ rows: [[String: String]]) -> [[String: Any]] {
    rows.isEmpty ? [] : [["rows": rows]]
  }

  private func reason(of call: RunReport.Call) -> String {
    let result = call.result
    var parts: [String] = []
    if result.isRecorded { parts.append("done before this run was resumed") }
    if let reason = result.reason { parts.append(reason) }
    if result.status == .skipped || result.status == .cancelled || !call.hasFailedItself {
      if let cause = result.failure?.cause { parts.append("because \(cause)") }
    }
    if result.attempts > 1 { parts.append("\(result.attempts) attempts") }
    if result.isAllowedToFail { parts.append("it may fail") }
    return parts.joined(separator: "; ")
  }

  private func omitted(_ output: OutputExcerpt) -> String {
    output.omittedBytes == 0 ? "" : "\(output.omittedBytes) bytes before this are left out"
  }
}

extension Double {
  /// The share in percent, as CSS reads it.
  fileprivate var percent: String {
    let hundredths = Int((self * 10_000).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)%"
  }
}

extension Duration {
  /// `4 ms`, `1.21 s`, `2 min 5 s`.
  fileprivate var readable: String {
    inSeconds < 1 ? "\(Int((inSeconds * 1000).rounded())) ms" : brief
  }
}
