import TaskRunner

/// What a plugin's declarations say, as a page for people.
struct PluginPage {
  let entry: PluginCatalog.Entry
  let tool: String

  private var manifest: PluginManifest { entry.manifest }

  private var effects: String {
    switch manifest.effects {
    case .reads: "It only reads."
    case .writes: "It changes things: values under `protected` are refused."
    }
  }

  /// The page for a terminal.
  var text: String {
    var sections = ["\(manifest.name): \(manifest.summary)\n\(effects)"]
    if !entry.inputs.isEmpty { sections.append("inputs\n" + entry.inputs.map(text).joined(separator: "\n")) }
    if !manifest.outputs.isEmpty {
      let width = manifest.outputs.map(\.name.count).max() ?? 0
      let lines = manifest.outputs.map { "  \($0.name.padded(to: width))  \($0.kind.rawValue)  \($0.summary)" }
      sections.append("outputs\n" + lines.joined(separator: "\n"))
    }
    sections.append("example\n" + example(indentation: 2))
    for appendix in manifest.appendices {
      let lines = (appendix.summary.split(separator: "\n").map(String.init) + appendix.content.lines).map { "  \($0)" }
      sections.append(([appendix.title] + lines).joined(separator: "\n"))
    }
    return sections.joined(separator: "\n\n")
  }

  private func text(_ input: InputDeclaration) -> String {
    let variable = input.isFileOnly ? "tasks.yaml only" : input.variable
    return "  \(input.name)  (\(variable))\n    \(input.help)\n    \(input.typeText); default: \(input.defaultText)"
  }

  private func example(indentation: Int) -> String {
    let margin = String(repeating: " ", count: indentation)
    return ["tasks:", "  example:", "    uses: \(manifest.name)", "    \(manifest.example)"].map { margin + $0 }
      .joined(separator: "\n")
  }

  /// The reference page, as it is committed.
  var markdown: String {
    var sections = [
      "# \(manifest.name)", "\(manifest.summary). \(effects)",
      "This page is made from the plugin's declarations by `\(tool) plugins \(manifest.name) --markdown`.",
    ]
    if !entry.inputs.isEmpty {
      let rows = entry.inputs.map { input in
        let variable = input.isFileOnly ? "tasks.yaml only" : "`\(input.variable)`"
        let isNamed = input.defaultContent != nil
        return
          "| `\(input.name)` | \(variable) | \(input.typeText) | \(isNamed ? "`\(input.defaultText)`" : input.defaultText) | \(input.help) |"
      }
      sections += [
        "## Inputs",
        (["| input | variable | type | default | |", "|---|---|---|---|---|"] + rows).joined(separator: "\n"),
      ]
    }
    if !manifest.outputs.isEmpty {
      let rows = manifest.outputs.map { "| `\($0.name)` | \($0.kind.rawValue) | \($0.summary) |" }
      sections += ["## Outputs", (["| output | type | |", "|---|---|---|"] + rows).joined(separator: "\n")]
    }
    sections += ["## Example", "```yaml\nversion: 1\n\(example(indentation: 0))\n```"]
    for appendix in manifest.appendices {
      sections += ["## \(appendix.title.prefix(1).uppercased())\(appendix.title.dropFirst())", appendix.summary]
      sections += appendix.content.markdown.map { [$0] } ?? []
    }
    return sections.joined(separator: "\n\n")
  }
}

extension ManifestAppendix.Content {
  /// The lines of the page for a terminal.
  fileprivate var lines: [String] {
    switch self {
    case .nothing: []
    case .listing(let text, _): text.split(separator: "\n").map(String.init)
    case .table(_, let rows):
      // What a terminal has no room for beside the first two columns follows on lines of its own.
      rows.flatMap { row in
        [row.prefix(2).joined(separator: "  ")] + row.dropFirst(2).filter { !$0.isEmpty }.map { "  \($0)" }
      }
    }
  }

  fileprivate var markdown: String? {
    switch self {
    case .nothing: nil
    case .listing(let text, let language): "```\(language)\n\(text)\n```"
    case .table(let columns, let rows):
      ([columns, columns.map { _ in "---" }] + rows).map { "| \($0.joined(separator: " | ")) |" }
        .joined(separator: "\n")
    }
  }

  /// For machines.
  var json: [JSONValue.Member] {
    switch self {
    case .nothing: []
    case .listing(let text, let language): [.init("language", .string(language)), .init("text", .string(text))]
    case .table(let columns, let rows):
      [
        .init("columns", .array(columns.map(JSONValue.string))),
        .init("rows", .array(rows.map { .array($0.map(JSONValue.string)) })),
      ]
    }
  }
}
