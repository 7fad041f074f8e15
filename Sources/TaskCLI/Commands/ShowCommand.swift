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
    let pages = order.plan.roots.map { TaskPage(call: order.plan.calls[$0], in: order.plan) }
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
  /// What is the same in all cells of a matrix is shown as the first of them has it.
  private let settlement: Settlement

  init(call: PlannedCall, in plan: Plan) {
    self.call = call
    settlement = call.cells.first.map { plan.calls[$0].settlement } ?? call.settlement
  }

  private var task: TaskDefinition { call.task }

  private var facts: [(name: String, value: String)] {
    let manifest = settlement.entry?.manifest
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
    if task.directory != nil { facts.append(("dir", settlement.directory)) }
    if let question = settlement.confirm { facts.append(("asks first", question)) }
    return facts
  }

  var text: String {
    let rows = settlement.configuration
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

  private var summary: String? { task.description ?? settlement.entry?.manifest.summary }

  var json: JSONValue {
    let rows = settlement.configuration.map { row in
      row.json(of: call).adding("help", .optional(row.declaration?.help))
    }
    let value: JSONValue = [
      "name": .string(task.name), "description": .optional(summary), "source": task.location.json,
      "uses": .optional(settlement.entry?.manifest.name),
      "effects": .optional(settlement.entry?.manifest.effects.rawValue),
      "aliases": .array(task.aliases.map { .string($0.text) }),
      "needs": .array(task.needs.map { .string($0.task.text) }),
      "steps": .array(task.steps.map { .string($0.task.text) }),
      "finally": .array(task.finally.map { .string($0.task.text) }),
      "confirm": .optional(settlement.confirm), "when": .optional(task.condition),
      "matrix": task.matrix.isEmpty
        ? .null : .object(task.matrix.texts.map { .init($0, .array($1.map(JSONValue.string))) }),
      "attempts": .integer(task.retry?.attempts ?? 1), "allowFailure": .boolean(task.allowsFailure),
      "sources": task.sources.texts, "generates": task.generates.texts,
      "preconditions": .array(task.preconditions.map { .string($0.script.text) }), "values": .array(rows),
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

extension [LocatedText]? {
  fileprivate var texts: JSONValue { map { .array($0.map { .string($0.text) }) } ?? .null }
}
