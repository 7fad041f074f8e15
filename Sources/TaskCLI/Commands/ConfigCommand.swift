import ArgumentParser
import TaskRunner

/// The command `config TASK... [KEY=VALUE...]`.
struct ConfigCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "config", abstract: "Show the values that tasks would run with, and where each comes from.",
      usage: "\(ToolDescription.current.name) config TASK... [KEY=VALUE...]")
  }

  @Argument(help: ArgumentHelp("Tasks, and values for them.", valueName: "TASK|KEY=VALUE"))
  var words: [String] = []

  @OptionGroup var files: FileOptions
  @OptionGroup var values: ValueOptions
  @OptionGroup var answer: AnswerOptions

  var color: ColorChoice { answer.color }

  func run(in session: Session) throws -> ExitStatus {
    let plan = try session.order(words, files, values).plan
    if answer.json {
      let rows = plan.calls.flatMap { call in call.settlement.configuration.map { $0.json(of: call) } }
      session.answer(plan.masker.mask(JSONValue.array(rows)).indentedText)
    } else {
      let calls = plan.calls.filter { !$0.settlement.configuration.isEmpty }
      session.answer(plan.masker.mask(calls.map(\.configurationText).joined(separator: "\n\n")))
    }
    return .succeeded
  }
}
