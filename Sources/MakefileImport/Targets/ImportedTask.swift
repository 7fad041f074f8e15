import Diagnostics

/// A task of the file that is written.
struct ImportedTask {
  let name: String
  var description: String?
  var needs: [String] = []
  var steps: [String] = []
  var sources: [String] = []
  var generates: [String] = []
  /// Whether it only makes a folder: what needs it is up to date all the same.
  var makesFolder = false
  /// Files that must be there, and that no task makes.
  var files: [String] = []
  /// `shell` of `exec`; nil where it is the default.
  var shell: [String]?
  var values: [(name: String, text: String)] = []
  /// The script; nil where the task only calls others.
  var script: [String]?
  var isInteractive = false
  var remarks: [ImportNote] = []

  /// The lines of its entry below `tasks`.
  var lines: [String] {
    var lines = remarks.map { "  # " + $0.comment } + ["  \(YAMLText.key(name)):"]
    if let description { lines.append("    description: \(YAMLText.scalar(description))") }
    lines += Self.list("needs", needs) + Self.list("steps", steps)
    lines += Self.list("sources", sources) + Self.list("generates", generates)
    if makesFolder { lines.append("    generates: []") }
    lines += preconditions
    guard let script else { return lines }
    if isInteractive { lines.append("    interactive: true") }
    lines += ["    uses: exec", "    with:"]
    if let shell { lines.append("      shell: \(YAMLText.list(shell))") }
    for (name, text) in values { lines.append("      \(YAMLText.key(name)): \(YAMLText.value(text, indentation: 6))") }
    let text = script.joined(separator: "\n")
    lines.append("      script: \(YAMLText.value(text, indentation: 6, endsLine: true))")
    return lines
  }

  private var preconditions: [String] {
    guard !files.isEmpty else { return [] }
    return ["    preconditions:"]
      + files.map { file in
        let script = YAMLText.scalar("test -e \(ShellWord.quoted(file))", inFlow: true)
        let message = YAMLText.scalar(
          "there is no file \(DefaultText.literal(file)), and no task makes it", inFlow: true)
        return "      - { script: \(script), message: \(message) }"
      }
  }

  private static func list(_ key: String, _ texts: [String]) -> [String] {
    guard !texts.isEmpty else { return [] }
    let flow = "    \(key): \(YAMLText.list(texts))"
    if flow.count <= 120 { return [flow] }
    return ["    \(key):"] + texts.map { "      - \(YAMLText.key($0))" }
  }
}

extension ImportNote {
  private static let longestComment = 240

  /// The note as a line of a comment.
  var comment: String {
    let text = "line \(place.line): \(message)" + (help.map { "; \($0)" } ?? "")
    let line = Diagnostics.printableLine(text)
    return line.count > Self.longestComment ? line.prefix(Self.longestComment) + "…" : line
  }
}
