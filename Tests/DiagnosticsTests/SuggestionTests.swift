import Testing

@testable import Diagnostics

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("SEEDCOUNT", "SEED_COUNT"), ("seed-count", "seedCount"), ("neds", "needs"), ("stpes", "steps"),
    ("deletseed", "deleteSeed"),
  ])
  func `a slip finds what was meant`(name: String, meant: String) {
    let candidates = ["needs", "steps", "seedCount", "SEED_COUNT", "deleteSeed", meant]
    #expect(Suggestion.nearest(to: name, among: [meant] + candidates) == meant)
  }

  @Test func `what is far from everything finds nothing`() {
    #expect(Suggestion.nearest(to: "database", among: ["needs", "steps", "with"]) == nil)
    #expect(Suggestion.help(for: "", among: ["needs"]) == nil)
  }

  @Test func `a name is no suggestion for itself`() {
    #expect(Suggestion.nearest(to: "seed", among: ["seed"]) == nil)
  }
}
