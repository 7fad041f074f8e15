import Testing

@testable import TaskKit

private struct Wrong: TaskPlugin {
  static let manifest = PluginManifest(
    name: "very wrong", version: 1, effects: .reads, summary: "Has a full stop.",
    outputs: [.integer("n", "One."), .string("n", "Two.")], example: "with: {}")

  @Input("Out of its bounds.", .between(0...1)) var count = 5
  @Input("no full stop") var textJSON = ""
  @Input("Takes PATH.") var path = ""
  @Input("Once.") var sha2 = 1
  @InputGroup var again: Again
  var stray = 3

  struct Again: InputSet {
    @Input("Twice.") var sha2 = 1
    @Input("A list.") var items: [String] = []
  }

  func run(_ context: TaskContext) async throws -> TaskOutputs { [:] }
}

@Suite struct DeclarationCheckTests {
  @Test func `every mistake of an author is found`() {
    #expect(
      DeclarationCheck.mistakes(of: Wrong.self) == [
        "`stray` is a stored property, but no input",
        "the name `very wrong` is not letters, digits and dashes",
        "the summary must be a line without a full stop",
        "the default of `count` is not between 0 and 1",
        "the input name `textJSON` is not camelCase without two capitals in a row",
        "the help of `textJSON` must be a sentence with a full stop",
        "the input `path` would take the reserved variable PATH",
        "`sha2` and `sha2` share the variable SHA2",
        "the list `items` must be .fileOnly: a variable holds no list",
        "the output `n` is declared twice",
      ])
  }
}
