/// What can be written in task files, as a page for people.
public struct TaskFileReference: Sendable {
  private let tool: String

  /// - Parameter tool: The name of the tool, for what the page says of itself.
  public init(tool: String) {
    self.tool = tool
  }

  /// The page, as it is committed; its last line is ended.
  public var markdown: String {
    let sections = [
      "# tasks.yaml",
      "This page is made from the keys that the reader knows by `\(tool) schema --markdown`; the plugins' inputs are on pages "
        + "of their own.",
      table("The file", FileKey.self),
      table(
        "A task", TaskKey.self,
        "`with` and `env` are mappings of names, and values that `${name}` reads from all layers."),
      table("A need or a step", CallKey.self, "The name alone, or these keys."),
      table("An entry of `include`", IncludeKey.self, "The path alone, or these keys."),
      table("An entry of `dotenv`", DotenvKey.self, "The path alone, or these keys."),
      table("An entry of `preconditions`", PreconditionKey.self, "The script alone, or these keys."),
      table("`retry`", RetryKey.self),
    ]
    return sections.joined(separator: "\n\n") + "\n"
  }

  private func table(_ title: String, _ keys: (some TaskFileKey).Type, _ remark: String? = nil) -> String {
    let head = ["## \(title)"] + [remark].compactMap { $0 }
    let rows = keys.allCases.map { key in
      "| `\(key.rawValue)` | \(Self.cell(key.meaning)) | `\(Self.cell(key.example))` |"
    }
    let table = (["| key | | example |", "|---|---|---|"] + rows).joined(separator: "\n")
    return (head + [table]).joined(separator: "\n\n")
  }

  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|")
  }
}
