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
  init?(
    of plan: Plan, _ requests: [ReportRequest], directory: String, github: GitHubActions?
  ) throws(DiagnosticError) {
    files = requests.map { ReportFile($0.format, path: Path.absolute($0.path, from: directory)) }
    self.github = github.flatMap { $0.summaryFile == nil && $0.outputFile == nil ? nil : $0 }
    guard !files.isEmpty || self.github != nil else { return nil }
    for file in files { try file.prepare() }
    recorder = RunRecorder(plan)
  }

  /// Writes all of it.
  ///
  /// - Parameter tool: The name of the tool.
  /// - Returns: What could not be written.
  func write(by tool: String) -> [Diagnostic] {
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
    append(JobSummary(report, tool: tool).text, to: github?.summaryFile, "the job's summary", &problems)
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
