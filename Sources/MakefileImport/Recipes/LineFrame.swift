/// Puts around a line what lets it run as in a shell of its own, without `-e`.
struct LineFrame {
  private let features: ShellLine
  private let ignoresFailure: Bool
  private let isLast: Bool
  private let isWrapped: Bool
  private let goesOn: Bool

  /// - Parameters:
  ///   - features: What the line does.
  ///   - ignoresFailure: Whether it began with `-`.
  ///   - isLast: Whether no other line follows in the script.
  ///   - keepsGoing: Whether make's shell goes on after a failure within a line.
  ///   - isOneShell: Whether all lines share a shell.
  init(_ features: ShellLine, ignoresFailure: Bool, isLast: Bool, keepsGoing: Bool, isOneShell: Bool) {
    self.features = features
    self.ignoresFailure = ignoresFailure
    self.isLast = isLast
    goesOn = keepsGoing && features.isCompound && !ignoresFailure
    let isOpen = features.isCompound || features.isList || features.hasComment || features.changesShell
    isWrapped =
      ignoresFailure
      ? isOpen : !isLast && !isOneShell && (features.isCompound || features.hidesFailure || features.changesShell)
  }

  func lines(around text: String) -> [String] {
    let ending = ignoresFailure ? " || true" : ""
    guard isWrapped else { return (goesOn ? ["set +e"] : []) + [text + ending] }
    guard text.contains("\n") || features.hasComment else {
      return ["( \(goesOn ? "set +e; " : "")\(text) )\(ending)"]
    }
    let inner = features.breaksQuotes || text.contains("<<") ? text : text.replacing("\n", with: "\n  ")
    return ["("] + (goesOn ? ["  set +e"] : []) + ["  " + inner, ")" + ending]
  }
}
