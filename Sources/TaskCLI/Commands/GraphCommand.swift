import ArgumentParser
import TaskRunner

/// The command `graph TASK... [KEY=VALUE...]`.
struct GraphCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "graph", abstract: "Show what tasks call, as a Mermaid flowchart or as JSON.",
      usage: "\(ToolDescription.current.name) graph TASK... [KEY=VALUE...]",
      discussion: """
        An arrow leads to what comes later: from a need to the task that needs it, and from a task to its steps, by number, to \
        the cells of its matrix and, dotted, to its `finally`.
        """)
  }

  @OptionGroup var question: QuestionOptions

  var color: ColorChoice { question.answer.color }

  func run(in session: Session) throws -> ExitStatus {
    let plan = try session.order(question).plan
    let graph = CallGraph(of: plan)
    session.answer(
      question.answer.json ? plan.masker.mask(graph.json).indentedText : plan.masker.mask(graph.mermaid))
    return .succeeded
  }
}

/// The calls of a plan and how they follow one another.
struct CallGraph {
  /// Why one call comes after another.
  enum Kind: String {
    case need
    case step
    case finally
    case cell
  }

  struct Edge {
    let from: Int
    let to: Int
    let kind: Kind
    /// From 1 on, where the order of several counts.
    var number: Int?
  }

  private let calls: [PlannedCall]
  private let edges: [Edge]

  init(of plan: Plan) {
    calls = plan.calls
    edges = plan.calls.indices.flatMap { index in
      let call = plan.calls[index]
      let needs = call.needs.map { Edge(from: $0, to: index, kind: .need) }
      let steps = call.steps.enumerated().map { Edge(from: index, to: $1, kind: .step, number: $0 + 1) }
      let finally = call.finally.enumerated().map { Edge(from: index, to: $1, kind: .finally, number: $0 + 1) }
      return needs + steps + finally + call.cells.map { Edge(from: index, to: $0, kind: .cell) }
    }
  }

  var mermaid: String {
    var lines = ["flowchart LR"]
    for (index, call) in calls.enumerated() { lines.append("  c\(index)[\"\(call.path.asMermaidText)\"]") }
    for edge in edges {
      let arrow =
        switch edge.kind {
        case .need: "-->"
        case .step: "-- \(edge.number ?? 0) -->"
        case .finally: "-. finally \(edge.number ?? 0) .->"
        case .cell: "==>"
        }
      lines.append("  c\(edge.from) \(arrow) c\(edge.to)")
    }
    for (index, call) in calls.enumerated() where call.settlement.unmetCondition != nil {
      lines.append("  style c\(index) stroke-dasharray: 4 4")
    }
    return lines.joined(separator: "\n")
  }

  var json: JSONValue {
    let nodes = calls.map { call -> JSONValue in
      [
        "call": .string(call.path), "task": .string(call.task.name),
        "uses": .optional(call.settlement.entry?.manifest.name),
        "skipped": .optional(call.settlement.unmetCondition),
      ]
    }
    let edges = edges.map { edge -> JSONValue in
      [
        "from": .string(calls[edge.from].path), "to": .string(calls[edge.to].path), "kind": .string(edge.kind.rawValue),
        "number": edge.number.map(JSONValue.integer) ?? .null,
      ]
    }
    return ["calls": .array(nodes), "edges": .array(edges)]
  }
}

extension String {
  /// The text inside the quotes of a Mermaid label.
  fileprivate var asMermaidText: String {
    replacing("#", with: "#35;").replacing("\"", with: "#quot;")
  }
}
