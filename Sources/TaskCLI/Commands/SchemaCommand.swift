import ArgumentParser
import TaskRunner

/// The command `schema`.
struct SchemaCommand: ToolCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "schema", abstract: "Print the JSON Schema of task files, for editors.",
      discussion: """
        Editors with a YAML language server complete and check a file that begins with the line \
        `# yaml-language-server: $schema=tasks.schema.json`, where that is what `\(ToolDescription.current.name) schema` printed.
        """)
  }

  @Flag(help: "Print what the keys mean, as a page in Markdown.")
  var markdown = false

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = ColorChoice.auto

  func run(in session: Session) throws -> ExitStatus {
    guard !markdown else {
      session.world.output.write(TaskFileReference(tool: session.tool.name).markdown)
      return .succeeded
    }
    session.answer(try TaskFileSchema(session.catalog()).json.indentedText)
    return .succeeded
  }
}
