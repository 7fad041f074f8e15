import ArgumentParser

/// The tool's commands.
struct RootCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    let tool = ToolDescription.current
    return CommandConfiguration(
      commandName: tool.name, abstract: "Run the tasks of tasks.yaml.",
      usage: """
        \(tool.name) run TASK... [KEY=VALUE...] [-- ARGS...]
        \(tool.name) <command>
        """,
      discussion: "Values come from KEY=VALUE words, the environment and tasks.yaml, in this order.",
      version: "\(tool.name) \(tool.version)", subcommands: commands, defaultSubcommand: ListCommand.self)
  }

  private static let commands: [any ParsableCommand.Type] = [
    RunCommand.self, ListCommand.self, ShowCommand.self, PlanCommand.self, GraphCommand.self, ConfigCommand.self,
    CheckCommand.self,
    PluginsCommand.self, SchemaCommand.self, ResumeCommand.self, HistoryCommand.self, LogsCommand.self,
    InitCommand.self, CompletionsCommand.self, DoctorCommand.self,
  ]

  /// The second words of commands that have some, by their first.
  static var partsOfCommands: [String: [String]] {
    Dictionary(
      uniqueKeysWithValues: configuration.subcommands.compactMap { command in
        let parts = command.configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let name = command.configuration.commandName, !parts.isEmpty else { return nil }
        return (name, parts)
      })
  }

  static var names: [String] {
    commands.compactMap { $0.configuration.commandName } + ["help"]
  }
}

/// A command that runs in a session.
protocol ToolCommand: ParsableCommand {
  var color: ColorChoice { get }
  /// How it is shown; a command that only answers annotates its faults in GitHub Actions.
  var output: RunOptions.Output { get }
  func run(in session: Session) async throws -> ExitStatus
}

extension ToolCommand {
  var output: RunOptions.Output { .auto }
}
