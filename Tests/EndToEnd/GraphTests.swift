import TaskCLI
import Testing

@Suite struct GraphTests {
  private static let test = ToolTest(
    tasks: """
      version: 1
      secrets: [token]
      tasks:
        gen: { uses: exec, with: { script: ':' } }
        cell: { matrix: { n: [1, 'two"#'] }, uses: exec, with: { script: ':' } }
        off: { when: "${ci} == 'true'", uses: exec, with: { script: ':' } }
        all: { needs: [gen], steps: [cell, off, gen], finally: [off] }
      """.replacing("'two\"#'", with: "two#2"))

  @Test func `the calls of tasks are a flowchart`() async {
    await Self.test.run("graph", "all").expect(
      output: """
        flowchart LR
          c0["all"]
          c1["gen"]
          c2["all/1:cell"]
          c3["all/1:cell[n=1]"]
          c4["all/1:cell[n=two#35;2]"]
          c5["all/2:off"]
          c6["all/3:gen"]
          c7["all/finally-1:off"]
          c1 --> c0
          c0 -- 1 --> c2
          c0 -- 2 --> c5
          c0 -- 3 --> c6
          c0 -. finally 1 .-> c7
          c2 ==> c3
          c2 ==> c4
          style c5 stroke-dasharray: 4 4
          style c7 stroke-dasharray: 4 4

        """)
  }

  @Test func `the same as JSON`() async throws {
    let graph = try JSONValue(parsing: await Self.test.run("graph", "all", "--json", "CI=true").output)
    #expect(graph["calls"]?.items.count == 8)
    #expect(graph["calls"]?.items.first == ["call": "all", "task": "all", "uses": .null, "skipped": .null])
    #expect(
      graph["edges"]?.items.first == ["from": "gen", "to": "all", "kind": "need", "number": .null])
    #expect(
      graph["edges"]?.items.last == [
        "from": "all/1:cell", "to": "all/1:cell[n=two#2]", "kind": "cell", "number": .null,
      ])
  }
}
