import ArgumentParser
import FoundationEssentials
import TaskRunner

/// The command `history`.
struct HistoryCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "history", abstract: "List the runs, newest first, or show one.",
      usage: "\(ToolDescription.current.name) history [show RUN]",
      subcommands: [HistoryListCommand.self, HistoryShowCommand.self], defaultSubcommand: HistoryListCommand.self)
  }
}

/// The command `history` without more.
struct HistoryListCommand: ToolCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the runs, newest first.")

  @OptionGroup var files: FileOptions
  @OptionGroup var answer: AnswerOptions

  var color: ColorChoice { answer.color }

  func run(in session: Session) throws -> ExitStatus {
    var runs: [RecordedRun] = []
    for folder in try session.history(files).folders {
      do throws(DiagnosticError) {
        runs.append(try RecordedRun(folder))
      } catch {
        // One that was damaged, or is just being made or forgotten, must not hide the others.
        session.report(
          DiagnosticError(error.diagnostics.map { Diagnostic(.warning, $0.message) }), color: color)
      }
    }
    if answer.json {
      session.answer(JSONValue.array(runs.map(\.json)).indentedText)
      return .succeeded
    }
    let width = runs.map(\.folder.id.count).max() ?? 0
    for run in runs {
      let seconds = run.seconds.map { Duration.seconds($0).brief } ?? ""
      let line = "\(run.folder.id.padded(to: width))  \(run.status.rawValue.padded(to: 11))  \(seconds.padded(to: 9))  "
      session.answer((line + run.header.tasks.joined(separator: " ")).withoutTrailingSpaces)
    }
    return .succeeded
  }
}

/// The command `history show RUN`.
struct HistoryShowCommand: ToolCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show what a run came to.")

  @Argument(help: ArgumentHelp("The run, or the beginning of its name; the newest by default.", valueName: "RUN"))
  var run: String?

  @OptionGroup var files: FileOptions
  @OptionGroup var answer: AnswerOptions

  var color: ColorChoice { answer.color }

  func run(in session: Session) throws -> ExitStatus {
    let run = try RecordedRun(session.history(files).folder(named: run))
    if !run.damagedLines.isEmpty {
      session.report(DiagnosticError(.damagedJournal(run.folder.id, lines: run.damagedLines)), color: color)
    }
    session.answer(answer.json ? run.detailedJSON.indentedText : run.text)
    return .succeeded
  }
}

extension RecordedRun {
  fileprivate var text: String {
    var lines = ["\(folder.id)  \(status.rawValue)" + (seconds.map { " (\(Duration.seconds($0).brief))" } ?? "")]
    lines.append("tasks: \(header.tasks.joined(separator: " "))")
    lines.append("began: \(header.identity.startedAt.formatted(.iso8601))")
    if let message { lines.append("error: \(message)") }
    let markWidth = calls.contains { $0.status == .upToDate } ? 10 : 9
    let width = min(calls.map(\.path.count).max() ?? 0, 40)
    for call in calls {
      let mark = (call.status?.rawValue ?? "begun").padded(to: markWidth)
      let outputs = call.outputs.values.map { " \($0.name)=\($0.value)" }.joined()
      let time = call.status == nil ? "" : "(\(Duration.seconds(call.seconds).brief))"
      let attempts = call.attempts > 1 ? ", \(call.attempts) attempts" : ""
      var line = "\(mark)  \(call.path.padded(to: width))  \(time)\(attempts)\(outputs)"
      if call.isAllowedToFail { line += ", which it may:" }
      if let reason = call.reason { line += " because \(reason)" }
      if let message = call.message {
        line += call.cause.map { $0 == call.path ? " \(message)" : " because `\($0)` failed" } ?? " \(message)"
      }
      lines.append(printableLine(line))
    }
    return lines.joined(separator: "\n")
  }

  fileprivate var json: JSONValue {
    [
      "run": .string(folder.id), "status": .string(status.rawValue),
      "seconds": seconds.map { .number(String($0)) } ?? .null,
      "tasks": .array(header.tasks.map(JSONValue.string)),
      "began": .string(header.identity.startedAt.formatted(.iso8601)),
    ]
  }

  fileprivate var detailedJSON: JSONValue {
    guard case .object(let members) = json else { return json }
    let calls = calls.map { call -> JSONValue in
      [
        "call": .string(call.path), "task": .string(call.task), "status": .optional(call.status?.rawValue),
        "seconds": .number(String(call.seconds)), "outputs": call.outputs.json, "error": .optional(call.message),
        "reason": .optional(call.reason), "attempts": .integer(call.attempts),
        "allowed": .boolean(call.isAllowedToFail),
        "logs": .array(call.logs.map(JSONValue.string)),
      ]
    }
    return .object(
      members + [
        .init("error", .optional(message)), .init("calls", .array(calls)),
        .init("damagedLines", .array(damagedLines.map(JSONValue.integer))),
      ])
  }
}
