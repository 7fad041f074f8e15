public import TaskKit

/// A job of GitHub Actions, as a step of it finds it in its environment.
public struct GitHubActions: Sendable {
  /// The absolute path of the folder of the repository: annotations name files in it.
  private let workspace: String?
  /// Where the user stands: the names of files that messages show begin there.
  private let directory: String
  /// The absolute path of the file that takes the step's outputs.
  public let outputFile: String?
  /// The absolute path of the file that takes the step's part of the job's summary.
  public let summaryFile: String?
  /// Whether the process is a step of a job, and not only to be shown as one.
  public let isJob: Bool

  /// - Parameters:
  ///   - environment: The process environment.
  ///   - directory: The absolute path of the folder where the user stands.
  public init(_ environment: [String: String], directory: String) {
    func path(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    isJob = environment["GITHUB_ACTIONS"] == "true"
    workspace = path("GITHUB_WORKSPACE").map { String($0.reversed().drop { $0 == "/" }.reversed()) }
    outputFile = path("GITHUB_OUTPUT")
    summaryFile = path("GITHUB_STEP_SUMMARY")
    self.directory = directory
  }

  /// The line that annotates a diagnostic's place.
  ///
  /// - Parameters:
  ///   - diagnostic: What is to be told; secrets are masked already.
  ///   - title: What it is about, such as the call that failed.
  /// - Returns: A command, without its line break.
  public func annotation(of diagnostic: Diagnostic, title: String? = nil) -> String {
    let help = diagnostic.help.map { "\nhelp: \($0)" } ?? ""
    let name = diagnostic.severity == .error ? "error" : "warning"
    guard case .source(let location)? = diagnostic.origin else {
      return WorkflowCommand(name, ["title": title], printable(diagnostic.message + help)).line
    }
    let range = location.range
    let isOneLine = range.end.line == range.start.line && range.end.column > range.start.column
    return WorkflowCommand(
      name,
      [
        "file": file(location.source.path), "line": String(range.start.line), "col": String(range.start.column),
        "endColumn": isOneLine ? String(range.end.column) : nil, "title": title,
      ], printable(diagnostic.message + help)
    ).line
  }

  /// The line that annotates a finding's place.
  func annotation(of finding: Finding, _ call: CallIdentity) -> String {
    let name =
      switch finding.severity {
      case .error: "error"
      case .warning, .unknown: "warning"
      case .info: "notice"
      }
    let details = [
      ("about", finding.subject as String?), ("expected", finding.expected), ("found", finding.found),
      ("help", finding.help),
    ].compactMap { label, text in text.map { "\n\(label): \($0)" } }
    let place = finding.place.flatMap(FindingPlace.init)
    return WorkflowCommand(
      name,
      [
        "file": place.map { file(Path.absolute($0.file, from: directory)) }, "line": place.map { String($0.line) },
        "col": place?.column.map { String($0) }, "title": "\(call.path): \(finding.code)",
      ], printable(finding.message + details.joined())
    ).line
  }

  /// The line that shows a warning of a task.
  func annotation(ofWarning message: String, _ call: CallIdentity) -> String {
    WorkflowCommand("warning", ["title": call.path], printable(message)).line
  }

  /// The text as the log can show it: what would begin a command is taken apart.
  public static func safe(_ text: String) -> String { WorkflowCommand.disarm(text) }

  /// The lines that make the job mask texts, whatever step shows them.
  public static func masks(of secrets: [String]) -> [String] {
    secrets.map { WorkflowCommand("add-mask", [:], $0).line }
  }

  private func file(_ path: String) -> String {
    guard let workspace, path.hasPrefix("\(workspace)/") else { return path }
    return String(path.dropFirst(workspace.count + 1))
  }
}

/// The place of a finding: `file:line:column`, or `file:line`.
private struct FindingPlace {
  let file: String
  let line: Int
  let column: Int?

  init?(_ text: String) {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let last = parts.popLast().flatMap({ Int($0) }) else { return nil }
    if parts.count > 1, let number = parts.last.flatMap({ Int($0) }) {
      parts.removeLast()
      (line, column) = (number, last)
    } else {
      (line, column) = (last, nil)
    }
    file = parts.joined(separator: ":")
  }
}
