/// Names of files as patterns of `sources` and `generates`.
enum FilePatternText {
  /// Nil where a name can be none.
  static func pattern(_ name: String) -> String? {
    guard !name.isEmpty, !name.contains(where: { "{}~!\0\\".contains($0) }),
      name.contains(where: { $0 != "/" && $0 != "." })
    else { return nil }
    if let bracket = name.lastIndex(of: "["), !name[bracket...].dropFirst(2).contains("]") { return nil }
    return name
  }
}
