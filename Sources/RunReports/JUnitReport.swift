import FoundationEssentials
import Mustache
import TaskRunner

/// A run as JUnit's XML: one suite, a case for each call that does something itself or went wrong.
///
/// It keeps to what the schemas of Ant and of Jenkins both allow.
struct JUnitReport {
  private let name: String
  private let properties: [(name: String, value: String)]
  private let timestamp: String
  private let seconds: String
  private let cases: [Case]

  /// What is in a case.
  private enum Outcome {
    case passed
    case skipped(String)
    case failed(message: String, details: String)
    case error(message: String)
  }

  private struct Case {
    let className: String
    let name: String
    let seconds: String
    let outcome: Outcome
  }

  init(_ report: RunReport, tool: String) {
    name = "\(tool) run \(report.tasks.joined(separator: " "))"
    properties = [("run", report.identity.id), ("status", report.result.status.rawValue)]
    let style = Date.ISO8601FormatStyle(timeZoneSeparator: .omitted).year().month().day().time(
      includingFractionalSeconds: false)
    timestamp = report.startedAt.formatted(style)
    seconds = report.result.duration.thousandths
    var cases = report.calls.filter { $0.plugin != nil || $0.hasFailedItself }.map(Self.testCase)
    if let failure = report.result.failure, failure.call == nil {
      cases.append(
        Case(className: tool, name: "run", seconds: seconds, outcome: .error(message: failure.message)))
    }
    self.cases = cases
  }

  private static func testCase(_ call: RunReport.Call) -> Case {
    Case(
      className: call.identity.task, name: call.identity.path,
      seconds: (call.result.isRecorded ? .zero : call.result.duration).thousandths,
      outcome: outcome(of: call))
  }

  private static func outcome(of call: RunReport.Call) -> Outcome {
    switch call.result.status {
    case .succeeded, .upToDate: .passed
    case .skipped: .skipped(call.result.reason ?? call.result.failure?.cause ?? "")
    case .cancelled: .skipped("cancelled: \(call.result.failure?.cause ?? "")")
    case .failed where call.result.isAllowedToFail: .skipped("failed, which it may: \(call.failureMessage)")
    case .failed: .failed(message: call.failureMessage, details: details(of: call))
    }
  }

  /// What went wrong with its place, and the last lines of what the task wrote.
  private static func details(of call: RunReport.Call) -> String {
    let lines = call.output.text.split(separator: "\n", omittingEmptySubsequences: false).suffix(50)
    let tail = call.output.text.isEmpty ? "" : "\nthe last lines of its output:\n\(lines.joined(separator: "\n"))"
    return call.failureText + call.findings.map { "\n\($0.text())\n" }.joined() + tail
  }

  func text() throws -> String {
    let failures = cases.count { if case .failed = $0.outcome { true } else { false } }
    let errors = cases.count { if case .error = $0.outcome { true } else { false } }
    let skipped = cases.count { if case .skipped = $0.outcome { true } else { false } }
    let context: [String: Any] = [
      "name": name.xml, "timestamp": timestamp, "seconds": seconds, "tests": cases.count, "failureCount": failures,
      "errorCount": errors, "skippedCount": skipped,
      "properties": properties.map { ["name": $0.name, "value": $0.value.xml] },
      "cases": cases.map(Self.context),
    ]
    return try MustacheTemplate(string: Self.template).render(context) + "\n"
  }

  private static func context(_ testCase: Case) -> [String: Any] {
    var context: [String: Any] = [
      "class": testCase.className.xml, "name": testCase.name.xml, "seconds": testCase.seconds,
    ]
    switch testCase.outcome {
    case .passed: break
    case .skipped(let reason): context["skipped"] = ["message": printableLine(reason).xml]
    case .failed(let message, let details):
      context["failure"] = ["message": printableLine(message).xml, "details": details.xml]
    case .error(let message): context["error"] = ["message": printableLine(message).xml]
    }
    return context
  }

  private static let template = """
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites>
      <testsuite name="{{name}}" package="" id="0" timestamp="{{timestamp}}" hostname="localhost" tests="{{tests}}" \
    failures="{{failureCount}}" errors="{{errorCount}}" skipped="{{skippedCount}}" time="{{seconds}}">
        <properties>
    {{#properties}}
          <property name="{{name}}" value="{{value}}"/>
    {{/properties}}
        </properties>
    {{#cases}}
        <testcase classname="{{class}}" name="{{name}}" time="{{seconds}}">
    {{#skipped}}
          <skipped message="{{message}}"/>
    {{/skipped}}
    {{#failure}}
          <failure type="failed" message="{{message}}">{{details}}</failure>
    {{/failure}}
    {{#error}}
          <error type="cancelled" message="{{message}}"/>
    {{/error}}
        </testcase>
    {{/cases}}
        <system-out></system-out>
        <system-err></system-err>
      </testsuite>
    </testsuites>
    """
}

extension String {
  /// The text without the characters that XML cannot hold.
  fileprivate var xml: String {
    String(
      String.UnicodeScalarView(printable(self).unicodeScalars.map { $0.value & 0xFFFE == 0xFFFE ? "\u{FFFD}" : $0 }))
  }
}

extension Duration {
  /// In seconds, with three decimals.
  fileprivate var thousandths: String { JSONValue.seconds(self).text }
}
