import ArgumentParser
import TaskRunner

/// The command `plan TASK... [KEY=VALUE...]`.
struct PlanCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "plan", abstract: "Show what tasks would do; nothing is run or written.",
      usage: "\(ToolDescription.current.name) plan TASK... [KEY=VALUE...] [-- ARGS...]")
  }

  @OptionGroup var question: QuestionOptions

  @Flag(help: "As if nothing were up to date.")
  var force = false

  var color: ColorChoice { question.answer.color }

  func run(in session: Session) async throws -> ExitStatus {
    let order = try session.order(question)
    return await session.answer(
      planOf: order, as: question.answer.json ? .json : .text, color, isForced: force)
  }
}

extension Session {
  /// Tells what an order would do: the plan command, and `run --dry-run`.
  func answer(
    planOf order: Order, as form: PlanReport.Form, _ color: ColorChoice, isForced: Bool = false
  ) async -> ExitStatus {
    let run = newRun()
    let setting = RunSetting(identity: run, state: order.state, folder: "\(order.state.folder("runs"))/\(run.id)")
    let surroundings = RunSurroundings(
      setting: setting, environment: world.environment, arguments: scriptArguments, allowsProtected: false,
      forces: isForced, now: world.now)
    let calls = await Preview(of: order.plan, planner: order.planner, surroundings: surroundings).calls()
    let report = PlanReport(plan: order.plan, calls: calls)
    switch form {
    case .text: answer(report.text)
    case .json: answer(report.json.indentedText)
    case .jsonLine: answer(report.json.text)
    }
    let problems = order.plan.warnings + calls.flatMap(\.problems)
    self.report(DiagnosticError(problems), color: color)
    if calls.contains(where: \.isInvalid) { return .usage }
    return calls.contains { !$0.problems.isEmpty } ? .failed : .succeeded
  }
}

/// A plan as `plan` tells it.
struct PlanReport {
  /// How it is told.
  enum Form {
    case text
    case json
    /// As other output of `run --output json`: an object a line.
    case jsonLine
  }

  let plan: Plan
  let calls: [PreviewedCall]

  var text: String {
    var lines: [String] = []
    for previewed in calls {
      let role = previewed.role == .task || previewed.role == .step ? "" : "  (\(previewed.role.rawValue))"
      lines.append(previewed.call.path + role)
      lines[lines.count - 1] += previewed.size
      lines += previewed.conditions.map { "    \(plan.masker.mask($0))" }
      for line in previewed.lines { lines += line.text.split(separator: "\n").map { "    \($0)" } }
    }
    var notes = plan.replacements.map { plan.masker.mask($0.line) }
    notes += plan.confirmations.map { "asks first, for \($0.task): \($0.question)" }
    notes += plan.refusals.map { "refused without --allow-protected: \($0.message)" }
    return (notes.isEmpty ? lines : lines + [""] + notes).joined(separator: "\n")
  }

  var json: JSONValue {
    [
      "calls": .array(calls.map { plan.masker.mask($0.json) }),
      "asks": .array(plan.confirmations.map { ["task": .string($0.task), "question": .string($0.question)] }),
      "replaced": .array(plan.replacements.map { $0.json(plan.masker) }),
      "refused": .array(plan.refusals.map(\.json)),
    ]
  }
}

extension PreviewedCall {
  fileprivate var json: JSONValue {
    [
      "call": .string(call.path), "task": .string(call.task.name), "role": .string(role.rawValue),
      "uses": .optional(call.settlement.entry?.manifest.name),
      "effects": .optional(call.settlement.entry?.manifest.effects.rawValue),
      "preview": .array(lines.map { .string($0.text) }), "problems": .array(problems.map(\.json)),
      "does": .string(does), "reason": .optional(reason),
      "preconditions": .array(call.settlement.preconditions.map { .string($0.script.text) }),
    ]
  }

  /// How many calls it makes itself.
  fileprivate var size: String {
    func counted(_ count: Int, _ what: String) -> String {
      count == 0 ? "" : "  \(count) \(what)\(count == 1 ? "" : "s")"
    }
    return counted(call.steps.count, "step") + counted(call.cells.count, "cell")
  }

  /// Whether it would run, and why.
  private var does: String {
    switch decision {
    case nil, .runs?: "run"
    case .upToDate?: "up-to-date"
    case .skipped?: "skip"
    case .later?: "later"
    }
  }

  private var reason: String? {
    switch decision {
    case .runs(let reason)?, .upToDate(let reason)?, .skipped(let reason)?: reason
    case .later(let need)?: "what `\(need)` makes decides"
    case nil: nil
    }
  }

  /// What decides whether, and how often, it runs.
  fileprivate var conditions: [String] {
    var lines: [String] = []
    if let reason {
      switch decision {
      case .runs?: lines.append("runs because \(reason)")
      case .upToDate?: lines.append("up to date: \(reason)")
      case .skipped?: lines.append("skipped: \(reason)")
      case .later?, nil: lines.append("runs unless it is up to date: \(reason)")
      }
    }
    guard does == "run" || does == "later" else { return lines }
    lines += call.settlement.preconditions.map { "only if this succeeds: \($0.firstLine)" }
    if let retry = call.task.retry, !call.isMatrix { lines.append("at most \(retry.attempts) attempts") }
    return lines
  }
}

extension Replacement {
  fileprivate func json(_ masker: SecretMasker) -> JSONValue {
    [
      "call": .string(call), "name": .string(name), "value": .string(masker.mask(value)),
      "replaced": [
        "value": .string(masker.mask(replacedValue)), "layer": .string(replaced.layer.rawValue),
        "source": replaced.origin.json,
      ],
    ]
  }
}

extension SettledPrecondition {
  fileprivate var firstLine: String {
    let lines = script.text.split(separator: "\n")
    return (lines.first.map(String.init) ?? "") + (lines.count > 1 ? " …" : "")
  }
}
