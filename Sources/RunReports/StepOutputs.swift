import FoundationEssentials
import TaskRunner

/// What tasks gave, as the outputs of a step of GitHub Actions: `seed-channels`, and `channels` where one task was asked
/// for.
public struct StepOutputs: Sendable {
  private let report: RunReport

  public init(_ report: RunReport) {
    self.report = report
  }

  /// The lines for the file of outputs; those that hold a secret are left out, as GitHub does with them too.
  public var text: String {
    var text = ""
    for call in report.calls where call.result.status != .skipped {
      for (name, value) in call.result.outputs.values where !call.result.concealedOutputs.contains(name) {
        text += entry("\(call.identity.task)-\(name)", value.description)
        if report.tasks == [call.identity.path] { text += entry(name, value.description) }
      }
    }
    return text
  }

  private func entry(_ name: String, _ value: String) -> String {
    guard value.contains(where: \.isNewline) else { return "\(name.identifier)=\(value)\n" }
    // A line of the value must not end it.
    var delimiter = "ugc-tasks-\(report.identity.id)"
    while value.contains(delimiter) { delimiter += "-" }
    return "\(name.identifier)<<\(delimiter)\n\(value)\n\(delimiter)\n"
  }
}

extension String {
  /// The text as a name that expressions can read: letters, digits, `-` and `_`.
  fileprivate var identifier: String {
    String(map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" ? $0 : "_" })
  }
}
