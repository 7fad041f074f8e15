import TaskCLI
import Testing

@Suite struct PermissionTests {
  private let asking = ToolTest(
    tasks: """
      version: 1
      defaults: { stack: UGC-dev }
      tasks:
        seed: { with: { seedCount: 3 } }
        purge:
          uses: deleteSeed
          confirm: Delete all seeded data from ${stack}?
        reset: { steps: [purge, seed] }
      """)

  private func channels() throws -> String? {
    try StackFile(asking).text("SELECT count(*) FROM channels")
  }

  @Test func `without a terminal a question refuses the run, and nothing is done`() async throws {
    #expect(await asking.run("run", "seed").status == .succeeded)
    await asking.run("run", "reset").expect(
      error: """
        error: the task `purge` asks "Delete all seeded data from UGC-dev?", and nobody can answer
        help: answer with --yes, or run it on a terminal

        """, status: .failed)
    #expect(try channels() == "3")
  }

  @Test func `--yes answers`() async throws {
    #expect(await asking.run("run", "seed").status == .succeeded)
    #expect(await asking.run("run", "purge", "--yes").status == .succeeded)
    #expect(try channels() == "0")
  }

  @Test func `a terminal is asked before anything runs`() async throws {
    #expect(await asking.run("run", "seed").status == .succeeded)
    let no = await asking.answer("").run("run", "reset", "--color", "never")
    no.expect(
      error: """
        purge: Delete all seeded data from UGC-dev? [y/N] error: the task `purge` was declined; nothing was run

        """, status: .failed)
    #expect(try channels() == "3")
    #expect(await asking.answer("y").run("run", "purge").status == .succeeded)
    #expect(try channels() == "0")
  }

  @Test func `the end of input is no yes`() async {
    #expect(await asking.answer().run("run", "purge").status == .failed)
  }

  private let guarded = ToolTest(
    tasks: """
      version: 1
      defaults: { stage: dev, stack: 'UGC-${stage}' }
      protected:
        stack: [1️⃣UGC-prod]
      tasks:
        seed: { with: { seedCount: 1 } }
        stack: {}
        say: { uses: exec, with: { script: echo hi } }
      """)

  @Test func `protected values are refused to tasks that change things`() async {
    await guarded.run("run", "seed", "STAGE=prod", "-q").expect(
      error: """
        error: the task `seed` changes things, and stack is `UGC-prod`, which is protected
         --> tasks.yaml:2:32
          |
        2 | defaults: { stage: dev, stack: 'UGC-${stage}' }
          |                                ^^^^^^^^^^^^^^
        note: it is protected here
         --> tasks.yaml:1️⃣
          |
        4 |   stack: [UGC-prod]
          |           ^^^^^^^^
        help: if you mean it, add --allow-protected

        """, status: .failed)
    #expect(!guarded.folder.exists(".ugc"))
    #expect(await guarded.run("run", "say", "STACK=UGC-prod").status == .failed)
    #expect(await guarded.run("run", "seed", "STAGE=prod", "--allow-protected").status == .succeeded)
    #expect(await guarded.run("run", "stack", "STAGE=prod").status == .succeeded)
  }

  @Test func `protection is of values, not of their spelling, and of tasks that have them`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        protected: { seedCount: [1000], stack: [UGC-succeeded], stage: [prod] }
        tasks:
          seed: {}
          say: { uses: exec, with: { script: echo hi } }
          build: { uses: exec, env: { STAGE: prod }, with: { script: echo hi } }
          late: { steps: [say], finally: [{ task: seed, with: { stack: 'UGC-${run.status}', seedCount: 1 } }] }
        """)
    #expect(await test.run("run", "seed", "SEED_COUNT=+1000").status == .failed)
    #expect(await test.variable("STAGE", "prod").run("run", "say").status == .succeeded)
    #expect(await test.run("run", "build").error.contains("stage is `prod`, which is protected"))
    let late = await test.run("run", "late")
    #expect(late.status == .failed)
    #expect(late.error.contains("stack is `UGC-succeeded`, which is protected"))
    #expect(!test.folder.exists(".ugc/stacks"))
    #expect(await test.run("run", "late", "--allow-protected").status == .succeeded)
  }

  @Test func `a question that is empty or comes too late is an error`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          ok: { uses: stack }
          ask: { uses: exec, confirm: 'After ${msg}?', with: { script: echo DID, msg: none } }
          late: { steps: [ok], finally: [{ task: ask, with: { msg: '${run.status}' } }] }
          empty: { uses: exec, confirm: '${question}', with: { script: echo DID, question: 'Sure?' } }
        """)
    let late = await test.run("run", "late", "--yes")
    #expect(late.status == .usage)
    #expect(late.error.hasPrefix("error: the question of `confirm` is made of values that are known only in the run\n"))
    let empty = await test.variable("QUESTION", "").run("run", "empty", "--yes")
    #expect(empty.status == .usage)
    #expect(empty.error.hasPrefix("error: the question of `confirm` is empty\n"))
  }
}
