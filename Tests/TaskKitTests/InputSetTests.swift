import Testing

@testable import TaskKit

private enum Colour: String, CaseIterable, InputValue { case red, green }

private struct Shared: InputSet {
  @Input("A place.", .defaultText("in-${colour}")) var place: String
}

private struct Painting: TaskPlugin {
  static let manifest = PluginManifest(
    name: "painting", version: 1, effects: .writes, summary: "Paint", example: "with: {}")

  @Input("How many.", .between(1...9)) var count = 3
  @Input("Which.") var colour = Colour.red
  @Input("Perhaps a note.") var note: String? = nil
  @Input("Must be given.", .secret) var token: String
  @Input("Words.", .fileOnly) var words: [String] = ["a"]
  @InputGroup var shared: Shared

  func run(_ context: TaskContext) async throws -> TaskOutputs { [:] }
}

@Suite struct InputSetTests {
  @Test func `declarations come in order, groups flattened`() {
    #expect(Painting.inputs.map(\.name) == ["count", "colour", "note", "token", "words", "place"])
    #expect(
      Painting.inputs.map(\.defaultContent)
        == [.text("3"), .text("red"), nil, nil, .list(["a"]), .text("in-${colour}")])
    #expect(Painting.inputs.map(\.isRequired) == [false, false, false, true, false, false])
    #expect(Painting.inputs[0].bounds == "between 1 and 9")
    #expect(Painting.inputs[1].type.choices == ["red", "green"])
    #expect(Painting.inputs[3].isSecret)
    #expect(DeclarationCheck.mistakes(of: Painting.self).isEmpty)
  }

  @Test func `settled inputs fill a plugin, with their origins`() throws {
    func settled(_ name: String, _ value: any InputValue) -> SettledInput {
      SettledInput(
        name: name, value: value, written: "", origin: .commandLine(variable: "X", value: "1"),
        isSecret: name == "token")
    }
    let plugin = try Painting(settled: [
      settled("count", 7), settled("colour", Colour.green), settled("note", String?.some("hi")),
      settled("token", "secret"), settled("words", ["x", "y"]), settled("place", "here"),
    ])
    #expect(plugin.count == 7)
    #expect(plugin.colour == .green)
    #expect(plugin.note == "hi")
    #expect(plugin.words == ["x", "y"])
    #expect(plugin.shared.place == "here")
    #expect(plugin.$token.isSecret)
    #expect(plugin.$count.origin.description == "X on the command line")
  }

  @Test func `a nil default stays nil`() throws {
    let inputs = Painting.inputs.first { $0.name == "note" }
    let value = try #require(inputs).value(of: .text(""))
    guard case .success(let nothing as String?) = value else {
      Issue.record("not an optional text")
      return
    }
    #expect(nothing == nil)
  }

  @Test func `a unit test sets what it needs`() {
    var plugin = Painting()
    plugin.count = 5
    plugin.token = "x"
    #expect(plugin.count == 5)
    #expect(plugin.token == "x")
    #expect(plugin.$token.written == "x")
    #expect(plugin.$colour.written == "red")
  }

  @Test func `values outside the rules say what is wanted`() throws {
    let count = try #require(Painting.inputs.first)
    #expect(throws: InputProblem.wrongType(expectation: "a whole number")) { try count.value(of: .text("x")).get() }
    #expect(throws: InputProblem.outOfBounds("between 1 and 9")) { try count.value(of: .text("10")).get() }
    #expect(throws: InputProblem.wrongType(expectation: "a whole number")) { try count.value(of: .list(["1"])).get() }
  }
}
