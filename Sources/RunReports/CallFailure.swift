import TaskRunner

extension RunReport.Call {
  /// Whether the call is where something went wrong, and not only one that has to do with it.
  var hasFailedItself: Bool {
    result.status == .failed && result.failure?.call == identity
  }

  /// What it wrote last, some lines.
  var tail: [String] {
    output.text.split(separator: "\n").suffix(20).map(String.init)
  }

  /// One sentence.
  var failureMessage: String {
    guard let failure = result.failure else { return "" }
    return hasFailedItself ? failure.message : failure.cause
  }

  /// What went wrong, each with its place in the file.
  var failureText: String {
    guard hasFailedItself, let failure = result.failure else { return failureMessage }
    let renderer = DiagnosticRenderer(isColored: false)
    return failure.diagnostics.map(renderer.render).joined(separator: "\n")
  }
}
