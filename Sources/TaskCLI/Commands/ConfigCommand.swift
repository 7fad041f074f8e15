import ArgumentParser
import TaskRunner

/// The command `config TASK... [KEY=VALUE...]`.
struct ConfigCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "config", abstract: "Show the values that tasks would run with, and where each comes from.",
      usage: "\(ToolDescription.current.name) config TASK... [KEY=VALUE...]")
  }

  @OptionGroup var question: QuestionOptions

  var color: ColorChoice { question.answer.color }

  func run(in session: Session) throws -> ExitStatus {
    let plan = try session.order(question).plan
    if question.answer.json {
      let rows = plan.calls.flatMap { call in call.settlement.configuration.map { $0.json(of: call) } }
      session.answer(plan.masker.mask(JSONValue.array(rows)).indentedText)
    } else {
      let calls = plan.calls.filter { !$0.settlement.configuration.isEmpty }
      session.answer(plan.masker.mask(calls.map(\.configurationText).joined(separator: "\n\n")))
    }
    return .succeeded
  }
}

extension PlannedCall {
  var configurationText: String {
    let rows = settlement.configuration
    let nameWidth = rows.map(\.name.count).max() ?? 0
    let valueWidth = min(40, rows.map(\.columns.value.count).max() ?? 0)
    let lines = rows.map { row in
      let (value, source) = row.columns
      return "  \(row.name.padded(to: nameWidth))  \(value.padded(to: valueWidth))  \(source)".withoutTrailingSpaces
    }
    return ([path] + lines).joined(separator: "\n")
  }
}
