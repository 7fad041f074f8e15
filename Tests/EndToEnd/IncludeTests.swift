import TaskCLI
import Testing

/// Task files that include others.
@Suite struct IncludeTests {
  @Test func `tasks of a namespace have its name, their own folder and values`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        include:
          - { file: services/db, namespace: db }
        defaults: { stage: dev }
        tasks:
          all: { needs: ['db:migrate'], uses: exec, with: { script: 'echo ${TABLE-none}' } }
        """
    ).file(
      "services/db/tasks.yaml",
      """
      version: 1
      include: [{ file: ../common.yaml, namespace: common }]
      dotenv: [db.env]
      defaults: { stage: prod, table: streams }
      tasks:
        migrate:
          needs: [prepare, common:check]
          aliases: [m]
          uses: exec
          with: { script: 'echo "$STAGE $TABLE $PLACE in ${PWD##*/}"', place: '${fromFile}' }
        prepare: { private: true, uses: exec, dir: sub, with: { script: 'echo "in ${PWD##*/}"' } }
      """
    ).file("services/db/db.env", "FROM_FILE=secret-place\n").file("services/db/sub/x", "").file(
      "services/common.yaml",
      "version: 1\ntasks: { check: { uses: exec, with: { script: 'echo check in ${PWD##*/}' } } }\n")
    #expect(
      await test.run("list").output
        == "all               Run a script\ndb:migrate        Run a script\ndb:common:check   Run a script\n".replacing(
          "   Run", with: "  Run"
        ).replacing("all            ", with: "all            "))
    await test.run("run", "all", "-q", "-j1").expect(
      output: """
        db:prepare | in sub
        db:common:check | check in services
        db:migrate | dev streams secret-place in db
        all | none

        """)
    #expect(await test.run("run", "db:m", "-q", "STAGE=x", "-j1").output.hasSuffix("x streams secret-place in db\n"))
    #expect(await test.run("run", "db:prepare").error.contains("the task `db:prepare` is private"))
  }

  @Test func `a file without a namespace is as if it stood here`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        include: [common.yaml, more.yaml, { file: gone.yaml, optional: true }]
        defaults: { word: mine }
        tasks:
          build: { override: true, uses: exec, with: { script: 'echo own build $WORD $EXTRA' } }
          all: { steps: [build, test, again] }
        """
    ).file(
      "common.yaml",
      """
      version: 1
      include: [base.yaml]
      defaults: { word: common, extra: x }
      profiles: { loud: { extra: LOUD } }
      tasks:
        build: { uses: exec, with: { script: echo common build } }
        test: { needs: [build], uses: exec, with: { script: 'echo test $WORD' } }
      """
    ).file(
      "more.yaml",
      "version: 1\ninclude: [base.yaml]\ntasks: { again: { steps: [test, base] } }\n"
    ).file("base.yaml", "version: 1\ntasks: { base: { uses: exec, with: { script: echo base } } }\n")
    #expect(
      await test.run("run", "all", "-q", "--profile", "loud", "-j1").output == """
        all/1:build | own build mine LOUD
        build | own build mine LOUD
        all/2:test | test mine
        all/3:again/1:test | test mine
        all/3:again/2:base | base

        """)
    #expect(await test.run("check").output == "tasks.yaml is valid: 5 tasks\n")
  }

  @Test func `a task of the root file has a colon before its name`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        include: [{ file: db.yaml, namespace: db }, { file: web.yaml, namespace: web }]
        tasks:
          login: { uses: exec, with: { script: echo login } }
          all: { needs: ['db:up', 'web:up'] }
        """
    ).file("db.yaml", "version: 1\ntasks: { up: { needs: [':login'], steps: [':login'] } }\n").file(
      "web.yaml", "version: 1\ntasks: { up: { needs: [':login', ':db:up'] } }\n")
    #expect(await test.run("run", "all", "-q").output == "login | login\ndb:up/1:login | login\n")
  }

  @Test func `files that include each other are a fault with every name`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        include: [a.yaml]
        tasks: {}
        """
    ).file("a.yaml", "version: 1\ninclude: [b.yaml]\n").file("b.yaml", "version: 1\ninclude:\n  - ./sub/../a.yaml\n")
      .file(
        "sub/x", "")
    await test.run("check").expect(
      error: """
        error: these files include each other in a ring: a.yaml → b.yaml → a.yaml
         --> b.yaml:3:5
          |
        3 |   - ./sub/../a.yaml
          |     ^^^^^^^^^^^^^^^
        help: remove one of the includes

        """, status: .usage)
  }

  @Test func `one name from two files is a fault that shows both places`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        include: [a.yaml, b.yaml]
        tasks:
          own: { uses: exec, with: { script: ':' } }
        """
    ).file(
      "a.yaml",
      "version: 1\ndefaults: { word: a }\ntasks:\n  build: { uses: exec, with: { script: ':' } }\n"
    ).file(
      "b.yaml",
      "version: 1\ndefaults: { word: b }\ntasks:\n  build: { uses: exec, with: { script: ':' } }\n"
        + "  own: { uses: exec, with: { script: ':' } }\n")
    let run = await test.run("check")
    #expect(run.status == .usage)
    #expect(
      run.error == """
        error: the task `own` is defined twice
         --> tasks.yaml:4:3
          |
        4 |   own: { uses: exec, with: { script: ':' } }
          |   ^^^
        note: the other is here
         --> b.yaml:5:3
          |
        5 |   own: { uses: exec, with: { script: ':' } }
          |   ^^^
        help: rename one, include its file with a `namespace`, or write `override: true` where this one is to count
        error: two included files give `word` a value in `defaults`
         --> b.yaml:2:13
          |
        2 | defaults: { word: b }
          |             ^^^^
        note: the other is here
         --> a.yaml:2:13
          |
        2 | defaults: { word: a }
          |             ^^^^
        help: give it in the file that includes both, or include one with a `namespace`
        error: the task `build` is defined twice
         --> b.yaml:4:3
          |
        4 |   build: { uses: exec, with: { script: ':' } }
          |   ^^^^^
        note: the other is here
         --> a.yaml:4:3
          |
        4 |   build: { uses: exec, with: { script: ':' } }
          |   ^^^^^
        help: rename one, include its file with a `namespace`, or write `override: true` where this one is to count

        """)
  }

  @Test func `files beside each other see their own values first, and may not give the same to all`() async {
    let test = ToolTest(tasks: "version: 1\ninclude: [a.yaml, b.yaml]\n").file(
      "a.yaml", "version: 1\ninclude: [c.yaml]\n"
    )
    .file("c.yaml", "version: 1\ndefaults: { port: c }\nprofiles: { p: { stage: c } }\ndotenv: [c.env]\ntasks: {}\n")
    .file(
      "b.yaml",
      "version: 1\ndefaults: { port: b }\nprofiles: { p: { stage: b } }\ndotenv: [b.env]\n"
        + "tasks: { b: { uses: exec, with: { script: 'echo $PORT $X' } } }\n"
    ).file("b.env", "X=b\n").file("c.env", "X=c\n")
    let run = await test.run("check")
    #expect(
      run.error.contains("two included files give `port` a value in `defaults`\n --> b.yaml:2:13"), "\(run.error)")
    #expect(run.error.contains("two included files give `stage` a value in the profile `p`\n --> b.yaml:3:18"))
    let fine = test.file("c.yaml", "version: 1\ndotenv: [c.env]\n")
    #expect(await fine.run("run", "b", "-q").output == "b b\n")
  }

  @Test func `an override counts over what its file includes, in whatever order`() async {
    let script = "uses: exec, with: { script: 'echo "
    func task(_ says: String, override: Bool = false) -> String {
      "tasks: { x: { \(override ? "override: true, " : "")\(script)\(says)' } } }\n"
    }
    func outcome(_ root: String, b: String, c: String) async -> Outcome {
      await ToolTest(tasks: "version: 1\n\(root)").file("b.yaml", "version: 1\n\(b)").file("c.yaml", "version: 1\n\(c)")
        .file("d.yaml", "version: 1\n\(task("d"))").run("run", "x")
    }
    let (plain, overriding) = ("include: [d.yaml]\n", "include: [d.yaml]\n" + task("c", override: true))
    for order in ["[b.yaml, c.yaml]", "[c.yaml, b.yaml]"] {
      // Both include it, one overrides it.
      #expect(await outcome("include: \(order)\n", b: plain, c: overriding).output == "c\n")
      // Both override it.
      let both = await outcome("include: \(order)\n", b: overriding, c: overriding)
      #expect(both.status == .usage && both.error.contains("the task `x` is defined twice"))
      // Who overrides it does not include it.
      let beside = await outcome("include: \(order)\n", b: task("b"), c: task("c", override: true))
      #expect(beside.status == .usage && beside.error.contains("the task `x` is defined twice"))
      // The root decides between both.
      let root = "include: \(order)\n" + task("root", override: true)
      #expect(await outcome(root, b: overriding, c: overriding).output == "root\n")
    }
    let nothing = await outcome("include: [c.yaml]\n", b: "", c: task("c", override: true))
    #expect(nothing.error.contains("no included file has a task `x` that this one could override"), "\(nothing.error)")
  }

  @Test func `long chains of includes end`() async {
    let test = ToolTest(tasks: "version: 1\ninclude: [f1.yaml]\n")
    for number in 1..<45 { test.folder.write("f\(number).yaml", "version: 1\ninclude: [f\(number + 1).yaml]\n") }
    test.folder.write("f45.yaml", "version: 1\ntasks: { seed: {} }\n")
    #expect(await test.run("check").output == "tasks.yaml is valid: 1 task\n")
    test.folder.write("f45.yaml", "version: 1\ninclude: [g/1.yaml]\n")
    for number in 1..<20 { test.folder.write("g/\(number).yaml", "version: 1\ninclude: [\(number + 1).yaml]\n") }
    #expect(await test.run("check").error.contains("files that include files are nested more than 50 deep here"))
  }

  @Test func `faults of included files are told in the order of the files`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        include: [gone.yaml, { file: broken.yaml, namespace: b }, { namespace: x }, { file: ok.yaml, namespace: 'a b' }]
        tasks:
          all: { steps: [bild] }
          none: { override: true, uses: exec, with: { script: ':' } }
        """
    ).file("ok.yaml", "version: 1\ntasks: { build: { uses: exec, with: { script: ':' }, neds: [x] } }\n").file(
      "broken.yaml", "version: 1\ntasks: {\n  a: [\n")
    let run = await test.run("check")
    #expect(run.status == .usage)
    let order = [
      "error: the file `gone.yaml` cannot be included: there is no such file\n --> tasks.yaml:2:11",
      "error: an entry of include does not name a file", "error: `a b` cannot be a task's name",
      "error: there is no task `bild`", "error: no included file has a task `none`", "--> broken.yaml:",
      "note: it is included here\n --> tasks.yaml:2:", "error: the task `build` has no key `neds`\n --> ok.yaml:2:",
    ].map { run.error.firstRange(of: $0)?.lowerBound }
    #expect(
      order.allSatisfy { $0 != nil } && order.compactMap { $0 }.sorted() == order.compactMap { $0 }, "\(run.error)")
    #expect(run.error.firstRange(of: "ring") == nil)
  }

  @Test func `what is protected or secret anywhere is so everywhere`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        include: [{ file: ops.yaml, namespace: ops }]
        tasks:
          wipe: { uses: exec, with: { script: 'echo $TOKEN', stage: prod, token: 'abcdefgh' } }
        """
    ).file("ops.yaml", "version: 1\nprotected: { stage: [prod] }\nsecrets: [token]\ntasks: {}\n")
    let refused = await test.run("run", "wipe")
    #expect(refused.status == .failed && refused.error.contains("which is protected"))
    #expect(await test.run("run", "wipe", "--allow-protected").output == "***\n")
  }
}
