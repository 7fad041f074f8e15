/// Writes a text of make as a value of tasks.yaml: `$(STAGE)` is `${stage}`.
struct DefaultText {
  private let variables: VariableTable

  init(_ variables: VariableTable) {
    self.variables = variables
  }

  /// - Parameters:
  ///   - text: The text.
  ///   - excluding: A variable that the text may not read.
  /// - Returns: The value; nil where the text reads what no value of `defaults` is.
  func text(_ text: MakeText, excluding: String? = nil) -> String? {
    var result = ""
    for part in text.parts {
      switch part {
      case .text(let text): result += Self.literal(text)
      case .reference(let name):
        guard name != excluding, let variable = variables[name], let input = variable.names.input else { return nil }
        switch variable.kind {
        case .setting, .given: result += "${\(input)}"
        case .ofProcess, .computed, .pasted, .canned, .circular: return nil
        }
      case .substitution, .call, .unreadable: return nil
      }
    }
    return result
  }

  /// The text, of which nothing is expanded.
  static func literal(_ text: String) -> String { text.replacing("${", with: "$${") }
}
