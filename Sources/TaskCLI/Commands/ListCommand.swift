import ArgumentParser
import OrderedCollections
import TaskRunner

/// The command `list`.
struct ListCommand: ToolCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tasks.")

  @OptionGroup var files: FileOptions
  @OptionGroup var answer: AnswerOptions

  var color: ColorChoice { answer.color }

  func run(in session: Session) throws -> ExitStatus {
    let file = try session.taskFile(files)
    try file.requireStructure()
    let tasks = file.tasks.values.filter { !$0.isPrivate }
    if answer.json {
      session.answer(JSONValue.array(tasks.map { $0.json(session.tool.plugins) }).indentedText)
      return .succeeded
    }
    let summaries = PluginSummaries(session.tool.plugins)
    let width = tasks.map(\.name.count).max() ?? 0
    for task in tasks {
      let line = "\(task.name.padded(to: width))  \(summaries.summary(of: task))"
      session.answer(line.withoutTrailingSpaces)
    }
    return .succeeded
  }
}

/// What tasks without a description do.
private struct PluginSummaries {
  private let summaries: [String: String]

  init(_ plugins: [any TaskPlugin.Type]) {
    summaries = Dictionary(plugins.map { ($0.manifest.name, $0.manifest.summary) }) { first, _ in first }
  }

  func summary(of task: TaskDefinition) -> String {
    if let description = task.description { return description }
    if let plugin = task.pluginName, let summary = summaries[plugin] { return summary }
    return (task.needs + task.steps).map(\.task.text).joined(separator: ", ")
  }
}

extension TaskDefinition {
  fileprivate func json(_ plugins: [any TaskPlugin.Type]) -> JSONValue {
    let uses = pluginName.flatMap { name in plugins.contains { $0.manifest.name == name } ? name : nil }
    return [
      "name": .string(name), "description": .optional(description), "uses": .optional(uses),
      "aliases": .array(aliases.map { .string($0.text) }), "needs": .array(needs.map { .string($0.task.text) }),
      "steps": .array(steps.map { .string($0.task.text) }), "finally": .array(finally.map { .string($0.task.text) }),
      "source": location.json,
    ]
  }
}
