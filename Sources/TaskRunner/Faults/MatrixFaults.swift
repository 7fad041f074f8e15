import TaskKit

/// What the runner says of mistakes in a matrix.
extension Diagnostic {
  static func keyOfMatrixSet(_ name: String, task: String, at origin: Origin, matrix: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(name)` is a key of the matrix of `\(task)`, which beats this value", at: origin, help: "remove it",
      notes: [Note("the matrix gives it its values", at: matrix)])
  }

  static func keyOfMatrixInCall(_ name: String, task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`${\(name)}` is a key of the matrix of `\(task)`, which is not known where the task is called",
      at: origin.narrowed(to: "${\(name)}"), help: "write this `when` at the task `\(task)`")
  }

  static func secretInMatrix(_ name: String, task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(name)` is secret, and the calls of the matrix of `\(task)` would be named by it", at: origin,
      help: "give the secret in another way, such as a name of the secret to look up")
  }

  static func unknownCellAsked(_ cell: String, task: String, cells: [String]) -> Diagnostic {
    guard !cells.isEmpty else {
      return Diagnostic(.error, "the task `\(task)` has no matrix", help: "run `\(task)`")
    }
    let shown = cells.prefix(6).map { "\(task)[\($0)]" }.joined(separator: ", ") + (cells.count > 6 ? ", …" : "")
    return Diagnostic(
      .error, "the matrix of `\(task)` has no `\(cell)`",
      help: Suggestion.help(for: cell, among: cells) ?? "there are \(shown)")
  }

  static func emptyAxis(_ axis: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "\(axis) has no values", at: origin, help: "write `[one, two]`")
  }

  static func tooManyCells(_ most: Int, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the matrix has more than \(most) combinations", at: origin, help: "give it fewer values")
  }

  static func badCellValue(_ value: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(value)` cannot be a value of a matrix: it names calls", at: origin,
      help: "leave out spaces, quotes and `[]{},=$`; a task can make another value of it under `with` or `env`")
  }

  static func repeatedCellValue(_ value: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the matrix has the value `\(value)` twice", at: origin, help: "remove one")
  }

  static func matrixKeyGiven(_ variable: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "\(variable) is a key of a matrix, and cannot be given", at: origin,
      help: "the matrix in the task file has its values")
  }

  static func cellNeeded(_ written: String, task: String, cells: [String], at origin: Origin) -> Diagnostic {
    let shown = cells.prefix(6).joined(separator: ", ") + (cells.count > 6 ? ", …" : "")
    return Diagnostic(
      .error, "the task `\(task)` runs once for each of its matrix: say whose output is meant", at: origin,
      help: "write it after the name, as in `\(task)[\(cells.first ?? "")]`; there are \(shown)")
  }

  static func unknownCell(_ cell: String, task: String, cells: [String], at origin: Origin) -> Diagnostic {
    guard !cells.isEmpty else {
      return Diagnostic(.error, "the task `\(task)` has no matrix", at: origin, help: "remove `[\(cell)]`")
    }
    let shown = cells.prefix(6).joined(separator: ", ") + (cells.count > 6 ? ", …" : "")
    return Diagnostic(
      .error, "the matrix of `\(task)` has no `\(cell)`", at: origin,
      help: Suggestion.help(for: cell, among: cells) ?? "there are \(shown)")
  }
}
