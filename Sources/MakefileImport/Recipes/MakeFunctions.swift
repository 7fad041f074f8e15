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
    guard isPlain(from), isPlain(to) else { throw Untranslatable("a pattern holds unusual characters") }
    guard let cut = Percent(from) else { return mapped(list, "case $w in (\(from)) w=\(to);; esac") }
    let stem = (cut.before.isEmpty ? "" : "w=${w#\(cut.before)}; ") + (cut.after.isEmpty ? "" : "w=${w%\(cut.after)}; ")
    let whole = Percent(to).map { "w=\($0.before)$" + "{w}\($0.after)" } ?? "w=\(to)"
    return mapped(list, "case $w in (\(cut.before)*\(cut.after)) \(stem)\(whole);; esac")
  }

  /// `filter` and `filter-out` by patterns that are known only when the script runs.
  static func filtered(_ list: String, by patterns: String, keeps: Bool) -> String {
    let matches = "case $p in (*%*) case $w in (\"${p%%%*}\"*\"${p#*%}\") m=1;; esac;; (\"$w\") m=1;; esac"
    let test = "[ -\(keeps ? "z" : "n") \"$m\" ] || { \(put("$w")); }"
    return eachWord(of: list, "m=; for p in \(patterns); do \(matches); done; \(test)")
  }

  /// The patterns of `filter`, for a `case`.
  static func casePatterns(_ patterns: [String]) throws(Untranslatable) -> String {
    for pattern in patterns where !isPlain(pattern) {
      throw Untranslatable("a pattern holds unusual characters")
    }
    return patterns.map { $0.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "*") }
      .joined(separator: "|")
  }

  private static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { ShellExpressions.isSafe($0) && !$0.isBlank }
  }
}
