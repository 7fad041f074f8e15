import TaskRunner

/// One value of a task with where it comes from, as `config` and `show` tell it.
struct ConfigurationRow {
  let name: String
  let declaration: InputDeclaration?
  let resolution: Resolution?

  var isSecret: Bool { resolution?.isSecret ?? declaration?.isSecret ?? false }

  /// The variable, unless the value comes from tasks.yaml only.
  var variable: String? { declaration?.isFileOnly == true ? nil : InputName.variable(for: name) }

  /// The value; nil where there is none, or where it becomes known only in the run.
  var value: InputContent? {
    resolution.flatMap { $0.isDeferred ? nil : isSecret ? .text("***") : $0.content }
  }

  func json(of call: PlannedCall) -> JSONValue {
    [
      "task": .string(call.task.name), "call": .string(call.path), "name": .string(name),
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
  }

  private func content(of loser: LayerValue) -> InputContent {
    isSecret || loser.isSecret ? .text("***") : loser.content
  }

  /// The value, where it comes from, and what it beat.
  var columns: (value: String, source: String) {
    let shown =
      value.map { $0.text.isEmpty ? "(empty)" : $0.oneLine }
      ?? (resolution == nil ? "(unset)" : "(known only in the run)")
    guard let resolution else { return (shown, "") }
    let losers = resolution.overridden.filter { $0.layer != .plugin }.map { loser in
      "\(content(of: loser).oneLine) from \(loser.origin)"
    }
    let over = losers.isEmpty ? "" : ", over \(losers.joined(separator: ", "))"
    return (shown, "\(resolution.winner.origin)\(over)")
  }
}

extension Settlement {
  var configuration: [ConfigurationRow] {
    inputs.map { ConfigurationRow(name: $0.declaration.name, declaration: $0.declaration, resolution: $0.resolution) }
      + freeValues.map { ConfigurationRow(name: $0.name, declaration: nil, resolution: $0) }
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

extension InputContent {
  var json: JSONValue {
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
