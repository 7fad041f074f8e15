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
  ///
  /// A command begins a line, after blanks, with `::`, or anywhere with `##[`.
  static func disarm(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: ":")) || text.utf8.contains(UInt8(ascii: "#")) else { return text }
    var safe = String.UnicodeScalarView()
    var place = PlaceInLine.start
    var hashes = 0
    for scalar in text.unicodeScalars {
      let begins = place == .colon && scalar == ":" || hashes >= 2 && scalar == "["
      if begins { safe.append(" ") }
      safe.append(scalar)
      place = place.after(scalar)
      hashes = scalar == "#" ? hashes + 1 : 0
    }
    return String(safe)
  }

  /// How far a line is from beginning with a command.
  private enum PlaceInLine {
    case start
    /// After blanks and one colon.
    case colon
    case inside

    func after(_ scalar: Unicode.Scalar) -> PlaceInLine {
      switch scalar {
      case "\n", "\r": .start
      case ":": self == .start ? .colon : .inside
      default: self == .start && scalar.properties.isWhitespace ? .start : .inside
      }
    }
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
