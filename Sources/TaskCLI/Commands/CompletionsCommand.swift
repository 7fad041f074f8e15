import ArgumentParser
import OrderedCollections
import TaskRunner

/// The command `completions SHELL`.
struct CompletionsCommand: ToolCommand {
  /// A shell that can complete.
  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash
    case zsh
    case fish
  }

  static var configuration: CommandConfiguration {
    let name = ToolDescription.current.name
    return CommandConfiguration(
      commandName: "completions", abstract: "Print a script that lets a shell complete tasks, values and options.",
      discussion: """
        bash: `\(name) completions bash > ~/.local/share/bash-completion/completions/\(name)`; zsh: to a file `_\(name)` in a \
        folder of $fpath; fish: to `~/.config/fish/completions/\(name).fish`.
        """)
  }

  @Argument(help: ArgumentHelp("The shell: bash, zsh or fish.", valueName: "SHELL"))
  var shell: Shell

  var color: ColorChoice { .auto }

  func run(in session: Session) throws -> ExitStatus {
    session.world.output.write(script + "\n")
    return .succeeded
  }

  private var script: String {
    let name = ToolDescription.current.name
    switch shell {
    case .fish: return RootCommand.completionScript(for: .fish)
    case .zsh:
      // A value is to follow `KEY=` at once.
      return RootCommand.completionScript(for: .zsh).replacing(
        "    _describe -V '' non_empty_completions -- empty_completions",
        with: #"""
              local -ar keys=("${(@M)non_empty_completions:#*=}")
              local -ar others=("${(@)non_empty_completions:#*=}")
              (( ${#keys} )) && compadd -S '' -V keys -a keys
              _describe -V '' others -- empty_completions
          """#)
    case .bash:
      return RootCommand.completionScript(for: .bash) + Self.wholeWords(of: name)
    }
  }

  /// To bash, `=` begins a word: here `KEY=value` is one, and only what follows the `=` is what it replaces.
  private static func wholeWords(of name: String) -> String {
    #"""

    __\#(name)_whole_words() {
        local typed="${COMP_LINE:0:COMP_POINT}"
        local -a COMP_WORDS
        read -ra COMP_WORDS <<< "${typed}"
        [[ "${typed}" == *[[:space:]] ]] && COMP_WORDS+=('')
        local -i COMP_CWORD="$((${#COMP_WORDS[@]} - 1))"
        local word="${COMP_WORDS[COMP_CWORD]}"
        _\#(name) "${1}" "${word}" "${COMP_WORDS[COMP_CWORD - 1]}"
        if [[ "${word}" == *=* && "${COMP_WORDBREAKS}" == *=* ]]; then
            COMPREPLY=("${COMPREPLY[@]#"${word%%=*}="}")
        fi
        if [[ "${#COMPREPLY[@]}" -eq 1 && "${COMPREPLY[0]}" == *= ]]; then
            compopt -o nospace +o filenames
        fi
    }

    complete -o filenames -F __\#(name)_whole_words \#(name)
    """#
  }
}

/// What a shell is told that asks while the user types.
enum Completions {
  /// The session that a question is answered in: the parser's closures get nothing but words.
  @TaskLocal fileprivate static var session: Session?

  /// Whether the scripts of `completions` ask.
  static func isAsked(by arguments: [String]) -> Bool {
    arguments.first == "---completion"
  }

  /// The tasks, and the `KEY=` of those that are named already.
  static let tasksAndValues: @Sendable ([String], Int, String) -> [String] = { words, index, prefix in
    guard let session, let context = session.completionContext(words, index) else { return [] }
    return context.tasks + context.values(prefix: prefix)
  }

  static let profiles: @Sendable ([String], Int, String) -> [String] = { words, index, _ in
    guard let session, let context = session.completionContext(words, index) else { return [] }
    return context.file.parts.flatMap(\.profiles.keys)
  }
}

extension Session {
  /// Answers the script of a shell; where anything is wrong, there is nothing to offer.
  func complete(_ arguments: [String]) -> ExitStatus {
    Completions.$session.withValue(self) {
      do {
        _ = try RootCommand.parseAsRoot(arguments)
      } catch {
        guard RootCommand.exitCode(for: error) == .success else { return .usage }
        world.output.write(RootCommand.fullMessage(for: error) + "\n")
      }
      return .succeeded
    }
  }

  /// What is known of the command line that is being typed.
  fileprivate func completionContext(_ words: [String], _ index: Int) -> CompletionContext? {
    var files = FileOptions()
    files.file = words.value(of: "-f", "--file", before: index)
    files.directory = words.value(of: "-C", "--directory", before: index)
    guard let file = try? taskFile(files), let catalog = try? catalog() else { return nil }
    return CompletionContext(file: file, catalog: catalog, words: Array(words.prefix(index)))
  }
}

private struct CompletionContext {
  let file: TaskFile
  let catalog: PluginCatalog
  let words: [String]

  var tasks: [String] {
    let shown = file.tasks.values.filter { !$0.isPrivate }
    return shown.map(\.name) + file.aliases.filter { alias in shown.contains { $0.name == alias.value } }.keys.sorted()
  }

  /// `SEED_COUNT=`, and after `BACKEND=` its choices.
  func values(prefix: String) -> [String] {
    let named = words.compactMap(file.task)
    guard !named.isEmpty else { return [] }
    let reached = ReachedNames(from: named, of: file, catalog)
    // What stands before the word that is typed.
    let given = Set(words.compactMap { word in word.firstIndex(of: "=").map { String(word[..<$0]) } })
    var offered: [String] = []
    for name in reached.names.subtracting(named.flatMap(\.matrixKeys)).sorted() {
      let (variable, input) = (InputName.variable(for: name), reached.inputs[name])
      guard input?.isFileOnly != true, !given.contains(variable) else { continue }
      guard prefix.hasPrefix("\(variable)=") else {
        offered.append("\(variable)=")
        continue
      }
      let choices = input?.type.kind == .boolean ? ["true", "false"] : input?.type.choices ?? []
      offered += choices.map { "\(variable)=\($0)" }
    }
    return offered
  }
}

extension [String] {
  /// The value of an option that stands before a word.
  fileprivate func value(of short: String, _ long: String, before index: Int) -> String? {
    let words = prefix(index)
    for (number, word) in words.enumerated() {
      if word == short || word == long, number + 1 < words.count { return words[number + 1] }
      if word.hasPrefix("\(long)=") { return String(word.dropFirst(long.count + 1)) }
    }
    return nil
  }
}
