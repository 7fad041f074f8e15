import FoundationEssentials
import TaskKit

/// How the log of a CI job folds what a task wrote.
public enum LogSections: Sendable {
  case github(GitHubActions)
  /// Sections of GitLab are told apart by name: the run is a part of it.
  case gitlab(run: String)

  /// The line that begins a section.
  ///
  /// - Parameters:
  ///   - number: Of the section in this log, from 1 on.
  ///   - title: What its line shows.
  ///   - time: When it begins.
  /// - Returns: The line, without its line break.
  func begin(_ number: Int, _ title: String, at time: Date) -> String {
    switch self {
    case .github: WorkflowCommand("group", [:], printableLine(title)).line
    case .gitlab(let run):
      "\u{1B}[0Ksection_start:\(Int(time.timeIntervalSince1970)):\(run)_\(number)[collapsed=true]\r\u{1B}[0K"
        + printableLine(title)
    }
  }

  func end(_ number: Int, at time: Date) -> String {
    switch self {
    case .github: WorkflowCommand("endgroup").line
    case .gitlab(let run):
      "\u{1B}[0Ksection_end:\(Int(time.timeIntervalSince1970)):\(run)_\(number)\r\u{1B}[0K"
    }
  }

  /// What tells GitHub Actions of places, where it is that.
  var github: GitHubActions? {
    if case .github(let github) = self { github } else { nil }
  }
}
