/// A name whose value is known only while the run goes on.
enum RuntimeReference: Hashable {
  case runStatus
  case runError
  /// `${needs.ID.key}`, `${steps.ID[shard=1].key}`.
  case output(of: CallGroup, id: String, cell: MatrixCell.Name?, key: String)

  /// Nil where the name is that of a value.
  init?(_ name: String) {
    switch name {
    case "run.status": self = .runStatus
    case "run.error": self = .runError
    default:
      guard let group = CallGroup.allCases.first(where: { name.hasPrefix("\($0.rawValue).") }) else { return nil }
      // The name of a task may hold dots, a key does not.
      let rest = name.dropFirst(group.rawValue.count + 1)
      guard let dot = rest.lastIndex(of: "."), dot != rest.startIndex else { return nil }
      let key = rest[rest.index(after: dot)...]
      guard key.first?.isNumber == false, key.allSatisfy(\.isOutputKeyCharacter) else { return nil }
      let (id, cell) = MatrixCell.Name.split(rest[..<dot])
      guard !id.isEmpty else { return nil }
      self = .output(of: group, id: id, cell: cell, key: String(key))
    }
  }
}

/// The calls of a task whose outputs it can read.
enum CallGroup: String, CaseIterable, Sendable {
  case needs
  case steps
}

extension Character {
  fileprivate var isOutputKeyCharacter: Bool {
    isASCII && (isLetter || isNumber || self == "_" || self == "-")
  }
}
