import Testing

@testable import TaskCLI

@Suite struct CommandLineWordsTests {
  @Test func `options before the command move behind it`() {
    #expect(CommandLineWords(["-f", "x.yaml", "-q", "run", "seed"]).parsed == ["run", "-f", "x.yaml", "-q", "seed"])
    #expect(CommandLineWords(["--file=x", "list"]).parsed == ["list", "--file=x"])
    #expect(CommandLineWords(["-C", "dir"]).parsed == ["-C", "dir"])
    #expect(CommandLineWords(["-f"]).parsed == ["-f"])
    #expect(CommandLineWords(["--version"]).parsed == ["--version"])
  }

  @Test func `what follows the first dashes is for scripts`() {
    let words = CommandLineWords(["run", "test", "--", "--filter", "x", "--"])
    #expect(words.parsed == ["run", "test"])
    #expect(words.afterTerminator == ["--filter", "x", "--"])
    #expect(CommandLineWords(["run"]).afterTerminator == nil)
  }
}

@Suite struct RunWordsTests {
  @Test func `words with an equals sign are values, the others tasks`() {
    let words = RunWords(["seed", "A=1", "stack", "B=x=y", "C="])
    #expect(words.tasks == ["seed", "stack"])
    #expect(words.assignments.map { "\($0.variable)|\($0.value)" } == ["A|1", "B|x=y", "C|"])
  }
}
