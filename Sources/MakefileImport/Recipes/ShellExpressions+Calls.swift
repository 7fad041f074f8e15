extension ShellExpressions {
  /// The expansion that stands for a call of a function of make.
  mutating func call(_ function: String, _ arguments: [MakeText]) throws(Untranslatable) -> String {
    let first = arguments.first ?? MakeText()
    if let text = try constant(function, first) { return text }
    switch function {
    case "shell":
      var command = try command(first.trimmed)
      // A comment must not take the bracket with it.
      if ShellLine(command).hasComment { command += "\n" }
      if isInList { return "$(\(spaced("set +f; " + command)))" }
      return "$(\(spaced(Self.joiningLines(command))))"
    case "if": return try condition(arguments)
    case "or": return try alternatives(arguments[...])
    case "and": return try conjunction(arguments)
    case "strip": return try "$(set -f; set -- \(words(first)); printf '%s' \"$*\")"
    case "words": return try "$(set -f; set -- \(words(first)); echo $#)"
    case "firstword": return try "$(set -f; set -- \(words(first)); printf '%s' \"${1:-}\")"
    case "lastword": return try "$(set -f; w=; for w in \(words(first)); do :; done; printf '%s' \"$w\")"
    case "word":
      guard let number = first.literal.flatMap({ Int($0.trimmed) }), number > 0, number < 1_000_000 else {
        throw Untranslatable("the number of `word` is computed")
      }
      let list = try words(argument(1, of: arguments))
      if !list.contains("$") { return list.words.count < number ? "" : list.words[number - 1] }
      return "$(set -f; set -- \(list); [ $# -lt \(number) ] || { shift \(number - 1); printf '%s' \"$1\"; })"
    case "sort":
      return try "$(set -f; set -- $(printf '%s\\n' \(words(first)) | LC_ALL=C sort -u); printf '%s' \"$*\")"
    case "notdir": return try MakeFunctions.mapped(words(first), "", result: "${w##*/}")
    case "dir": return try MakeFunctions.mapped(words(first), "case $w in (*/*) w=${w%/*}/;; (*) w=./;; esac")
    case "basename": return try MakeFunctions.mapped(words(first), "case ${w##*/} in (*.*) w=${w%.*};; esac")
    case "suffix":
      return try MakeFunctions.eachWord(
        of: words(first), "case ${w##*/} in (*.*) \(MakeFunctions.put(".${w##*.}"));; esac")
    case "addprefix":
      return try MakeFunctions.mapped(
        words(argument(1, of: arguments)), "", result: quoted(first.trimmed) + "$" + "{w}")
    case "addsuffix":
      return try MakeFunctions.mapped(
        words(argument(1, of: arguments)), "", result: "$" + "{w}" + quoted(first.trimmed))
    case "wildcard":
      let start = isInList ? "set +f; " : ""
      let list = try words(first, allowsPatterns: true)
      return "$(\(start)s=; for w in \(list); do if [ -e \"$w\" ]; then \(MakeFunctions.put("$w")); fi; done)"
    case "patsubst":
      guard let from = first.literal?.trimmed, let to = argument(1, of: arguments).literal?.trimmed else {
        throw Untranslatable("the pattern of `patsubst` is computed")
      }
      return try MakeFunctions.patternSubstitution(from, to, in: words(argument(2, of: arguments)))
    case "subst": return try substitution(arguments)
    case "filter", "filter-out": return try filter(arguments, keeps: function == "filter")
    case "findstring":
      let wanted = try quoted(first.trimmed)
      return try
        "$(case \"\(quoted(argument(1, of: arguments)))\" in (*\"\(wanted)\"*) printf '%s' \"\(wanted)\";; esac)"
    case "abspath", "realpath":
      guard let path = try words(first).words.first, !path.contains(".."), !path.hasPrefix("/"), !path.hasPrefix("$")
      else { throw Untranslatable("`\(function)` has no form in the shell") }
      read.folder = true
      return path == "." ? "${CURDIR}" : "${CURDIR}/" + path
    default: throw Untranslatable("`$(\(function) …)` has no form in the shell")
    }
  }

  /// The text of a call on words that are known.
  private mutating func constant(_ function: String, _ list: MakeText) throws(Untranslatable) -> String? {
    guard ["dir", "firstword", "lastword", "notdir", "strip", "words"].contains(function) else { return nil }
    let words = try words(list)
    if function == "dir", words == "${CURDIR}/\(scope.makefileName)" { return "${CURDIR}/" }
    guard !words.contains("$") else { return nil }
    switch function {
    case "dir":
      return words.words.map { word in word.lastIndex(of: "/").map { String(word[...$0]) } ?? "./" }
        .joined(separator: " ")
    case "firstword": return words.words.first ?? ""
    case "lastword": return words.words.last ?? ""
    case "words": return String(words.words.count)
    case "notdir":
      return words.words.map { String($0.split(separator: "/", omittingEmptySubsequences: false).last ?? "") }
        .joined(separator: " ")
    default: return words.words.joined(separator: " ")
    }
  }

  private func argument(_ number: Int, of arguments: [MakeText]) -> MakeText {
    arguments.indices.contains(number) ? arguments[number] : MakeText()
  }

  /// Make puts a space for each line break of what a command prints.
  private static func joiningLines(_ command: String) -> String {
    let line = ShellLine(command)
    guard let last = line.commands.last, listing.contains(last), line.hasComment || !line.isCompound else {
      return command
    }
    if line.hasComment { return "{ \(command)} | paste -s -d ' ' -" }
    return (line.isList ? "{ \(command); }" : command) + " | paste -s -d ' ' -"
  }

  /// Commands that most often print several lines.
  private static let listing: Set<String> = ["comm", "find", "grep", "ls", "seq", "sort", "uniq"]

  /// `$((` would be arithmetic.
  private func spaced(_ command: String) -> String {
    command.hasPrefix("(") ? " " + command : command
  }

  private mutating func condition(_ arguments: [MakeText]) throws(Untranslatable) -> String {
    let test = try emptiness(argument(0, of: arguments).trimmed)
    let then = try quoted(argument(1, of: arguments))
    let otherwise = try quoted(argument(2, of: arguments))
    let print = { (text: String) in text.isEmpty ? ":" : "printf '%s' \"\(text)\"" }
    return "$(if [ -n \"\(test)\" ]; then \(print(then)); else \(print(otherwise)); fi)"
  }

  private mutating func alternatives(_ arguments: ArraySlice<MakeText>) throws(Untranslatable) -> String {
    guard let first = arguments.first else { return "" }
    guard arguments.count > 1 else { return try quoted(first.trimmed) }
    let rest = try nested { expressions throws(Untranslatable) in try expressions.alternatives(arguments.dropFirst()) }
    let isPlain = !rest.unicodeScalars.contains { "\"'\\}`".unicodeScalars.contains($0) } || rest.hasPrefix("${")
    if isPlain, case .reference(let name)? = first.trimmed.parts.first, first.trimmed.parts.count == 1,
      let variable = variable(name), !variable.isShellText
    {
      return "${\(variable.names.variable):-\(rest)}"
    }
    return try "$(w=\"\(quoted(first.trimmed))\"; [ -n \"$w\" ] || w=\"\(rest)\"; printf '%s' \"$w\")"
  }

  private mutating func conjunction(_ arguments: [MakeText]) throws(Untranslatable) -> String {
    guard let last = arguments.last else { return "" }
    var result = try quoted(last.trimmed)
    for argument in arguments.dropLast().reversed() {
      guard case .reference(let name)? = argument.trimmed.parts.first, argument.trimmed.parts.count == 1,
        let variable = variable(name), !result.contains("\"")
      else { throw Untranslatable("`and` of what is no variable has no form in the shell") }
      result = "${\(variable.names.variable):+\(result)}"
    }
    return result
  }

  private mutating func substitution(_ arguments: [MakeText]) throws(Untranslatable) -> String {
    guard let from = argument(0, of: arguments).literal, let to = argument(1, of: arguments).literal,
      !from.isEmpty, !(from + to).unicodeScalars.contains(where: { "'\n".unicodeScalars.contains($0) })
    else { throw Untranslatable("the texts of `subst` are computed") }
    let escape = { (text: String, special: String) in
      String(text.unicodeScalars.flatMap { special.unicodeScalars.contains($0) ? ["\\", $0] : [$0] })
    }
    let list = try quoted(argument(2, of: arguments))
    if !list.contains(where: { "$`\\".contains($0) }) { return Self.escaped(list.replacing(from, with: to)) }
    return "$(printf '%s\\n' \"\(list)\" | sed 's/\(escape(from, "\\/.*[]^$"))/\(escape(to, "\\/&"))/g')"
  }

  private mutating func filter(_ arguments: [MakeText], keeps: Bool) throws(Untranslatable) -> String {
    let written = argument(0, of: arguments).trimmed
    let list = try words(argument(1, of: arguments))
    let put = MakeFunctions.put("$w")
    guard let literal = written.literal else {
      return try MakeFunctions.filtered(list, by: words(written), keeps: keeps)
    }
    guard !literal.isEmpty else { return keeps ? "" : MakeFunctions.mapped(list, "") }
    let patterns = try MakeFunctions.casePatterns(literal.words)
    return MakeFunctions.eachWord(
      of: list, keeps ? "case $w in (\(patterns)) \(put);; esac" : "case $w in (\(patterns)) ;; (*) \(put);; esac")
  }
}
