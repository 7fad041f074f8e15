import OrderedCollections
import TaskRunner

/// What the commands say of mistakes on the command line.
extension Diagnostic {
  static func noTaskNamed(of file: TaskFile) -> Diagnostic {
    let names = file.tasks.values.filter { !$0.isPrivate }.map(\.name)
    let shown = names.prefix(10).joined(separator: ", ")
    return Diagnostic(
      .error, "no task is named", help: names.isEmpty ? "write one in \(file.source.name)" : "name one of \(shown)")
  }

  static func unknownPluginNamed(_ name: String, known: [String]) -> Diagnostic {
    Diagnostic(
      .error, "there is no plugin `\(name)`",
      help: Suggestion.help(for: name, among: known) ?? "the plugins are \(known.joined(separator: ", "))")
  }

  static var argumentsWithoutScript: Diagnostic {
    Diagnostic(.error, "none of these tasks takes the arguments after `--`", help: "only tasks that run a script do")
  }
}

extension Plan {
  /// Only scripts take what is written after `--`.
  func requireScript() throws(DiagnosticError) {
    let reached = roots + roots.flatMap { calls[$0].cells }
    let takesArguments = reached.contains { calls[$0].settlement.entry?.manifest.runsScript == true }
    guard takesArguments else { throw DiagnosticError(.argumentsWithoutScript) }
  }
}

extension Replacement {
  /// `SEED_COUNT=5 on the command line replaces seedCount 10 (tasks.yaml:20:26) of release-check/2:seed`.
  var line: String {
    "\(InputName.variable(for: name))=\(value.cut) on the command line replaces \(name) \(replacedValue.cut)"
      + " (\(replaced.origin)) of \(call)"
  }
}

extension String {
  /// The text on one line, and no more than a notice can bear.
  fileprivate var cut: String {
    let line = printableLine(self)
    return line.count > 60 ? "\(line.prefix(60))…" : line
  }
}

extension TaskFile {
  /// `1 task`, `2 tasks`.
  var taskCount: String { tasks.count == 1 ? "1 task" : "\(tasks.count) tasks" }
}
