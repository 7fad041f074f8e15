/// Goes over the lines of a Makefile, joining those that a backslash continues.
struct LineCursor {
  private let lines: [SourceLine]
  private var index = 0

  init(_ lines: [SourceLine]) {
    self.lines = lines
  }

  mutating func next() -> SourceLine? {
    guard index < lines.count else { return nil }
    defer { index += 1 }
    return lines[index]
  }

  /// The line with those that follow its backslashes, each joint one space.
  mutating func joined(_ line: SourceLine) -> [Unicode.Scalar] {
    var text = line.scalars
    var last = line
    while last.isContinued, let next = next() {
      text.removeLast()
      while text.last?.isBlank == true { text.removeLast() }
      text.append(" ")
      text.append(contentsOf: next.scalars.drop { $0.isBlank })
      last = next
    }
    if last.isContinued { text.removeLast() }
    return text
  }

  /// A recipe's line with those that follow its backslashes, which stay.
  mutating func recipeText(_ line: SourceLine) -> [Unicode.Scalar] {
    var text = Array(line.scalars.dropFirst())
    var last = line
    while last.isContinued, let next = next() {
      text.append("\n")
      text.append(contentsOf: next.scalars.first == "\t" ? next.scalars.dropFirst() : next.scalars[...])
      last = next
    }
    if last.isContinued { text.removeLast() }
    return text
  }

  /// The logical lines of a recipe that is not indented.
  static func recipe(_ body: [SourceLine]) -> [[Unicode.Scalar]] {
    var lines: [[Unicode.Scalar]] = []
    var isContinued = false
    for line in body {
      if isContinued {
        lines[lines.count - 1].append("\n")
        lines[lines.count - 1].append(contentsOf: line.scalars)
      } else {
        lines.append(line.scalars)
      }
      isContinued = line.isContinued
    }
    return lines
  }
}
