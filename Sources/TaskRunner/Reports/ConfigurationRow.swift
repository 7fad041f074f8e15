public import Documents
public import TaskKit

/// One value of a task with where it comes from, as `config` and `show` tell it.
public struct ConfigurationRow: Sendable {
  public let name: String
  public let declaration: InputDeclaration?
  public let resolution: Resolution?

  public var isSecret: Bool { resolution?.isSecret ?? declaration?.isSecret ?? false }

  /// The variable, unless the value comes from tasks.yaml only.
  public var variable: String? { declaration?.isFileOnly == true ? nil : InputName.variable(for: name) }

  /// The value; nil where there is none, or where it becomes known only in the run.
  public var value: InputContent? {
    resolution.flatMap { $0.isDeferred ? nil : isSecret ? .text("***") : $0.content }
  }

  /// `{task, call, name, variable, value, layer, source, overridden}`.
  public func json(of call: PlannedCall) -> JSONValue {
    let head: [JSONValue.Member] = [
      .init("task", .string(call.task.name)), .init("call", .string(call.path)),
    ]
    return .object(head + members)
  }

  /// `{name, variable, value, layer, source, overridden}`.
  public var json: JSONValue { .object(members) }

  private var members: [JSONValue.Member] {
    let pairs: KeyValuePairs<String, JSONValue> = [
      "name": .string(name),
      "variable": .optional(variable), "value": value?.json ?? .null,
      "layer": .string((resolution?.winner.layer ?? .plugin).rawValue),
      "source": resolution?.winner.origin.json ?? .null,
      "overridden": .array(
        (resolution?.overridden ?? []).map { loser in
          [
            "value": content(of: loser).json, "layer": .string(loser.layer.rawValue),
            "source": loser.origin.json,
          ]
        }),
    ]
    return pairs.map { JSONValue.Member($0.key, $0.value) }
  }

  private func content(of loser: LayerValue) -> InputContent {
    isSecret || loser.isSecret ? .text("***") : loser.content
  }

  /// The value on one line, and where it comes from with what it beat.
  public var columns: (value: String, source: String) {
    let shown =
      value.map(\.shown)
      ?? (resolution == nil ? "(unset)" : "(known only in the run)")
    guard let resolution else { return (shown, "") }
    let losers = resolution.overridden.filter { $0.layer != .plugin }.map { loser in
      "\(content(of: loser).shown) from \(loser.origin)"
    }
    let over = losers.isEmpty ? "" : ", over \(losers.joined(separator: ", "))"
    return (shown, "\(resolution.winner.origin)\(over)")
  }
}

extension Settlement {
  /// Its values with where they come from, inputs first.
  public var configuration: [ConfigurationRow] {
    inputs.map { ConfigurationRow(name: $0.declaration.name, declaration: $0.declaration, resolution: $0.resolution) }
      + freeValues.map { ConfigurationRow(name: $0.name, declaration: nil, resolution: $0) }
  }
}

extension InputContent {
  /// The value on one line, where it can be told from none.
  fileprivate var shown: String { text.isEmpty ? "(empty)" : oneLine }

  /// A string, or an array of strings.
  public var json: JSONValue {
    switch self {
    case .text(let text): .string(text)
    case .list(let items): .array(items.map(JSONValue.string))
    }
  }

  /// The text, only the first of several lines.
  fileprivate var oneLine: String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    return lines.count > 1 ? "\(lines[0]) …" : String(lines.first ?? "")
  }
}
