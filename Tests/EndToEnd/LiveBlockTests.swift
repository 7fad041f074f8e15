import TaskCLI
import Testing

/// What a terminal shows of several tasks.
@Suite(.timeLimit(.minutes(2))) struct LiveBlockTests {
  private let test = ToolTest(
    tasks: """
      version: 1
      tasks:
        a: { uses: exec, with: { script: 'echo one; echo two' } }
        b: { uses: exec, with: { script: 'echo three; exit 3' } }
        seed: {}
        good: { steps: [a, seed] }
        bad: { steps: [a, b] }
      """)

  /// What a terminal shows once everything was written: escape codes that go up and erase are followed.
  private func screen(_ text: String) -> [String] {
    var lines = [""]
    var rest = text[...]
    while let character = rest.popFirst() {
      if character == "\n" || character == "\r\n" {
        lines.append("")
      } else if character == "\u{1B}", rest.first == "[" {
        let code = rest.dropFirst().prefix { !$0.isLetter }
        let letter = rest.dropFirst(1 + code.count).first
        rest = rest.dropFirst(2 + code.count)
        if letter == "A" { lines.removeLast(min(Int(code) ?? 1, lines.count - 1)) }
        if letter == "J" { lines[lines.count - 1] = "" }
      } else if character != "\r" {
        lines[lines.count - 1].append(character)
      }
    }
    return lines
  }

  private let terminal = Terminal(isInput: true, isOutput: true, isError: true, width: 60)

  @Test func `a finished task leaves one line, results stay, and what scripts write does not`() async {
    let run = await test.terminal(terminal).run("run", "good", "--color", "never", "SEED_COUNT=2")
    #expect(run.status == .succeeded)
    #expect(run.output == "good/2:seed | seeded 2 channels and 2 streams in UGC-dev (0 from JSON, 1 offline, 1 live)\n")
    #expect(
      screen(run.error) == [
        "ok good/1:a (T)", "good/2:seed: local stack UGC-dev, region us-west-2, account 000000000000",
        "ok good/2:seed (T)", "ok good (T)", "", "summary", "ok        good/1:a     (T)", "ok        good/2:seed  (T)",
        "ok        good         (T)", "what they wrote: `ugc-tasks logs 20270115t080000000z-7`", "",
      ])
    #expect(run.error.contains("▸ good/1:a  0 s"))
  }

  @Test func `a failing task's last lines are shown at the end`() async {
    let run = await test.terminal(terminal).run("run", "bad", "--color", "never")
    #expect(run.output == "")
    let lines = screen(run.error)
    #expect(lines.contains("failed bad/2:b (T): the script of `b` ended with exit code 3"))
    #expect(!lines.contains { $0.contains("one") || $0.contains("two") })
    #expect(lines.contains("the last lines of bad/2:b:"))
    #expect(lines.contains("  | three"))
  }

  @Test func `the last line of a running task is shown, and no line is wider than the terminal`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          a: { uses: exec, with: { script: "seq -s x 100; echo > ready; while [ ! -e go ]; do sleep 0.01; done" } }
          all: { steps: [a] }
        """)
    let running = test.terminal(terminal).start("run", "all", "--color", "never")
    _ = await running.said("  1x2x3x4x5x6x")
    test.folder.write("go", "")
    let run = await running.ending.value
    #expect(run.error.contains(#/▸ all\/1:a  \d+ s  1x2x3x4x5x6x/#))
    for line in run.error.split(separator: "\n") where line.contains("▸") {
      #expect(line.split(separator: "\r").allSatisfy { $0.filter { $0 != "\u{1B}" }.count < 64 })
    }
  }

  @Test func `where only errors go to the terminal, output is passed through`() async {
    let run = await test.terminal(Terminal(isError: true)).run("run", "good", "--color", "never", "SEED_COUNT=1")
    #expect(run.output.hasPrefix("good/1:a | one\ngood/1:a | two\n"))
  }

  @Test func `verbose shows what scripts write`() async {
    let run = await test.terminal(terminal).run("run", "good", "-v", "--color", "never", "SEED_COUNT=1")
    #expect(run.output.hasPrefix("good/1:a | one\ngood/1:a | two\n"))
  }
}
