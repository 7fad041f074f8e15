import Diagnostics

@testable import MakefileImport

/// What a Makefile of this text becomes.
func imported(_ text: String) throws(DiagnosticError) -> ImportedMakefile {
  try imported(Array(text.utf8))
}

func imported(_ bytes: [UInt8]) throws(DiagnosticError) -> ImportedMakefile {
  try ImportedMakefile(SourceText(name: "Makefile", path: "/project/Makefile", bytes: bytes), toolName: "ugc-tasks")
}

/// The fault of a text that is no Makefile; nil where it is one.
func fault(of text: String) -> String? {
  do throws(DiagnosticError) {
    _ = try imported(text)
    return nil
  } catch {
    return error.diagnostics.map(\.remark).joined(separator: "\n")
  }
}

extension ImportedMakefile {
  /// The file without the comment that it begins with.
  var body: String {
    let lines = taskFile.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { $0.hasPrefix("#") }.joined(separator: "\n")
  }

  /// The notes: `line:column message; help`.
  var remarks: [String] { notes.map(\.remark) }
}

extension Diagnostic {
  var remark: String {
    guard case .source(let location)? = origin else { return message }
    let start = location.range.start
    return "\(start.line):\(start.column) \(message)" + (help.map { "; \($0)" } ?? "")
  }
}
