import Documents
import TaskKit

/// What the runner says of mistakes in a task file.
extension Diagnostic {
  static func notATaskFile(found: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "a task file is a mapping with `version` and `tasks`, not \(found)", at: origin,
      help: "begin with `version: 1` and `tasks:`")
  }

  static func missingVersion(at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task file does not say its version", at: origin, help: "write `version: 1` on the first line")
  }

  static func unknownVersion(found: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "this program reads version 1 of the task file, not \(found)", at: origin, help: "write `version: 1`")
  }

  static func missingTasks(at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the task file has no `tasks`", at: origin, help: "write `tasks:` with a task under it")
  }

  static func unknownKey(_ key: String, in place: String, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "\(place) has no key `\(key)`", at: origin,
      help: foreignKeys[key].flatMap { known.contains($0.key) ? $0.help : nil }
        ?? Suggestion.help(for: key, among: known) ?? "the keys are \(known.joined(separator: ", "))")
  }

  /// Keys of other task runners, with ours.
  private static let foreignKeys: [String: (key: String, help: String)] = [
    "deps": ("needs", "did you mean `needs`?"), "dep": ("needs", "did you mean `needs`?"),
    "depends": ("needs", "did you mean `needs`?"), "depends_on": ("needs", "did you mean `needs`?"),
    "desc": ("description", "did you mean `description`?"), "summary": ("description", "did you mean `description`?"),
    "vars": ("with", "did you mean `with`?"), "args": ("with", "did you mean `with`?"),
    "cmd": ("uses", scriptHelp), "cmds": ("uses", scriptHelp), "command": ("uses", scriptHelp),
    "run": ("uses", scriptHelp), "script": ("uses", scriptHelp), "sh": ("uses", scriptHelp),
    "prompt": ("confirm", "did you mean `confirm`?"), "internal": ("private", "did you mean `private`?"),
    "defer": ("finally", "did you mean `finally`?"), "cwd": ("dir", "did you mean `dir`?"),
    "if": ("when", "did you mean `when`?"), "unless": ("when", "did you mean `when: \"!(…)\"`?"),
    "ignore_error": ("allowFailure", "did you mean `allowFailure`?"),
    "continue-on-error": ("allowFailure", "did you mean `allowFailure`?"),
    "retries": ("retry", "did you mean `retry: { attempts: 3 }`?"), "includes": ("include", "did you mean `include`?"),
    "imports": ("include", "did you mean `include`?"), "inputs": ("sources", "did you mean `sources`?"),
    "outputs": ("generates", "did you mean `generates`?"),
    "requires": ("preconditions", "did you mean `preconditions`?"),
  ]

  private static let scriptHelp = "a script is `uses: exec` and `with: { script: … }`"

  static func emptyText(_ place: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "\(place) has an empty text", at: origin, help: "write something, or remove it")
  }

  static func wrongKind(_ place: String, wanted: String, found node: Node, at origin: Origin) -> Diagnostic {
    var help: String?
    if case .mapping(let entries) = node.content, let first = entries.first, wanted == "text" {
      help = "YAML reads `\(first.key):` as a key; put the whole text in quotes, or write it as a block after `|`"
    } else if wanted == "true or false", let word = node.scalarText?.lowercased() {
      help =
        ["yes", "on", "y"].contains(word) ? "write `true`" : ["no", "off", "n"].contains(word) ? "write `false`" : nil
    } else if wanted == "a list", case .mapping = node.content {
      help = "write each entry after a `-`"
    } else if wanted == "a list", let text = node.scalarText {
      help = "write `[\(text)]`"
    }
    return Diagnostic(.error, "\(place) must be \(wanted), not \(node.kindName)", at: origin, help: help)
  }

  static func badTaskName(_ name: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(name)` cannot be a task's name", at: origin,
      help: "use letters, digits, `-`, `_`, `.` and `:`; begin with none of `-` and `:`")
  }

  static func aliasTaken(_ alias: String, by task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the alias `\(alias)` is already the task `\(task)`", at: origin, help: "choose another alias")
  }

  static func usesAndSteps(task: String, uses: Origin, steps: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(task)` has both `uses` and `steps`", at: uses,
      help: "make the plugin's work a task of its own, and call it in `steps`",
      notes: [Note("the steps begin here", at: steps)])
  }

  static func callWithoutTask(_ place: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "an entry of \(place) does not say which task it calls", at: origin, help: "write `task: NAME`")
  }

  static func badVariable(_ name: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(name)` cannot be an environment variable", at: origin, help: "use letters, digits and `_`")
  }

  static func reservedVariable(_ name: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the variable \(name) is set by the runner", at: origin, help: "choose a name without `UGC_`")
  }

  static func badInputName(_ name: String, in place: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "\(place) cannot have a value named `\(name)`", at: origin,
      help: InputName.name(for: name).map { "write `\($0)`; its variable is \(name)" }
        ?? "names are camelCase, without two capitals in a row: `seedCount`")
  }

  static func reservedName(_ name: String, variable: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "a value named `\(name)` would change the variable \(variable) of every script", at: origin,
      help: "choose another name, or set \(variable) under the task's `env`")
  }

  static func unknownInput(_ name: String, of plugin: String, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the plugin `\(plugin)` has no input `\(name)`", at: origin,
      help: Suggestion.help(for: name, among: known) ?? "its inputs are \(known.joined(separator: ", "))")
  }

  static func unknownPlugin(_ name: String, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "there is no plugin `\(name)`", at: origin,
      help: Suggestion.help(for: name, among: known) ?? "the plugins are \(known.joined(separator: ", "))")
  }

  static func taskDoesNothing(_ name: String, plugins: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(name)` does nothing: it has no `uses`, `steps` or `needs`, and no plugin has its name",
      at: origin, help: Suggestion.help(for: name, among: plugins) ?? "write `uses: exec` with a script, or `steps`")
  }

  static func unknownTask(_ name: String, known: [String], at origin: Origin) -> Diagnostic {
    unknownTask("there is no task `\(name)`", name, known, at: origin)
  }

  static func unknownTask(_ name: String, known: [String], in file: String) -> Diagnostic {
    unknownTask("\(file) has no task `\(name)`", name, known, at: nil)
  }

  private static func unknownTask(
    _ message: String, _ name: String, _ known: [String], at origin: Origin?
  ) -> Diagnostic {
    Diagnostic(
      .error, message, at: origin,
      help: Suggestion.help(for: name, among: known)
        ?? known.first { $0.hasSuffix(":\(name)") }.map { "did you mean `\($0)`?" }
        ?? (known.count > 20 ? "`list` shows the tasks" : "the tasks are \(known.joined(separator: ", "))"))
  }

  /// A plugin is no task until the file says so.
  static func undeclaredTask(_ plugin: String, at origin: Origin?) -> Diagnostic {
    Diagnostic(
      .error, "there is no task `\(plugin)`, only a plugin of this name", at: origin,
      help: "write `\(plugin): {}` under `tasks`")
  }

  static func privateTask(_ name: String) -> Diagnostic {
    Diagnostic(.error, "the task `\(name)` is private", help: "only other tasks can call it")
  }

  static func taskRing(_ ring: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "these tasks call each other in a ring: \(ring.joined(separator: " → "))", at: origin,
      help: "remove one of the calls")
  }

  static func pluginTaken(_ name: String) -> Diagnostic {
    Diagnostic(.error, "two plugins are named `\(name)`", help: "this is a mistake in the program, not in tasks.yaml")
  }

  static func pluginMistake(_ plugin: String, _ mistake: String) -> Diagnostic {
    Diagnostic(
      .error, "the plugin `\(plugin)` is declared wrongly: \(mistake)",
      help: "this is a mistake in the program, not in tasks.yaml")
  }
}
