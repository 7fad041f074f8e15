/// A rule for all names that match a pattern: `test-%: build-%`.
struct PatternRule {
  let rule: Rule
  /// The patterns of the targets; each holds a `%`.
  let targets: [String]
  let prerequisites: [String]
  let orderOnly: [String]

  struct Match {
    let stem: String
    let prerequisites: [String]
    let orderOnly: [String]
  }

  /// What the rule is for one name; nil where it is not for it.
  func match(_ name: String) -> Match? {
    let matches = targets.compactMap { Self.match(name, $0) }
    guard let (folder, stem) = matches.min(by: { $0.stem.utf8.count < $1.stem.utf8.count }) else { return nil }
    let texts = { (patterns: [String]) in
      patterns.map { pattern in
        guard let cut = Percent(pattern) else { return pattern }
        return folder + cut.before + stem + cut.after
      }
    }
    return Match(stem: folder + stem, prerequisites: texts(prerequisites), orderOnly: texts(orderOnly))
  }

  /// Without a `/`, a pattern is for the last part of a name.
  private static func match(_ name: String, _ pattern: String) -> (folder: String, stem: String)? {
    guard let cut = Percent(pattern) else { return nil }
    var folder = ""
    if !pattern.contains("/"), let slash = name.lastIndex(of: "/") { folder = String(name[...slash]) }
    return cut.stem(of: String(name.dropFirst(folder.count))).map { (folder, $0) }
  }
}

extension [Unicode.Scalar] {
  /// The text with what stands for the `%` in place of `$*`, which may be the name of a variable: `$($*)`.
  func replacingStem(_ stem: String) -> Self {
    var result: Self = []
    var isAfterDollar = false
    for scalar in self {
      if isAfterDollar, scalar == "*" {
        result.removeLast()
        result += stem.unicodeScalars
      } else {
        result.append(scalar)
      }
      isAfterDollar = scalar == "$" && !isAfterDollar
    }
    return result
  }
}

/// A pattern of make, cut at its first `%`.
struct Percent {
  let before: String
  let after: String

  /// Nil where there is no `%`.
  init?(_ pattern: String) {
    guard let percent = pattern.firstIndex(of: "%") else { return nil }
    before = String(pattern[..<percent])
    after = String(pattern[pattern.index(after: percent)...])
  }

  /// What stands for the `%` in a name; nil where the name does not match.
  func stem(of name: String) -> String? {
    guard name.hasPrefix(before), name.hasSuffix(after), name.utf8.count >= before.utf8.count + after.utf8.count else {
      return nil
    }
    return String(name.dropFirst(before.count).dropLast(after.count))
  }
}
