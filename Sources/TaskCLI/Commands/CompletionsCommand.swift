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
      return Self.withLeadingOptions(
        RootCommand.completionScript(for: .zsh).replacing(
          "    _describe -V '' non_empty_completions -- empty_completions",
          with: #"""
                local -ar keys=("${(@M)non_empty_completions:#*=}")
                local -a others=("${(@)non_empty_completions:#*=}")
                (( ${#keys} )) && compadd -S '' -V keys -a keys
                # To _describe, what follows a colon is a description.
                others=("${(@)others//:/\\:}")
                _describe -V '' others -- empty_completions
            """#
        ).replacing(
          "        __\(name)_complete \"${completions[@]:0:-1}\"\n",
          with: #"""
                    __\#(name)_complete "${completions[@]:0:-1}"
                elif [[ "${PREFIX}" == *=* ]]; then
                    compset -P '*=' && _files

            """#), of: name)
    case .bash:
      return RootCommand.completionScript(for: .bash) + Self.wholeWords(of: name)
    }
  }

  /// Options may stand before the command, where the parser's script looks for it.
  private static func withLeadingOptions(_ script: String, of name: String) -> String {
    script.replacing(
      "    local -r command_name=\"${words[1]}\"\n",
      with: #"""
            local -r command_name="${words[1]}"
            local -i leading=2
            while (( leading < CURRENT )) && [[ "${words[leading]}" == -* ]]; do
                case "${words[leading]}" in
                \#(CommandLineWords.optionsWithValue.sorted().joined(separator: "|"))) (( leading += 2 )) ;;
                *) (( leading += 1 )) ;;
                esac
            done
            if (( leading > 2 && leading < CURRENT )); then
                # After the words that are typed: the command may have two.
                words=("${words[1]}" "${(@)words[leading,-1]}" "${(@)words[2,leading-1]}")
                (( CURRENT -= leading - 2 ))
            fi

        """#)
  }

  /// To bash, `=` and `:` begin words: here `KEY=value` and `docs:pages` are one, and only what follows is replaced.
  ///
  /// Options may stand before the command, where the parser's script looks for it. What nobody offers may be a file.
  private static func wholeWords(of name: String) -> String {
    #"""

    __\#(name)_whole_words() {
        local typed="${COMP_LINE:0:COMP_POINT}"
        local -a COMP_WORDS
        read -ra COMP_WORDS <<< "${typed}"
        [[ "${typed}" == *[[:space:]] ]] && COMP_WORDS+=('')
        local -i COMP_CWORD="$((${#COMP_WORDS[@]} - 1))"
        local -i leading=1
        while (( leading < COMP_CWORD )) && [[ "${COMP_WORDS[leading]}" == -* ]]; do
            case "${COMP_WORDS[leading]}" in
            \#(CommandLineWords.optionsWithValue.sorted().joined(separator: "|"))) leading+=2 ;;
            *) leading+=1 ;;
            esac
        done
        if (( leading > 1 && leading < COMP_CWORD )); then
            COMP_WORDS=("${COMP_WORDS[0]}" "${COMP_WORDS[leading]}" "${COMP_WORDS[@]:1:leading - 1}" "${COMP_WORDS[@]:leading + 1}")
        fi
        local word="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}" breaks='' head=''
        _\#(name) "${1}" "${word}" "${previous}"
        if [[ "${word}" == *=* ]] && { [[ "${previous}" == --report ]] || (( ${#COMPREPLY[@]} == 0 )); }; then
            compopt -o filenames
            local IFS=$'\n'
            COMPREPLY=($(compgen -f -- "${word#*=}"))
            [[ "${COMP_WORDBREAKS}" == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/"${word%%=*}="}")
            return
        fi
        [[ "${COMP_WORDBREAKS}" == *=* ]] && breaks+='='
        [[ "${COMP_WORDBREAKS}" == *:* ]] && breaks+=':'
        if [[ -n "${breaks}" && "${word}" == *[${breaks}]* ]]; then
            head="${word%"${word##*[${breaks}]}"}"
            COMPREPLY=("${COMPREPLY[@]#"${head}"}")
        fi
        if [[ "${COMPREPLY[*]}" == *[=:]* ]]; then
            compopt +o filenames
        fi
        if [[ "${#COMPREPLY[@]}" -eq 1 && "${COMPREPLY[0]}" == *= ]]; then
            compopt -o nospace
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
    let offered = context.tasks + context.values(prefix: prefix)
    // Where no value of an input is known, a shell may offer files.
    return prefix.contains("=") ? offered.filter { $0.hasPrefix(prefix) } : offered
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
    files.file = words.value(of: "-f", "--file", except: index)
    files.directory = words.value(of: "-C", "--directory", except: index)
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
  /// The value of an option, where that is not the word that is typed.
  fileprivate func value(of short: String, _ long: String, except index: Int) -> String? {
    for (number, word) in enumerated() where number != index {
      if word == short || word == long, number + 1 < count, number + 1 != index { return self[number + 1] }
      if word.hasPrefix("\(long)=") { return String(word.dropFirst(long.count + 1)) }
    }
    return nil
  }
}
