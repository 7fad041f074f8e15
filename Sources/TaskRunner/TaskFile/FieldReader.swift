import Documents
import OrderedCollections
import TaskKit

/// Reads the parts of tasks.yaml by their kind, and collects what is wrong with them.
struct FieldReader {
  private let source: SourceText
  private(set) var problems: [Diagnostic]

  init(source: SourceText, problems: [Diagnostic]) {
    self.source = source
    self.problems = problems
  }

  mutating func add(_ problem: Diagnostic) {
    problems.append(problem)
  }

  func location(_ range: SourceRange) -> SourceLocation {
    SourceLocation(source: source, range: range)
  }

  func origin(_ range: SourceRange) -> Origin {
    .source(location(range))
  }

  /// Hands each known key to `read`; the others are faults.
  mutating func forEachField<Key: TaskFileKey>(
    of node: Node, in place: String, as keys: Key.Type, _ read: (inout FieldReader, Key, Node.Entry) -> Void
  ) {
    forEachEntry(of: node, in: place) { fields, entry in
      guard let key = Key(rawValue: entry.key) else {
        let known = Key.allCases.map(\.rawValue)
        return fields.add(.unknownKey(entry.key, in: place, known: known, at: fields.origin(entry.keyRange)))
      }
      read(&fields, key, entry)
    }
  }

  mutating func forEachEntry(of node: Node, in place: String, _ read: (inout FieldReader, Node.Entry) -> Void) {
    switch node.content {
    case .mapping(let entries): entries.forEach { read(&self, $0) }
    case .null: break
    default: add(.wrongKind(place, wanted: "a mapping", found: node, at: origin(node.range)))
    }
  }

  mutating func items(_ node: Node, in place: String) -> [Node] {
    switch node.content {
    case .sequence(let items): return items
    case .null: return []
    default:
      add(.wrongKind(place, wanted: "a list", found: node, at: origin(node.range)))
      return []
    }
  }

  mutating func text(_ node: Node, in place: String) -> LocatedText? {
    guard let text = node.scalarText, !text.isEmpty else {
      add(
        node.scalarText == ""
          ? .emptyText(place, at: origin(node.range))
          : .wrongKind(place, wanted: "text", found: node, at: origin(node.range)))
      return nil
    }
    return LocatedText(text: text, location: location(node.range))
  }

  mutating func texts(_ node: Node, in place: String) -> [LocatedText] {
    items(node, in: place).compactMap { text($0, in: place) }
  }

  /// Patterns of files; nothing is no empty list.
  mutating func patterns(_ node: Node, in place: String) -> [LocatedText]? {
    guard !node.isNull else {
      add(.wrongKind(place, wanted: "a list", found: node, at: origin(node.range)))
      return nil
    }
    return texts(node, in: place)
  }

  /// Input names; a variable's name is told to be one.
  mutating func inputNames(_ node: Node, in place: String) -> [LocatedText] {
    let names = texts(node, in: place)
    for name in names where !InputName.isValid(name.text) {
      add(.badInputName(name.text, in: place, at: .source(name.location)))
    }
    return names
  }

  mutating func flag(_ node: Node, in place: String) -> Bool {
    guard case .boolean(let value, _) = node.content else {
      add(.wrongKind(place, wanted: "true or false", found: node, at: origin(node.range)))
      return false
    }
    return value
  }

  /// A time with its unit: `500ms`, `90s`, `5m`, `1h`.
  mutating func duration(_ node: Node, in place: String) -> LocatedDuration? {
    guard let text = node.scalarText, let duration = Duration(written: text), duration > .zero else {
      add(.badDuration(place, at: origin(node.range)))
      return nil
    }
    return LocatedDuration(duration: duration, text: text, location: location(node.range))
  }

  mutating func id(_ node: Node, in place: String) -> LocatedText? {
    guard let id = text(node, in: place) else { return nil }
    let isValid = id.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    if !isValid { add(.badId(id.text, at: .source(id.location))) }
    return isValid ? id : nil
  }

  /// A text that may hold `${name}`, or nothing.
  mutating func writtenText(_ node: Node, in place: String) -> WrittenValue? {
    switch node.content {
    case .sequence, .mapping:
      add(.wrongKind(place, wanted: "text", found: node, at: origin(node.range)))
      return nil
    default:
      return WrittenValue(content: .text(node.scalarText ?? ""), location: location(node.range))
    }
  }

  /// A condition of `when`.
  mutating func condition(_ node: Node, in place: String) -> LocatedCondition? {
    guard let text = node.scalarText else {
      add(.wrongKind(place, wanted: "a condition", found: node, at: origin(node.range)))
      return nil
    }
    do throws(Condition.Malformation) {
      let condition = try Condition(text)
      if condition.isConstant { add(.constantCondition(text, at: origin(node.range))) }
      return LocatedCondition(condition: condition, location: location(node.range))
    } catch {
      add(.badCondition(error, at: origin(node.range)))
      return nil
    }
  }

  /// A text and nothing else: `false` is no question.
  mutating func question(_ node: Node, in place: String) -> WrittenValue? {
    guard case .string(let text) = node.content, !text.isEmpty else {
      add(.wrongKind(place, wanted: "text", found: node, at: origin(node.range)))
      return nil
    }
    return WrittenValue(content: .text(text), location: location(node.range))
  }

  /// Values by input name.
  mutating func values(_ node: Node, in place: String) -> WrittenValues {
    var values = WrittenValues()
    forEachEntry(of: node, in: place) { fields, entry in
      guard InputName.isValid(entry.key) else {
        return fields.add(.badInputName(entry.key, in: place, at: fields.origin(entry.keyRange)))
      }
      var value = fields.value(entry.value, in: "`\(entry.key)` in \(place)")
      value?.nameLocation = fields.location(entry.keyRange)
      values[entry.key] = value
    }
    return values
  }

  private mutating func value(_ node: Node, in place: String) -> WrittenValue? {
    guard case .sequence(let items) = node.content else { return writtenText(node, in: place) }
    let texts = items.compactMap { writtenText($0, in: place) }
    let list = texts.map { value in if case .text(let text) = value.content { text } else { "" } }
    return WrittenValue(content: .list(list), location: location(node.range))
  }
}

extension Node {
  var isNull: Bool {
    if case .null = content { true } else { false }
  }
}
