/// A logical line that is no recipe's, cut at its comment and its `;`.
struct LineParts {
  /// What stands before the comment; `\#` is `#`.
  let code: [Unicode.Scalar]
  /// What stands after the first `#`.
  let comment: [Unicode.Scalar]?
  /// What stands before the first `;`, where one comes before the comment.
  let beforeSemicolon: [Unicode.Scalar]?
  /// What stands after that `;`, comments included.
  let afterSemicolon: [Unicode.Scalar]

  init(_ line: [Unicode.Scalar]) {
    var code: [Unicode.Scalar] = []
    var comment: [Unicode.Scalar]?
    var before: [Unicode.Scalar]?
    var after: [Unicode.Scalar] = []
    var references = ReferenceDepth()
    for (index, scalar) in line.enumerated() {
      if !references.isInside {
        if scalar == "#", code.last == "\\" {
          code[code.count - 1] = "#"
          continue
        }
        if scalar == "#" {
          comment = Array(line[(index + 1)...])
          break
        }
        if scalar == ";", before == nil {
          before = code
          after = Array(line[(index + 1)...])
        }
      }
      references.read(scalar)
      code.append(scalar)
    }
    self.code = code
    self.comment = comment
    beforeSemicolon = before
    afterSemicolon = after
  }

  /// The text of a `## help` comment.
  var help: String? {
    guard let comment, comment.first == "#" else { return nil }
    let text = String(comment.dropFirst().trimmed)
    return text.isEmpty || text.hasPrefix("@") ? nil : text
  }
}

/// Knows whether a text is inside of `$(…)`.
struct ReferenceDepth {
  private var closers: [Unicode.Scalar] = []
  private var isAfterDollar = false

  var isInside: Bool { !closers.isEmpty }

  mutating func read(_ scalar: Unicode.Scalar) {
    defer { isAfterDollar = scalar == "$" && !isAfterDollar }
    if scalar == closers.last {
      closers.removeLast()
    } else if scalar == "(", isAfterDollar || closers.last == ")" {
      closers.append(")")
    } else if scalar == "{", isAfterDollar || closers.last == "}" {
      closers.append("}")
    }
  }
}
