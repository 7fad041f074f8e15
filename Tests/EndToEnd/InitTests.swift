import Foundation
import TaskCLI
import Testing

/// How a folder gets its first tasks.yaml.
@Suite struct InitTests {
  @Test func `it writes a file whose task runs, and whose comments become tasks`() async throws {
    let test = ToolTest()
    await test.run("init").expect(output: "wrote tasks.yaml with 1 task: `ugc-tasks list` shows them\n")
    await test.run("list").expect(output: "hello  Say where this is\n")
    await test.run("run", "hello").expect(output: "hello from dev\n")
    let text = try #require(test.folder.read("tasks.yaml"))
    // A comment that holds YAML begins like a key, a dash or a flow.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.firstMatch(of: #/^  # ( *)(- |[A-Za-z-]+:( |$))/#) == nil || line.contains(" tells of its inputs")
        ? String(line) : String(line).replacing("  # ", with: "  ", maxReplacements: 1)
    }
    test.folder.write("all.yaml", lines.joined(separator: "\n"))
    await test.run("check", "-f", "all.yaml").expect(output: "all.yaml is valid: 7 tasks\n")
    await test.run("run", "all", "-q", "-f", "all.yaml").expect(
      output: "hello | hello from dev\nall/1:hello | hello from test\nall/finally-1:hello | hello from dev\n")
  }

  @Test func `a file that is there is left as it is`() async {
    let test = ToolTest(tasks: "version: 1\ntasks: { seed: {} }\n").standing(in: "below")
    await test.run("init", "-C", "..").expect(
      error: """
        error: ../tasks.yaml is there already, and was left as it is
        help: name another file with -f FILE, or remove it first

        """, status: .usage)
    #expect(test.folder.read("tasks.yaml") == "version: 1\ntasks: { seed: {} }\n")
    await test.run("init").expect(output: "wrote tasks.yaml with 1 task: `ugc-tasks list` shows them\n")
    await test.run("init", "-f", "no/such/t.yaml").expect(
      error: """
        error: no/such/t.yaml cannot be written: there is no such folder
        help: make it first

        """, status: .usage)
  }

  @Test func `without a task file, the way to one is told`() async {
    let outcome = await ToolTest().run("list")
    #expect(outcome.error.hasSuffix("or begin one with `ugc-tasks init`\n"))
  }
}
