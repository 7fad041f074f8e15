public import TaskKit

extension Finding {
  /// The finding in some lines: severity, message and code, then its place, what was expected and found, and help.
  ///
  /// - Parameter call: Which call found it; nil where that is plain.
  /// - Returns: The lines, the last one without its line break.
  public func text(of call: CallIdentity? = nil) -> String {
    let name = call.map { "\($0.path): " } ?? ""
    var text = "\(severity.rawValue): \(name)\(printableLine(message)) [\(code)]"
    for (label, detail) in [
      (" --> ", place ?? subject), ("  expected: ", expected), ("  found: ", found), ("help: ", help),
    ] {
      if let detail { text += "\n\(label)\(printableLine(detail))" }
    }
    return text
  }
}
