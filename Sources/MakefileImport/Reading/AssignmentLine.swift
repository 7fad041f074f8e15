/// `NAME = value` with the words before it: `override`, `export`, `private`.
struct AssignmentLine {
  let name: [Unicode.Scalar]
  let operation: Assignment.Operation
  let value: [Unicode.Scalar]
  let isOverride: Bool
  let isExported: Bool

  /// Nil where a line is no assignment.
  init?(_ line: some BidirectionalCollection<Unicode.Scalar>) {
    let whole = Array(line.trimmed)[...]
    var rest = whole
    var modifiers: Set<String> = []
    while let word = Self.modifier(of: rest) {
      modifiers.insert(word)
      rest = rest.dropFirst(word.count).drop { $0.isBlank }
    }
    var parsed = Self.parse(rest)
    if parsed?.name.isEmpty ?? true {
      // A variable may be named as a modifier is.
      parsed = Self.parse(whole)
      modifiers = []
    }
    guard let (name, operation, value) = parsed, !name.isEmpty else { return nil }
    self.name = name
    self.operation = operation
    self.value = value
    isOverride = modifiers.contains("override")
    isExported = modifiers.contains("export")
  }

  private static func modifier(of text: ArraySlice<Unicode.Scalar>) -> String? {
    let word = String(text.prefix { !$0.isBlank })
    return ["override", "export", "private", "unexport"].contains(word) ? word : nil
  }

  private static func parse(
    _ text: ArraySlice<Unicode.Scalar>
  ) -> (name: [Unicode.Scalar], operation: Assignment.Operation, value: [Unicode.Scalar])? {
    let text = text.drop { $0.isBlank }
    var references = ReferenceDepth()
    var index = text.startIndex
    var nameEnd: Int?
    while index < text.endIndex {
      let scalar = text[index]
      if !references.isInside {
        if let (operation, length) = operation(at: text[index...]) {
          return (
            Array(text[..<(nameEnd ?? index)]), operation, Array(text[(index + length)...].trimmed)
          )
        }
        if scalar == ":" { return nil }
        if scalar.isBlank {
          nameEnd = nameEnd ?? index
        } else if nameEnd != nil {
          return nil
        }
      }
      references.read(scalar)
      index += 1
    }
    return nil
  }

  private static func operation(at text: ArraySlice<Unicode.Scalar>) -> (Assignment.Operation, Int)? {
    for (written, operation) in operations where text.starts(with: written.unicodeScalars) {
      return (operation, written.unicodeScalars.count)
    }
    return nil
  }

  private static let operations: [(String, Assignment.Operation)] = [
    (":::=", .simple), ("::=", .simple), (":=", .simple), ("?=", .ifUndefined), ("+=", .append), ("!=", .shell),
    ("=", .recursive),
  ]
}
