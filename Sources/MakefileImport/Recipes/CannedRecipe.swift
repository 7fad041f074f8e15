/// A line of a recipe that is nothing but the name of a `define`.
enum CannedRecipe {
  /// Longer ones, in many places, would make a file without end.
  private static let mostLines = 100
  private static let mostCharacters = 20_000

  /// The lines that stand for it; nil where the line is another one.
  static func lines(of line: RecipeLine, _ variables: VariableTable) -> [RecipeLine]? {
    let prefix = line.text.prefix { RecipePrefix.isOne($0) }
    let rest = line.text.dropFirst(prefix.count).trimmed
    guard rest.first == "$", rest.count < 200, case .reference(let name)? = MakeText(rest).parts.first,
      MakeText(rest).parts.count == 1, case .canned? = variables[name]?.kind,
      let definition = variables[name]?.definitions.first, variables[name]?.definitions.count == 1,
      definition.path.isEmpty, definition.cannedLines.count <= mostLines,
      definition.cannedLines.reduce(0, { $0 + $1.count }) <= mostCharacters
    else { return nil }
    return definition.cannedLines.map {
      RecipeLine(text: Array(prefix) + Array($0.trimmed), place: line.place, path: line.path)
    }
  }
}
