/// Where a value came from.
public enum Origin: Sendable, CustomStringConvertible {
  /// A place in a file.
  case source(SourceLocation)
  /// A `KEY=VALUE` on the command line.
  case commandLine(variable: String, value: String)
  /// A word of the command line; the caret points at its first scalars.
  case word(String, scalars: Int)
  /// A variable of the process environment.
  case environment(variable: String, value: String)
  /// The default that a plugin declares.
  case plugin

  /// `tasks.yaml:4:20`, `SEED_COUNT on the command line`.
  public var description: String {
    switch self {
    case .source(let location): location.description
    case .commandLine(let variable, _): "\(variable) on the command line"
    case .word: "the command line"
    case .environment(let variable, _): "environment variable \(variable)"
    case .plugin: "the plugin's default"
    }
  }
}
