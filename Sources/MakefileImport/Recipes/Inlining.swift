/// Writes functions of the Makefile, and loops over lists that it knows, as the text that they become.
struct Inlining {
  private static let deepest = 20
  private static let mostParts = 10_000

  private let variables: VariableTable
  private let statics: StaticText
  private var parts = 0
  /// Whether a list was written that a variable could change.
  private(set) var wroteList = false

  init(_ variables: VariableTable) {
    self.variables = variables
    statics = StaticText(variables: variables)
  }

  /// The text with what can be inlined; the rest stays.
  mutating func text(_ text: MakeText) -> MakeText {
    guard text.contains(where: { if case .call("call", _) = $0 { true } else { Self.isLoop($0) } }) else { return text }
    return inlined(text, [:], depth: 0)
  }

  private static func isLoop(_ part: MakeText.Part) -> Bool {
    if case .call("foreach", _) = part { true } else { false }
  }

  private mutating func inlined(_ text: MakeText, _ values: [String: MakeText], depth: Int) -> MakeText {
    var result = MakeText()
    for part in text.parts {
      parts += 1
      guard depth < Self.deepest, parts < Self.mostParts else { return MakeText([.unreadable("it is too long")]) }
      result.append(inlined(part, values, depth: depth + 1))
    }
    return result
  }

  private mutating func inlined(_ part: MakeText.Part, _ values: [String: MakeText], depth: Int) -> MakeText {
    switch part {
    case .reference(let name): return values[name] ?? MakeText([part])
    case .call("call", let arguments):
      let arguments = arguments.map { inlined($0, values, depth: depth) }
      guard let name = arguments.first?.literal?.trimmed, case .pasted(let body)? = variables[name]?.kind else {
        return MakeText([.call("call", arguments)])
      }
      var own = Dictionary(uniqueKeysWithValues: (0...9).map { (String($0), MakeText()) })
      for (number, argument) in arguments.enumerated() where number > 0 { own[String(number)] = argument }
      own["0"] = MakeText([.text(name)])
      return inlined(body, own, depth: depth)
    case .call("foreach", let arguments) where arguments.count == 3:
      let list = inlined(arguments[1], values, depth: depth)
      guard let name = inlined(arguments[0], values, depth: depth).literal?.trimmed,
        let words = statics.words(of: list),
        !words.contains(where: TargetTable.isManyFiles)
      else { return MakeText([.unreadable("the list of `foreach` is not known")]) }
      if list.literal == nil { wroteList = true }
      var result = MakeText()
      for (index, word) in words.enumerated() {
        if index > 0 { result.append(" ") }
        result.append(inlined(arguments[2], values.merging([name: MakeText([.text(word)])]) { $1 }, depth: depth))
      }
      return result
    case .call(let function, let arguments):
      return MakeText([.call(function, arguments.map { inlined($0, values, depth: depth) })])
    case .substitution(let name, let from, let to):
      guard let value = values[name] else { return MakeText([part]) }
      return MakeText([.call("patsubst", [Self.pattern(from), Self.pattern(to), value])])
    case .text, .unreadable: return MakeText([part])
    }
  }

  private static func pattern(_ text: MakeText) -> MakeText {
    text.literal?.contains("%") == true ? text : MakeText([.text("%")] + text.parts)
  }
}
