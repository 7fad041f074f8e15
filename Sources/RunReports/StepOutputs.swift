import FoundationEssentials
import TaskRunner

/// What tasks gave, as the outputs of a step of GitHub Actions: `seed-channels`, and `channels` where one task was asked
/// for; where a task was called more than once, the call is named: `release-check_2_seed-channels`.
public struct StepOutputs: Sendable {
  private let report: RunReport

  public init(_ report: RunReport) {
    self.report = report
  }

  /// The lines for the file of outputs; those that hold a secret are left out, as GitHub does with them too.
  public var text: String {
    // What a call is named must not depend on how others ended.
    let counts = Dictionary(
      report.calls.filter { $0.plugin != nil }.map { ($0.identity.task, 1) }, uniquingKeysWith: +)
    var names: Set<String> = []
    var text = ""
    for call in report.calls {
      let name = counts[call.identity.task] == 1 ? call.identity.task : call.identity.path
      for (output, value) in call.result.outputs.values where !call.result.concealedOutputs.contains(output) {
        var key = "\(name)-\(output)".identifier
        while !names.insert(key).inserted { key += "_" }
        text += entry(key, value.description)
        if report.tasks == [call.identity.path] { text += entry(output.identifier, value.description) }
      }
    }
    return text
  }

  private func entry(_ name: String, _ value: String) -> String {
    guard value.contains(where: \.isNewline) else { return "\(name)=\(value)\n" }
    // A line of the value must not end it.
    var delimiter = "ugc-tasks-\(report.identity.id)"
    while value.contains(delimiter) { delimiter += "-" }
    return "\(name)<<\(delimiter)\n\(value)\n\(delimiter)\n"
  }
}

extension String {
  /// The text as a name that expressions can read: letters, digits, `-` and `_`.
  fileprivate var identifier: String {
    String(map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" ? $0 : "_" })
  }
}
