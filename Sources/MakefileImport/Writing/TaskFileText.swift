/// Writes the file.
struct TaskFileText {
  /// Longer lists of what was not turned stay with the command's messages.
  private static let mostComments = 40

  let makefileName: String
  let toolName: String
  let defaultTask: String?
  /// Whether scripts take back empty values.
  let unsetsEmpty: Bool
  let dotenv: [(name: String, isOptional: Bool)]
  let defaults: [(name: String, text: String, remark: String?)]
  let tasks: [ImportedTask]
  /// What belongs to no task.
  let notes: [ImportNote]

  var text: String {
    (head + body).joined(separator: "\n") + "\n"
  }

  private var head: [String] {
    var lines = [
      "# Made from \(makefileName). `\(toolName) list` lists the tasks, `\(toolName) check` checks this file.",
      "# Scripts find the values of `defaults` in their environment: `seedCount` is $SEED_COUNT there, and SEED_COUNT=10",
      "# on the command line gives it, as words: make would let the shell read its quotes. `( … )` keeps a line to itself,",
      "# as make does; with `set +e` it goes on after a failure within it. `set +u` lets variables of the shell be unset.",
    ]
    if unsetsEmpty { lines.append("# `unset` keeps an empty value from programs that would read it.") }
    if let defaultTask { lines.append("# `make` alone is `\(toolName) run \(defaultTask)` here.") }
    if !notes.isEmpty {
      lines.append("# Not turned, or not quite, besides what is said at the tasks:")
      lines += notes.prefix(Self.mostComments).map { "# - " + $0.comment }
      if notes.count > Self.mostComments { lines.append("# - and \(notes.count - Self.mostComments) more") }
    }
    return lines
  }

  private var body: [String] {
    var lines = ["version: 1"]
    if !dotenv.isEmpty {
      let files = dotenv.map { file in
        let name = YAMLText.scalar(file.name, inFlow: true)
        return file.isOptional ? "{ file: \(name), optional: true }" : name
      }
      lines += ["", "dotenv: [\(files.joined(separator: ", "))]"]
    }
    if !defaults.isEmpty {
      lines += ["", "defaults:"]
      for (name, text, remark) in defaults {
        lines.append("  \(YAMLText.key(name)): \(YAMLText.scalar(text))" + (remark.map { "  # \($0)" } ?? ""))
      }
    }
    lines += ["", tasks.isEmpty ? "tasks: {}" : "tasks:"]
    for (index, task) in tasks.enumerated() {
      if index > 0 { lines.append("") }
      lines += task.lines
    }
    return lines
  }
}
