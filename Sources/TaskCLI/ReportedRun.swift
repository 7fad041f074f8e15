import FoundationEssentials
import RunReports
import TaskRunner

/// What is written of a run when it has ended: the reports asked for, and what a job of GitHub Actions takes.
struct ReportedRun {
  let recorder: RunRecorder
  private let files: [ReportFile]
  private let github: GitHubActions?

  /// Nil where nothing is to be written; makes the folders of the files.
  ///
  /// - Throws: A `DiagnosticError` where a file cannot be there.
  init?(of order: Order, _ requests: [ReportRequest], github: GitHubActions?) throws(DiagnosticError) {
    try Self.check(requests, order)
    files = requests.map { ReportFile($0.format, path: Path.absolute($0.path, from: order.given.directory)) }
    self.github = github.flatMap { $0.summaryFile == nil && $0.outputFile == nil ? nil : $0 }
    guard !files.isEmpty || self.github != nil else { return nil }
    for file in files { try file.prepare() }
    recorder = RunRecorder(order.plan, keepsOutput: !files.isEmpty)
  }

  /// Refuses what would be lost: a task file, or the one of two reports of the same name.
  private static func check(_ requests: [ReportRequest], _ order: Order) throws(DiagnosticError) {
    let read = order.file.parts.flatMap { part in
      [part.source.path] + part.dotenv.map { Path.absolute($0.file.text, from: part.directory) }
    }
    var taken = Set(read.map(ReportFile.followingLinks))
    for request in requests {
      let option = "--report \(request.format.rawValue)=\(request.path)"
      if request.path == "-" || request.path.hasSuffix("/") {
        throw DiagnosticError("`\(option)` does not name a file", help: "name one, such as report.html")
      }
      let path = ReportFile.followingLinks(Path.absolute(request.path, from: order.given.directory))
      guard taken.insert(path).inserted || path.hasPrefix("/dev/") else {
        throw DiagnosticError("`\(option)` would replace a task file or another report", help: "name another file")
      }
    }
  }

  /// Writes all of it.
  ///
  /// - Parameters:
  ///   - tool: The name of the tool.
  ///   - nextCommand: What goes on with a run that did not succeed.
  /// - Returns: What could not be written.
  func write(by tool: String, nextCommand: String?) -> [Diagnostic] {
    guard let report = recorder.report else { return [] }
    var problems: [Diagnostic] = []
    for file in files {
      do {
        try file.write(try report.text(as: file.format, by: tool))
      } catch {
        problems.append(
          Diagnostic(.error, "the \(file.format.rawValue) report \(file.path) could not be written: \(error)"))
      }
    }
    append(
      JobSummary(report, tool: tool, nextCommand: nextCommand).text, to: github?.summaryFile, "the job's summary",
      &problems)
    append(StepOutputs(report).text, to: github?.outputFile, "the step's outputs", &problems)
    return problems
  }

  private func append(_ text: String, to path: String?, _ name: String, _ problems: inout [Diagnostic]) {
    guard let path, !text.isEmpty else { return }
    do throws(FileProblem) {
      try JobFile.append(text, to: path)
    } catch {
      problems.append(Diagnostic(.error, "\(name) could not be written to \(path): \(error)"))
    }
  }
}
