/// The command line as the parser wants it: the command first, what is meant for scripts apart.
struct CommandLineWords: Equatable {
  /// The command, its options and words.
  private(set) var parsed: [String]
  /// What was written after `--`; nil where there was none.
  private(set) var afterTerminator: [String]?

  static let optionsWithValue: Set<String> = [
    "-f", "--file", "-C", "--directory", "--profile", "--output", "--color", "-j", "--jobs", "--grace", "--report",
    "--from-makefile",
  ]

  init(_ arguments: [String]) {
    var words = arguments
    if let terminator = words.firstIndex(of: "--") {
      afterTerminator = Array(words[(terminator + 1)...])
      words = Array(words[..<terminator])
    }
    let leading = Self.leadingOptions(of: words)
    if leading > 0, leading < words.count {
      // As with make and git, options may come before the command.
      let end = Self.endOfCommand(in: words, from: leading)
      words = Array(words[leading..<end] + words[..<leading] + words[end...])
    }
    parsed = words
  }

  /// Where the words of the command end: `history show` has two.
  private static func endOfCommand(in words: [String], from start: Int) -> Int {
    let parts = RootCommand.partsOfCommands[words[start]] ?? []
    return start + 1 < words.count && parts.contains(words[start + 1]) ? start + 2 : start + 1
  }

  /// How many words before the command are options or their values.
  private static func leadingOptions(of words: [String]) -> Int {
    var index = 0
    while index < words.count, words[index].hasPrefix("-") {
      index += optionsWithValue.contains(words[index]) ? 2 : 1
    }
    return min(index, words.count)
  }
}
