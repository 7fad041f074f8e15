import Testing

@testable import TaskRunner

private struct One: TaskPlugin {
  static let manifest = PluginManifest(name: "one", version: 1, effects: .reads, summary: "One", example: "")
  var stray = 1
  func run(_ context: TaskContext) async throws -> TaskOutputs { [:] }
}

private struct Two: TaskPlugin {
  static let manifest = PluginManifest(name: "one", version: 1, effects: .reads, summary: "Two", example: "")
  func run(_ context: TaskContext) async throws -> TaskOutputs { [:] }
}

@Suite struct PluginCatalogTests {
  private func message(_ work: () throws -> Void) -> String? {
    do {
      try work()
      return nil
    } catch {
      return (error as? DiagnosticError)?.diagnostics.first?.message
    }
  }

  @Test func `two plugins of one name are refused`() {
    #expect(message { _ = try PluginCatalog([One.self, Two.self]) } == "two plugins are named `one`")
  }

  @Test func `a wrong declaration is refused when the plugin is asked for`() throws {
    let catalog = try PluginCatalog([One.self])
    #expect(
      message { _ = try catalog.plugin(named: "one") }
        == "the plugin `one` is declared wrongly: `stray` is a stored property, but no input")
    #expect(try catalog.plugin(named: "two") == nil)
  }
}
