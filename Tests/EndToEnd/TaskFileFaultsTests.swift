import TaskCLI
import Testing

@Suite struct TaskFileFaultsTests {
  /// Task files with one fault, and what is said of it.
  static let faults = [
    ("tasks: {}", "the task file does not say its version"),
    ("version: 2\ntasks: {}", "this program reads version 1 of the task file, not 2"),
    ("version: 1", "the task file has no `tasks`"),
    ("[]", "a task file is a mapping with `version` and `tasks`, not a list"),
    ("version: 1\ntasks:\n  seed: {}\n  seed: {}", "the key `seed` is written twice"),
    ("version: 1\ntasks:\n  x y: { uses: seed }", "`x y` cannot be a task's name"),
    ("version: 1\nbogus: 1\ntasks: {}", "tasks.yaml has no key `bogus`"),
    (
      "version: 1\ntasks:\n  build: {}",
      "the task `build` does nothing: it has no `uses`, `steps` or `needs`, and no plugin has its name"
    ),
    ("version: 1\ntasks:\n  a: { steps: [seed], uses: exec }\n  seed: {}", "the task `a` has both `uses` and `steps`"),
    ("version: 1\ntasks:\n  seed: { with: { count: 3 } }", "the plugin `seed` has no input `count`"),
    ("version: 1\ntasks:\n  seed: { private: sure }", "`private` of the task `seed` must be true or false, not text"),
    ("version: 1\ntasks:\n  seed: { needs: build }", "`needs` of the task `seed` must be a list, not text"),
    (
      "version: 1\ntasks:\n  s: { steps: [{ task: seed, wiht: {} }] }\n  seed: {}",
      "`steps` of the task `s` has no key `wiht`"
    ),
    (
      "version: 1\ntasks:\n  s: { steps: [{ id: x }] }",
      "an entry of `steps` of the task `s` does not say which task it calls"
    ),
    ("version: 1\ntasks:\n  seed: { aliases: [s] }\n  s: { uses: stack }", "the alias `s` is already the task `s`"),
    (
      "version: 1\ntasks:\n  seed: { confirm: false }",
      "`confirm` of the task `seed` must be text, not true or false"
    ),
    ("version: 1\ntasks:\n  seed: { aliases: [x y] }", "`x y` cannot be a task's name"),
    ("version: 1\nprotected: { stag: [prod] }\ntasks:\n  seed: {}", "no task has a value named `stag`"),
    ("version: 1\nprotected: { STAGE: [prod] }\ntasks:\n  seed: {}", "protected cannot have a value named `STAGE`"),
    ("version: 1\nsecrets: [API_TOKEN]\ntasks:\n  seed: {}", "secrets cannot have a value named `API_TOKEN`"),
    (
      "version: 1\ntasks:\n  a: { uses: exec, with: { script: x, note: \"a\\0b\" } }",
      "the value of NOTE cannot hold a null character"
    ),
    (
      "version: 1\ntasks:\n  s: { steps: [{ task: seed, id: a b }] }\n  seed: {}", "`a b` cannot be an id"
    ),
    (
      "version: 1\ntasks:\n  s: { steps: [{ task: seed, id: a }, { task: seed, id: a }] }\n  seed: {}",
      "the id `a` is already another call's"
    ),
    (
      "version: 1\ntasks:\n  s: { steps: [seed], finally: [{ task: seed, id: a }] }\n  seed: {}",
      "nothing can read the outputs of a step of `finally`"
    ),
    (
      "version: 1\ntasks:\n  a: { uses: exec, with: { script: x, path: y } }",
      "a value named `path` would change the variable PATH of every script"
    ),
    (
      "version: 1\ndefaults: { home: x }\ntasks:\n  seed: {}",
      "a value named `home` would change the variable HOME of every script"
    ),
    (
      "version: 1\ntasks:\n  a: { steps: [{ task: b, with: { home: x } }] }\n  b: { steps: [seed] }\n  seed: {}",
      "a value named `home` would change the variable HOME of every script"
    ),
    (
      "version: 1\ntasks:\n  a: { uses: exec, matrix: { term: [x] }, with: { script: y } }",
      "a value named `term` would change the variable TERM of every script"
    ),
    (
      "version: 1\ntasks:\n  a: { uses: exec, with: { script: x }, env: { UGC_RUN: y } }",
      "the variable UGC_RUN is set by the runner"
    ),
    (
      "version: 1\ntasks:\n  a: { uses: exec, with: { script: x }, env: { a-b: y } }",
      "`a-b` cannot be an environment variable"
    ),
    ("version: 1\ntasks:\n  a: { uses: exec }", "the task `a` needs a value for `script`"),
    (
      "version: 1\ntasks:\n  a: { uses: exec, with: { script: x, shell: sh } }",
      "`shell` of the task `a` must be a list of texts, not `sh`"
    ),
    (
      "version: 1\ntasks:\n  a: { uses: exec, with: { script: x, shell: [] } }",
      "`shell` of the task `a` must name a program"
    ),
    (
      "version: 1\ntasks:\n  a: { uses: exec, with: { script: {echo: 1} } }",
      "`script` in `with` of the task `a` must be text, not a mapping"
    ),
    (
      "version: 1\ntasks:\n  a: { steps: [b] }\n  b: { needs: [c] }\n  c: { finally: [a], uses: stack }",
      "these tasks call each other in a ring: a → b → c → a"
    ),
    ("version: 1\ntasks:\n  a: { steps: [a] }", "these tasks call each other in a ring: a → a"),
    (
      "version: 1\ntasks:\n  stack: { timeout: 3 }",
      "`timeout` of the task `stack` must be a time above zero with its unit"
    ),
    (
      "version: 1\ntasks:\n  stack: { interactive: true }",
      "only a task that runs a script can be interactive, and `stack` does not"
    ),
    ("version: 1\ntasks:\n  stack: { retries: 3 }", "the task `stack` has no key `retries`"),
    (
      "version: 1\ntasks:\n  a: { uses: stack, with: { backend: gcp } }",
      "`backend` of the task `a` must be local or aws, not `gcp`"
    ),
  ]

  @Test func `all faults of a file are told at once, in its order`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          seed:
            1️⃣dep: [build]
            with: { seedCount: 2️⃣12abc, 3️⃣SEED_COUNT: 1 }
          build:
            uses: 4️⃣exce
          release:
            steps: [5️⃣bild]
        """)
    let expected = """
      error: the task `seed` has no key `dep`
       --> tasks.yaml:1️⃣
        |
      4 |     dep: [build]
        |     ^^^
      help: did you mean `needs`?
      error: `seedCount` of the task `seed` must be a whole number, not `12abc`
       --> tasks.yaml:2️⃣
        |
      5 |     with: { seedCount: 12abc, SEED_COUNT: 1 }
        |                        ^^^^^
      error: `with` of the task `seed` cannot have a value named `SEED_COUNT`
       --> tasks.yaml:3️⃣
        |
      5 |     with: { seedCount: 12abc, SEED_COUNT: 1 }
        |                               ^^^^^^^^^^
      help: write `seedCount`; its variable is SEED_COUNT
      error: there is no plugin `exce`
       --> tasks.yaml:4️⃣
        |
      7 |     uses: exce
        |           ^^^^
      help: did you mean `exec`?
      error: there is no task `bild`
       --> tasks.yaml:5️⃣
        |
      9 |     steps: [bild]
        |             ^^^^
      help: did you mean `build`?

      """
    await test.run("check").expect(error: expected, status: .usage)
    await test.run("run", "seed").expect(error: expected, status: .usage)
    #expect(!test.folder.exists(".ugc"))
  }

  @Test(arguments: faults)
  func `every fault has its sentence and its place`(yaml: String, message: String) async {
    let task = yaml.contains("  a:") ? "a" : "seed"
    let run = await ToolTest(tasks: yaml).run("run", task)
    #expect(run.status == .usage)
    #expect(run.error.hasPrefix("error: \(message)\n"), "\(run.error)")
    #expect(run.error.contains(" --> tasks.yaml:"))
    #expect(run.error.contains("^"))
    #expect(run.output.isEmpty)
  }

  @Test func `text that YAML took for a mapping is shown with what to do`() async {
    await ToolTest(tasks: "version: 1\ntasks:\n  a: { uses: exec, with: { script: 1️⃣{echo: hi} } }\n").run("check")
      .expect(
        error: """
          error: `script` in `with` of the task `a` must be text, not a mapping
           --> tasks.yaml:1️⃣
            |
          3 |   a: { uses: exec, with: { script: {echo: hi} } }
            |                                    ^^^^^^^^^^
          help: YAML reads `echo:` as a key; put the whole text in quotes, or write it as a block after `|`

          """, status: .usage)
  }

  @Test func `a plugin that is no task yet is told to be made one`() async {
    let test = ToolTest(tasks: "version: 1\ntasks:\n  a: { steps: [1️⃣seed] }\n")
    await test.run("check").expect(
      error: """
        error: there is no task `seed`, only a plugin of this name
         --> tasks.yaml:1️⃣
          |
        3 |   a: { steps: [seed] }
          |                ^^^^
        help: write `seed: {}` under `tasks`

        """, status: .usage)
    await ToolTest(tasks: "version: 1\ntasks:\n  a: { uses: stack }\n").run("run", "seed").expect(
      error: "error: there is no task `seed`, only a plugin of this name\nhelp: write `seed: {}` under `tasks`\n",
      status: .usage)
  }

  @Test func `a slip is told once, as what it is`() async {
    let misspelt = await ToolTest(tasks: "version: 1\ntasks:\n  a: { usess: exec, with: { script: ':' } }\n").run(
      "check")
    #expect(misspelt.error.hasPrefix("error: the task `a` has no key `usess`\n") && !misspelt.error.contains("nothing"))
    let unknown = await ToolTest(
      tasks:
        "version: 1\ntasks:\n  a: { uses: wait }\n  b: { needs: [a], uses: stack, with: { stack: '${needs.a.x}' } }\n"
    ).run("check")
    #expect(unknown.error.ranges(of: "error: ").count == 1, "\(unknown.error)")
    let indented = await ToolTest(tasks: "version: 1\ntasks:\n  a:\n    uses: exec\n      with: { script: x }\n").run(
      "check")
    #expect(
      indented.error.hasPrefix("error: this line is indented further than what it belongs to"), "\(indented.error)")
    let alone = await ToolTest(tasks: "version: 1\ntasks:\n  a:\n    uses: exec\n      with:\n        script: x\n").run(
      "check")
    #expect(alone.error.hasPrefix("error: this line is indented further than what it belongs to"), "\(alone.error)")
    let place = await ToolTest(tasks: "version: 1\ntasks:\n  db:migrate: { uses: stack }\n").run("run", "migrate")
    #expect(place.error.contains("help: did you mean `db:migrate`?"))
  }

  @Test func `no value is given to what only the file can say`() async {
    let test = ToolTest(
      tasks: "version: 1\ntasks:\n  a: { uses: exec, with: { script: 'echo $WHO', who: me } }\n  b: { steps: [a] }\n")
    for task in ["a", "b"] {
      let run = await test.run("run", task, "SCRIPT=echo no")
      #expect(run.status == .usage && run.output == "")
      #expect(run.error.hasPrefix("error: no task of this run has a value named SCRIPT\n"))
      #expect(run.error.hasSuffix("help: they have WHO\n"), "\(run.error)")
    }
  }

  @Test func `a script is missing where nothing in the file gives it`() async {
    await ToolTest(tasks: "version: 1\ntasks:\n  1️⃣a: { uses: exec }\n  b: { uses: exec, with: { script: ':' } }\n")
      .run("check").expect(
        error: """
          error: the task `a` needs a value for `script`
           --> tasks.yaml:1️⃣
            |
          3 |   a: { uses: exec }
            |   ^
          help: write `script` under its `with`

          """, status: .usage)
    for givers in [
      "defaults: { script: ':' }\ntasks: {", "profiles: { p: { script: ':' } }\ntasks: {",
      "tasks: { b: { steps: [{ task: a, with: { script: ':' } }] },",
      "tasks: { b: { with: { script: ':' }, steps: [a] },",
    ] {
      let check = await ToolTest(tasks: "version: 1\n\(givers) a: { uses: exec } }\n").run("check")
      #expect(check.status == .succeeded, "\(givers)\n\(check.error)")
    }
  }

  @Test func `check tells machines the same`() async {
    await ToolTest(tasks: "version: 1\ntasks:\n  seed: { dep: [] }\n").run("check", "--json").expect(
      output: """
        [
          {
            "severity": "error",
            "message": "the task `seed` has no key `dep`",
            "source": {
              "file": "tasks.yaml",
              "line": 3,
              "column": 11
            },
            "help": "did you mean `needs`?"
          }
        ]

        """, status: .usage)
    await ToolTest.platform.run("check", "--json").expect(output: "[]\n")
    await ToolTest.platform.run("check").expect(output: "tasks.yaml is valid: 4 tasks\n")
  }

  @Test func `there being no task file says where to look`() async {
    let run = await ToolTest().run("list")
    #expect(run.status == .usage)
    #expect(run.error.hasPrefix("error: there is no tasks.yaml in FOLDER or above it\n"))
    await ToolTest().run("list", "-f", "other.yaml").expect(
      error:
        "error: the task file FOLDER/other.yaml cannot be read: there is no such file\nhelp: name another with -f FILE\n",
      status: .usage)
    await ToolTest().run("list", "-C", "nowhere").expect(
      error: "error: there is no folder nowhere\nhelp: check what follows -C\n", status: .usage)
  }
}
