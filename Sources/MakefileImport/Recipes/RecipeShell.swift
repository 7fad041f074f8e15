/// The shell that recipes run with.
struct RecipeShell {
  /// `/bin/sh`, as `$(SHELL)` says it.
  private(set) var path = "/bin/sh"
  /// The words before a script; nil where they are those of `exec`.
  private(set) var words: [String]?
  /// Whether the Makefile itself lets a failure end a line.
  private(set) var stopsAtFailure = false
  /// Whether the Makefile itself makes unset variables a failure.
  private(set) var refusesUnset = false
  private(set) var notes: [ImportNote] = []

  private static let known: Set<String> = ["ash", "bash", "dash", "ksh", "mksh", "sh", "zsh"]

  init(_ makefile: Makefile) {
    var flags: [String]?
    var program = "sh"
    for assignment in makefile.assignments where assignment.path.isEmpty {
      switch assignment.name {
      case "SHELL":
        let text = Self.text(of: assignment.value)
        guard let word = text?.words.last, let name = word.split(separator: "/").last, Self.known.contains(String(name))
        else {
          notes.append(
            ImportNote(
              "`SHELL` was not turned: the scripts run with sh", help: "name the shell in each task's `shell`",
              at: assignment.place))
          continue
        }
        path = word
        program = word.hasPrefix("/bin/") || word.hasPrefix("/usr/bin/") ? String(name) : word
      case ".SHELLFLAGS": flags = assignment.value.literal?.words
      default: continue
      }
    }
    if program != "sh" { words = [program, "-euc"] }
    guard let flags, flags.last?.hasPrefix("-") == true, flags.last?.hasSuffix("c") == true else { return }
    let letters = flags.filter { $0.hasPrefix("-") }.joined()
    stopsAtFailure = letters.contains("e") || flags.contains("errexit")
    refusesUnset = letters.contains("u") || flags.contains("nounset")
    words = [program] + (stopsAtFailure ? flags : ["-e"] + flags)
  }

  /// The words of a text, or those of the command that `$(shell …)` runs.
  private static func text(of value: MakeText) -> String? {
    if let literal = value.literal { return literal }
    guard value.parts.count == 1, case .call("shell", let arguments) = value.parts[0] else { return nil }
    return arguments.first?.literal
  }
}
