import Glibc

/// A pattern of files: `Package.swift`, `Sources/**`, `*.json`, `!build/**`.
///
/// `*`, `?` and `[a-z]` stand for a part of a name, `**` for any folders; a folder stands for all files below it.
/// Names that begin with a dot are like any other; `.git` and `.ugc` are found only by name.
struct FilePattern: Sendable {
  enum Component: Sendable, Equatable {
    case name(String)
    case wildcard(String)
    case anyFolders

    /// Whether each `[` of a wildcard is closed.
    var isWellFormed: Bool {
      guard case .wildcard(let pattern) = self, let bracket = pattern.lastIndex(of: "[") else { return true }
      return pattern[bracket...].dropFirst(2).contains("]")
    }

    func matches(_ name: some StringProtocol) -> Bool {
      switch self {
      case .name(let literal): literal.utf8.elementsEqual(name.utf8)
      case .wildcard(let pattern): fnmatch(pattern, String(name), 0) == 0
      case .anyFolders: true
      }
    }
  }

  let written: String
  /// Whether it leaves out what it matches.
  let isExclusion: Bool
  let isAbsolute: Bool
  let components: [Component]

  /// Nil where the text is no pattern.
  init?(_ text: String) {
    written = text
    isExclusion = text.hasPrefix("!")
    let path = isExclusion ? text.dropFirst() : text[...]
    isAbsolute = path.utf8.first == UInt8(ascii: "/")
    var components: [Component] = []
    for part in String(path).pathComponents where part != "." {
      if part == "**" {
        if components.last != .anyFolders { components.append(.anyFolders) }
      } else {
        components.append(
          part.unicodeScalars.contains { "*?[".unicodeScalars.contains($0) }
            ? .wildcard(String(part)) : .name(String(part)))
      }
    }
    guard !components.isEmpty, !path.hasPrefix("~"), !path.contains(where: { "{}\0".contains($0) }),
      components.allSatisfy(\.isWellFormed)
    else { return nil }
    self.components = components
  }

  /// Whether it matches a file or folder, or one that holds it.
  func covers(_ path: [Substring]) -> Bool {
    // A path is covered from each number of components on that the pattern's have been matched up to.
    var reached: Set<Int> = [0]
    for name in path {
      var next: Set<Int> = []
      for index in reached {
        var index = index
        while index < components.count, components[index] == .anyFolders {
          next.insert(index)
          index += 1
        }
        if index < components.count, components[index].matches(name) { next.insert(index + 1) }
      }
      reached = next
      if reached.contains(where: isDone) { return true }
    }
    return false
  }

  private func isDone(_ index: Int) -> Bool {
    index == components.count || index == components.count - 1 && components[index] == .anyFolders
  }
}
