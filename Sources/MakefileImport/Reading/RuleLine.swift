/// What follows the targets of a rule and their colon.
struct RuleLine {
  let isDoubleColon: Bool
  let isStaticPattern: Bool
  let prerequisites: [Unicode.Scalar]
  /// What follows `|`.
  let orderOnly: [Unicode.Scalar]

  init(afterColon text: ArraySlice<Unicode.Scalar>) {
    isDoubleColon = text.first == ":"
    let rest = text.drop { $0 == ":" }
    isStaticPattern = Self.colon(in: Array(rest)) != nil
    var references = ReferenceDepth()
    var bar: Int?
    for (index, scalar) in zip(rest.indices, rest) {
      if scalar == "|", !references.isInside {
        bar = index
        break
      }
      references.read(scalar)
    }
    prerequisites = Array(rest[..<(bar ?? rest.endIndex)])
    orderOnly = bar.map { Array(rest[($0 + 1)...]) } ?? []
  }

  /// Where the colon stands that ends the targets, outside of `$(…)`.
  static func colon(in line: [Unicode.Scalar]) -> Int? {
    var references = ReferenceDepth()
    for (index, scalar) in line.enumerated() {
      if scalar == ":", !references.isInside, index == 0 || line[index - 1] != "\\" { return index }
      references.read(scalar)
    }
    return nil
  }

  /// What may be wrong with a line that is no rule.
  static func hint(_ parts: LineParts) -> String {
    parts.code.first?.isBlank == true
      ? "begin a recipe's line with a tab, not with spaces" : "write `target: prerequisites` or `NAME = value`"
  }
}
