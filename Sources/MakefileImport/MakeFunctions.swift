/// Forms of POSIX shell for functions that work on lists of words.
enum MakeFunctions {
  /// Does something to each word `$w` of a list, and gives those for which it prints.
  static func eachWord(of list: String, _ body: String) -> String {
    "$(set -f; s=; for w in \(list); do \(body); done)"
  }

  /// Each word after what changes `$w`.
  static func mapped(_ list: String, _ change: String, result: String = "$w") -> String {
    eachWord(of: list, (change.isEmpty ? "" : change + "; ") + put(result))
  }

  static func put(_ text: String) -> String { "printf '%s%s' \"$s\" \"\(text)\"; s=' '" }

  /// `$(patsubst from,to,list)`.
  static func patternSubstitution(
    _ from: String, _ to: String, in list: String
  ) throws(Untranslatable) -> String {
    let parts = from.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard try isPlain(from), try isPlain(to) else { throw Untranslatable("a pattern holds unusual characters") }
    guard parts.count == 2 else { return mapped(list, "case $w in (\(from)) w=\(to);; esac") }
    let ends = to.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let stem = (parts[0].isEmpty ? "" : "w=${w#\(parts[0])}; ") + (parts[1].isEmpty ? "" : "w=${w%\(parts[1])}; ")
    let whole = ends.count == 2 ? "w=\(ends[0])$" + "{w}\(ends[1])" : "w=\(to)"
    return mapped(list, "case $w in (\(parts[0])*\(parts[1])) \(stem)\(whole);; esac")
  }

  /// The patterns of `filter`, for a `case`.
  static func casePatterns(_ patterns: [String]) throws(Untranslatable) -> String {
    for pattern in patterns where try !isPlain(pattern) {
      throw Untranslatable("a pattern holds unusual characters")
    }
    return patterns.map { $0.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "*") }
      .joined(separator: "|")
  }

  private static func isPlain(_ text: String) throws(Untranslatable) -> Bool {
    text.unicodeScalars.allSatisfy { ShellExpressions.isSafe($0) && !$0.isBlank }
  }
}
