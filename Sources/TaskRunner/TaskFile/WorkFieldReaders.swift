import Documents
import OrderedCollections
import TaskKit

/// Reads `retry`.
enum RetryReader {
  static let mostAttempts = 100

  static func read(_ entry: Node.Entry, in place: String, _ fields: inout FieldReader) -> Retry? {
    guard case .mapping = entry.value.content else {
      fields.add(
        .wrongKind(
          place, wanted: "a mapping with `attempts`", found: entry.value, at: fields.origin(entry.value.range)))
      return nil
    }
    var attempts: Int?
    var backoff: LocatedDuration?
    fields.forEachField(of: entry.value, in: place, as: RetryKey.self) { fields, key, field in
      switch key {
      case .attempts:
        guard case .integer(let text) = field.value.content, let count = Int(text), (1...mostAttempts).contains(count)
        else {
          var isText = false
          if case .string = field.value.content { isText = true }
          return fields.add(.badAttempts(mostAttempts, isText: isText, at: fields.origin(field.value.range)))
        }
        attempts = count
      case .backoff: backoff = fields.duration(field.value, in: "`backoff` in \(place)")
      }
    }
    if entry.value["attempts"] == nil { fields.add(.retryWithoutAttempts(at: fields.origin(entry.keyRange))) }
    guard let attempts else { return nil }
    return Retry(
      attempts: attempts, backoff: backoff?.duration ?? .seconds(1), location: fields.location(entry.keyRange))
  }
}

/// Reads an entry of `preconditions`.
enum PreconditionReader {
  static func read(_ node: Node, in place: String, _ fields: inout FieldReader) -> Precondition? {
    guard case .mapping = node.content else {
      return fields.text(node, in: place).map { Precondition(script: $0, message: nil) }
    }
    var script: LocatedText?
    var message: WrittenValue?
    fields.forEachField(of: node, in: place, as: PreconditionKey.self) { fields, key, field in
      switch key {
      case .script: script = fields.text(field.value, in: "`script` in \(place)")
      case .message: message = fields.question(field.value, in: "`message` in \(place)")
      }
    }
    guard let script else {
      if node["script"] == nil { fields.add(.preconditionWithoutScript(at: fields.origin(node.range))) }
      return nil
    }
    return Precondition(script: script, message: message)
  }
}

/// Reads `matrix`.
enum MatrixReader {
  static func read(_ node: Node, in place: String, _ fields: inout FieldReader) -> Matrix {
    var matrix = Matrix()
    fields.forEachEntry(of: node, in: place) { fields, entry in
      guard InputName.isValid(entry.key) else {
        return fields.add(.badInputName(entry.key, in: place, at: fields.origin(entry.keyRange)))
      }
      let variable = InputName.variable(for: entry.key)
      if InputName.isReserved(variable: variable) {
        fields.add(.reservedName(entry.key, variable: variable, at: fields.origin(entry.keyRange)))
      }
      let axis = "`\(entry.key)` in \(place)"
      let values = axisValues(entry.value, in: axis, &fields)
      let isEmpty = if case .sequence(let items) = entry.value.content { items.isEmpty } else { entry.value.isNull }
      if isEmpty {
        fields.add(.emptyAxis(axis, at: fields.origin(entry.keyRange)))
      }
      matrix.axes[entry.key] = values
    }
    if matrix.axes.values.contains(where: \.isEmpty) { matrix.axes = [:] }
    if matrix.count == nil { fields.add(.tooManyCells(Matrix.mostCells, at: fields.origin(node.range))) }
    return matrix
  }

  private static func axisValues(_ node: Node, in axis: String, _ fields: inout FieldReader) -> [WrittenValue] {
    var seen: Set<String> = []
    return fields.items(node, in: axis).compactMap { item in
      guard let value = fields.text(item, in: axis) else { return nil }
      guard value.text.allSatisfy(isAllowed) else {
        fields.add(.badCellValue(value.text, at: .source(value.location)))
        return nil
      }
      guard seen.insert(value.text).inserted else {
        fields.add(.repeatedCellValue(value.text, at: .source(value.location)))
        return nil
      }
      return WrittenValue(content: .text(value.text), location: value.location)
    }
  }

  /// What cannot be mistaken in `task[key=value,key=value]` and `${}`.
  private static func isAllowed(_ character: Character) -> Bool {
    !"[]{},=$\"'`\\".contains(character) && !character.isWhitespace && !character.isNewline
      && character.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }
}
