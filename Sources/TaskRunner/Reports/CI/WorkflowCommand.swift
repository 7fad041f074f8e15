/// A line that the runner of GitHub Actions acts on: `::error file=tasks.yaml,line=3::the message`.
struct WorkflowCommand {
  let name: String
  let properties: KeyValuePairs<String, String?>
  let message: String

  init(_ name: String, _ properties: KeyValuePairs<String, String?> = [:], _ message: String = "") {
    self.name = name
    self.properties = properties
    self.message = message
  }

  /// The line, without its line break; a message of several lines stays one command.
  var line: String {
    let written = properties.compactMap { name, value in value.map { "\(name)=\(Self.escapeProperty($0))" } }
    let head = written.isEmpty ? name : "\(name) \(written.joined(separator: ","))"
    return "::\(head)::\(Self.escape(message))"
  }

  /// The text with what would begin a command taken apart: no data of a task is to steer the job.
  static func disarm(_ text: String) -> String {
    guard text.contains("::") || text.contains("##[") else { return text }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let start = line.prefix(while: \.isWhitespace)
      let rest = line.dropFirst(start.count).replacing("##[", with: "## [")
      return rest.hasPrefix("::") ? "\(start): :\(rest.dropFirst(2))" : start + rest
    }
    return lines.joined(separator: "\n")
  }

  private static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": escaped += "%25"
      case "\r": escaped += "%0D"
      case "\n": escaped += "%0A"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func escapeProperty(_ text: String) -> String {
    escape(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
