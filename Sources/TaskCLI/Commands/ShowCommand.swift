import ArgumentParser
import OrderedCollections
import TaskRunner

/// The command `show TASK [KEY=VALUE...]`.
struct ShowCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "show", abstract: "Show a task: what it is, where it is defined, and the values it would run with.",
      usage: "\(ToolDescription.current.name) show TASK [KEY=VALUE...]")
  }

  @OptionGroup var question: QuestionOptions

  var color: ColorChoice { question.answer.color }

  func run(in session: Session) throws -> ExitStatus {
    let order = try session.order(question)
    let pages = order.plan.roots.map { TaskPage(call: order.plan.calls[$0]) }
    let masker = order.plan.masker
    session.answer(
      question.answer.json
        ? masker.mask(JSONValue.array(pages.map(\.json))).indentedText
        : masker.mask(pages.map(\.text).joined(separator: "\n\n")))
    return .succeeded
  }
}

/// A task with its values, as `show` tells it.
private struct TaskPage {
  let call: PlannedCall

  private var task: TaskDefinition { call.task }

  private var facts: [(name: String, value: String)] {
    let manifest = call.settlement.entry?.manifest
    let lists = [("needs", task.needs), ("steps", task.steps), ("finally", task.finally)]
    var facts = [("defined at", task.location.description)]
    if let manifest { facts.append(("uses", "\(manifest.name), which \(manifest.effects.rawValue)")) }
    if !task.aliases.isEmpty { facts.append(("aliases", task.aliases.map(\.text).joined(separator: ", "))) }
    facts += lists.filter { !$0.1.isEmpty }.map { ($0.0, $0.1.map(\.described).joined(separator: ", ")) }
    if !task.matrix.isEmpty { facts.append(("matrix", task.matrix.summary)) }
    if let condition = task.condition { facts.append(("when", condition)) }
    if let retry = task.retry { facts.append(("attempts", "\(retry.attempts)")) }
    if task.allowsFailure { facts.append(("may fail", "yes")) }
    for (name, patterns) in [("sources", task.sources), ("generates", task.generates)] {
      if let patterns {
        facts.append((name, patterns.isEmpty ? "nothing" : patterns.map(\.text).joined(separator: ", ")))
      }
    }
    if !task.preconditions.isEmpty {
      facts.append(("only if", task.preconditions.map(\.script.text).joined(separator: "; ")))
    }
    if task.directory != nil { facts.append(("dir", call.settlement.directory)) }
    if let question = call.settlement.confirm { facts.append(("asks first", question)) }
    return facts
  }

  var text: String {
    let rows = call.settlement.configuration
    let width = facts.map(\.name.count).max() ?? 0
    var lines = [([task.name] + [summary].compactMap { $0 }).joined(separator: ": ")]
    lines += facts.map { "  \($0.name.padded(to: width))  \($0.value)" }
    guard !rows.isEmpty else { return lines.joined(separator: "\n") }
    lines.append("  values")
    for row in rows {
      let (value, source) = row.columns
      lines.append("    \(row.name) = \(value)" + (source.isEmpty ? "" : "  (\(source))"))
      if let help = row.declaration?.help { lines.append("      \(help)") }
    }
    return lines.joined(separator: "\n")
  }

  private var summary: String? { task.description ?? call.settlement.entry?.manifest.summary }

  var json: JSONValue {
    let rows = call.settlement.configuration.map { row in
      row.json(of: call).adding("help", .optional(row.declaration?.help))
    }
    let value: JSONValue = [
      "name": .string(task.name), "description": .optional(summary), "source": task.location.json,
      "uses": .optional(call.settlement.entry?.manifest.name),
      "effects": .optional(call.settlement.entry?.manifest.effects.rawValue),
      "aliases": .array(task.aliases.map { .string($0.text) }),
      "needs": .array(task.needs.map { .string($0.task.text) }),
      "steps": .array(task.steps.map { .string($0.task.text) }),
      "finally": .array(task.finally.map { .string($0.task.text) }),
      "confirm": .optional(call.settlement.confirm), "values": .array(rows),
    ]
    return value
  }
}

extension CallDefinition {
  /// `seed (seedCount, stack)`: the task with the names that its `with` gives.
  fileprivate var described: String {
    values.isEmpty ? task.text : "\(task.text) (\(values.keys.joined(separator: ", ")))"
  }
}

extension JSONValue {
  fileprivate func adding(_ key: String, _ value: JSONValue) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members + [Member(key, value)])
  }
}
