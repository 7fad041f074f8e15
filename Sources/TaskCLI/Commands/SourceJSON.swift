import TaskRunner

extension SourceLocation {
  /// `{file, line, column}`.
  var json: JSONValue {
    [
      "file": .string(source.name), "line": .integer(range.start.line), "column": .integer(range.start.column),
    ]
  }
}

extension Origin {
  /// `{file, line, column}`, `{variable}`, or null for the plugin's default.
  var json: JSONValue {
    switch self {
    case .source(let location): location.json
    case .commandLine(let variable, _), .environment(let variable, _): ["variable": .string(variable)]
    case .word, .plugin: .null
    }
  }
}
