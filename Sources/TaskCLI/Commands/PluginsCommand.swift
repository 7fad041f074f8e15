import ArgumentParser
import TaskRunner

/// The command `plugins [NAME]`.
struct PluginsCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugins", abstract: "List the plugins, or show one: its inputs, outputs and an example.")

  @Argument(help: ArgumentHelp("A plugin.", valueName: "name"))
  var name: String?

  @Flag(help: "Print the reference page.")
  var markdown = false

  @OptionGroup var answer: AnswerOptions

  var color: ColorChoice { answer.color }

  func run(in session: Session) throws -> ExitStatus {
    let catalog = try session.catalog()
    guard let name else {
      let entries = try catalog.all()
      session.answer(answer.json ? JSONValue.array(entries.map(\.json)).indentedText : Self.table(of: entries))
      return .succeeded
    }
    guard let entry = try catalog.plugin(named: name) else {
      throw DiagnosticError(.unknownPluginNamed(name, known: catalog.names))
    }
    let page = PluginPage(entry: entry, tool: session.tool.name)
    session.answer(answer.json ? entry.json.indentedText : markdown ? page.markdown : page.text)
    return .succeeded
  }

  private static func table(of entries: [PluginCatalog.Entry]) -> String {
    let width = entries.map(\.manifest.name.count).max() ?? 0
    return entries.map { "\($0.manifest.name.padded(to: width))  \($0.manifest.summary)" }.joined(separator: "\n")
  }
}

extension PluginCatalog {
  /// Every plugin, in the order of registration.
  fileprivate func all() throws(DiagnosticError) -> [Entry] {
    var entries: [Entry] = []
    for name in names {
      if let entry = try plugin(named: name) { entries.append(entry) }
    }
    return entries
  }
}

extension PluginCatalog.Entry {
  fileprivate var json: JSONValue {
    [
      "name": .string(manifest.name), "version": .integer(manifest.version), "summary": .string(manifest.summary),
      "effects": .string(manifest.effects.rawValue), "inputs": .array(inputs.map(\.json)),
      "outputs": .array(
        manifest.outputs.map {
          ["name": .string($0.name), "type": .string($0.kind.rawValue), "help": .string($0.summary)]
        }),
      "example": .string(manifest.example),
      "appendices": .array(
        manifest.appendices.map {
          .object([.init("title", .string($0.title)), .init("summary", .string($0.summary))] + $0.content.json)
        }),
    ]
  }
}

extension InputDeclaration {
  /// What the declaration says, for machines.
  var json: JSONValue {
    [
      "name": .string(name), "variable": isFileOnly ? .null : .string(variable), "type": .string(type.kind.rawValue),
      "choices": .array(type.choices.map(JSONValue.string)), "default": defaultContent?.json ?? .null,
      "required": .boolean(isRequired && !type.isOptional), "bounds": .optional(bounds), "secret": .boolean(isSecret),
      "path": .boolean(isPath), "help": .string(help),
    ]
  }

  /// The type with its bounds: `whole number, between 0 and 9`.
  var typeText: String {
    let kind =
      type.choices.isEmpty
      ? isPath ? "path" : type.kind == .string ? type.expectation : type.kind.rawValue
      : type.choices.joined(separator: " or ")
    return [kind, bounds].compactMap { $0 }.joined(separator: ", ")
  }

  /// The default, "none" where there need not be a value, "required" where there must be one.
  var defaultText: String {
    if let defaultContent { return defaultContent.text }
    return type.isOptional ? "none" : "required"
  }
}
