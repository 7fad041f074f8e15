public import Documents
public import TaskKit

extension SourceLocation {
  /// `{file, line, column}`.
  public var json: JSONValue {
    [
      "file": .string(source.name), "line": .integer(range.start.line), "column": .integer(range.start.column),
    ]
  }
}

extension Origin {
  /// `{file, line, column}`, `{variable}`, or null for the plugin's default.
  public var json: JSONValue {
    switch self {
    case .source(let location): location.json
    case .commandLine(let variable, _), .environment(let variable, _): ["variable": .string(variable)]
    case .word, .plugin: .null
    }
  }
}

extension Diagnostic {
  /// `{severity, message, source, help}`.
  public var json: JSONValue {
    [
      "severity": .string(severity.rawValue), "message": .string(message), "source": origin?.json ?? .null,
      "help": .optional(help),
    ]
  }
}
