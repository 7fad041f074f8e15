import Foundation
import Glibc
import TaskCLI
import Testing

/// Tasks that need not run because nothing they are made from has changed; each known mistake of other runners is one.
@Suite(.timeLimit(.minutes(5))) struct UpToDateTests {
  private static var build: ToolTest {
    ToolTest(
      tasks: """
        version: 1
        tasks:
          build:
            uses: exec
            sources: [src/**, in.txt]
            generates: [out/**]
            with:
              script: |
                echo ran >> log
                mkdir -p out
                cat in.txt src/* > out/all.txt
                echo $MODE > out/mode.txt
                echo "size=$(wc -c < out/all.txt)" >> $UGC_OUTPUT
              mode: dev
          use: { uses: exec, with: { script: 'echo "size $SIZE"', size: '' } }
          all: { steps: [build, { task: use, with: { size: '${steps.build.size}' } }] }
        """
    ).file("in.txt", "in\n").file("src/a.txt", "a\n")
  }

  private func runs(_ test: ToolTest) -> Int {
    (test.folder.read("log") ?? "").split(separator: "\n").count
  }

  /// Runs `build`, and tells why it ran, or that it did not.
  private func reason(_ test: ToolTest, _ arguments: String...) async -> String {
    let run = await test.run(["run", "build", "-v"] + arguments)
    #expect(run.status == .succeeded, "\(run.error)")
    let lines = run.error.split(separator: "\n").map(String.init)
    return lines.first { $0.hasPrefix("runs because ") || $0.hasPrefix("build: ") } ?? run.error
  }

  @Test func `what has not changed does not run again, and gives what it gave`() async {
    let test = Self.build
    #expect(await reason(test) == "runs because no run of it that ended well is known")
    #expect(await reason(test) == "build: up-to-date, nothing changed: 2 sources, 2 generated files")
    #expect(await test.run("run", "all", "-q").output == "all/2:use | size 5\n")
    #expect(runs(test) == 1)
    #expect(await reason(test, "--force") == "runs because --force was given")
    #expect(runs(test) == 2)
    await test.run("run", "all").expect(
      output: "all/2:use | size 5\n",
      error: """
        > all
        up-to-date all/1:build (nothing changed: 2 sources, 2 generated files)
        > all/2:use
        ok all/2:use (T)
        ok all (T)

        summary
        up-to-date all/1:build  (nothing changed)
        ok         all/2:use    (T)
        ok         all          (T)

        """)
  }

  // C1
  @Test func `looking changes nothing`() async throws {
    let test = Self.build
    for _ in 0..<2 {
      #expect(
        await test.run("plan", "build").output.hasPrefix(
          "build\n    runs because no run of it that ended well is known\n"))
      #expect(await test.run("run", "build", "-n").output.hasPrefix("build\n    runs because no run of it"))
    }
    #expect(!test.folder.exists(".ugc"))
    #expect(await test.run("run", "build").status == .succeeded)
    test.folder.write("in.txt", "other\n")
    let before = test.folder.allTexts(below: ".ugc/up-to-date").sorted()
    for _ in 0..<2 {
      #expect(await test.run("plan", "build").output.hasPrefix("build\n    runs because `in.txt` changed\n"))
    }
    #expect(test.folder.allTexts(below: ".ugc/up-to-date").sorted() == before)
    #expect(await reason(test) == "runs because `in.txt` changed")
    await test.run("plan", "build").expect(
      output: "build\n    up to date: nothing changed: 2 sources, 2 generated files\n")
    let json = try JSONValue(parsing: await test.run("plan", "build", "--json").output)
    #expect(json["calls"]?.items.first?["does"] == "up-to-date")
  }

  // C2, C6
  @Test func `an output that is gone, changed or new is made again`() async {
    let test = Self.build
    _ = await reason(test)
    unlink("\(test.folder.path)/out/mode.txt")
    #expect(await reason(test) == "runs because `out/mode.txt` is gone since it was generated")
    test.folder.write("out/all.txt", "tampered\n")
    #expect(await reason(test) == "runs because `out/all.txt` changed since it was generated")
    test.folder.write("out/more.txt", "")
    #expect(await reason(test) == "runs because `out/more.txt` is new since it was generated")
    try? FileManager.default.removeItem(atPath: "\(test.folder.path)/out")
    #expect(await reason(test) == "runs because `out/**` is not there")
    chmod("\(test.folder.path)/out/all.txt", 0o755)
    #expect(await reason(test) == "runs because `out/all.txt` changed since it was generated")
  }

  // C3
  @Test func `a pattern that matches nothing is never up to date`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          build: { uses: exec, sources: [sorces/**, in.txt], with: { script: 'echo ran >> log' } }
          gone: { uses: exec, sources: [in.txt], generates: [a.txt, b.txt], with: { script: 'touch a.txt' } }
        """
    ).file("in.txt", "")
    for _ in 0..<2 { #expect(await reason(test) == "runs because `sorces/**` matches no file") }
    #expect(
      await test.run("run", "build").error == "warning: `sorces/**` matches no file, so that it is never up to date\n")
    for _ in 0..<2 {
      let run = await test.run("run", "gone")
      #expect(run.error == "warning: it did not make `b.txt`, which `generates` names\n" && run.status == .succeeded)
    }
  }

  // C4, C5
  @Test func `tasks and cells of similar names have records of their own`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          'a:b': { uses: exec, sources: [in.txt], with: { script: echo colon >> log } }
          'a-b': { uses: exec, sources: [in.txt], with: { script: echo dash >> log } }
          'a.b': { uses: exec, sources: [in.txt], with: { script: echo dot >> log } }
          cell:
            matrix: { n: ['1', '1.0', '01'] }
            uses: exec
            sources: ['in.txt']
            with: { script: 'echo $N >> log' }
        """
    ).file("in.txt", "")
    for _ in 0..<2 { #expect(await test.run("run", "a:b", "a-b", "a.b", "cell", "-j1").status == .succeeded) }
    #expect(test.folder.read("log") == "colon\ndash\ndot\n1\n1.0\n01\n")
  }

  // C7, C8, C11
  @Test func `another value, script, variable or folder is another task`() async {
    let test = Self.build
    _ = await reason(test)
    #expect(await reason(test, "MODE=prod") == "runs because `mode` changed")
    #expect(test.folder.read("out/mode.txt") == "prod\n")
    #expect(await reason(test, "MODE=prod") == "build: up-to-date, nothing changed: 2 sources, 2 generated files")
    #expect(await reason(test) == "runs because `out/mode.txt` changed since it was generated")
    #expect(await reason(test.variable("MODE", "env")) == "runs because `mode` changed")
    #expect(await reason(test, "MODE=dev") == "runs because `out/mode.txt` changed since it was generated")
    func task(_ change: String) -> String {
      "version: 1\ntasks:\n  build: { uses: exec, sources: [in.txt], \(change), with: { script: ':' } }\n"
    }
    let other = ToolTest(tasks: task("env: { A: '1' }")).file("in.txt", "").file("sub/in.txt", "")
    _ = await reason(other)
    for (change, fact) in [
      ("env: { A: '2' }", "`A` of `env` changed"), ("env: { A: '2', B: '1' }", "`B` of `env` changed"),
      ("env: { A: '2' }", "`B` of `env` changed"), ("dir: sub, env: { A: '2' }", "`dir` changed"),
      ("generates: [], dir: sub, env: { A: '2' }", "`generates` changed"),
    ] {
      other.folder.write("tasks.yaml", task(change))
      let why = await reason(other)
      #expect(
        why == "runs because \(fact)" || why == "runs because it ran with other values since", "\(change): \(why)")
    }
    other.folder.write("tasks.yaml", task("generates: [], dir: sub, env: { A: '2' }").replacing("':'", with: "'true'"))
    #expect(await reason(other) == "runs because `script` changed")
    #expect(await reason(other, "--", "x") == "runs because what is written after -- changed")
  }

  @Test func `without generates only the last values count`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          build: { uses: exec, sources: [in.txt], with: { script: 'echo $MODE >> log', mode: dev } }
        """
    ).file("in.txt", "")
    #expect(await reason(test) == "runs because no run of it that ended well is known")
    #expect(await reason(test, "MODE=prod") == "runs because `mode` changed")
    #expect(await reason(test) == "runs because it ran with other values since")
    #expect(await reason(test) == "build: up-to-date, nothing changed: 1 source")
  }

  // C9
  @Test func `a task runs again where what it needs made something else`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          gen:
            uses: exec
            sources: [in.txt]
            generates: [mid.txt]
            with: { script: 'grep -v "^#" in.txt > mid.txt' }
          group: { needs: [gen] }
          build: { needs: [group], uses: exec, sources: [other.txt], generates: [out.txt], with: { script: 'cat mid.txt > out.txt' } }
          login: { uses: exec, with: { script: ':' } }
          quiet: { uses: exec, generates: [], with: { script: ':' } }
          after: { needs: [login], uses: exec, sources: [in.txt], with: { script: ':' } }
          calm: { needs: [quiet], uses: exec, sources: [in.txt], with: { script: ':' } }
        """
    ).file("in.txt", "x\n").file("other.txt", "")
    func marks(_ task: String) async -> [String] {
      let run = await test.run("run", task, "-j1")
      return run.error.split(separator: "summary\n").last?.split(separator: "\n").map {
        String($0.prefix(while: { $0 != " " }))
      } ?? []
    }
    #expect(await marks("build") == ["ok", "ok", "ok"])
    #expect(await marks("build") == ["up-to-date", "ok", "up-to-date"])
    test.folder.write("in.txt", "# only a comment\nx\n")
    #expect(
      await test.run("plan", "build").output.contains(
        "build\n    runs unless it is up to date: what `group` makes decides\n"))
    #expect(await marks("build") == ["ok", "ok", "up-to-date"])
    test.folder.write("in.txt", "y\n")
    // The need runs alone, and what depends on it sees it later.
    _ = await marks("gen")
    #expect(await test.run("plan", "build").output.contains("build\n    runs because what `group` makes changed\n"))
    #expect(await marks("build") == ["up-to-date", "ok", "ok"])
    #expect(test.folder.read("out.txt") == "y\n")
    for _ in 0..<2 { #expect(await marks("after") == ["ok", "ok"]) }
    #expect(
      await test.run("plan", "after").output.contains("`login` runs before it, and does not say what it generates"))
    #expect(await marks("calm") == ["ok", "ok"])
    #expect(await marks("calm") == ["ok", "up-to-date"])
  }

  // C10
  @Test func `a restored old file is another file, whatever its time`() async {
    let test = Self.build
    let path = "\(test.folder.path)/in.txt"
    var status = stat()
    stat(path, &status)
    let times = [status.st_atim, status.st_mtim]
    _ = await reason(test)
    _ = await reason(test)
    test.folder.write("in.txt", "IN\n")
    utimensat(AT_FDCWD, path, times, 0)
    #expect(await reason(test) == "runs because `in.txt` changed")
    test.folder.write("in.txt", "in\n")
    utimensat(AT_FDCWD, path, [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)], 0)
    #expect(await reason(test) == "runs because `in.txt` changed")
    // Only touched: the content is the same.
    utimensat(AT_FDCWD, path, nil, 0)
    #expect(await reason(test) == "build: up-to-date, nothing changed: 2 sources, 2 generated files")
  }

  @Test func `patterns read values, so that the cells of a matrix have files of their own`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        defaults: { from: src }
        tasks:
          build:
            matrix: { os: [linux, mac] }
            uses: exec
            sources: ['${from}/**']
            generates: ['out/${os}/**']
            with: { script: 'mkdir -p out/$OS; cp src/a out/$OS/' }
          self: { uses: exec, sources: [src/**, '!src/*.log'], generates: [src/**], with: { script: ':' } }
        """
    ).file("src/a", "1")
    func marks(_ arguments: String...) async -> String {
      let summary = await test.run(["run", "build", "-j1"] + arguments).error.split(separator: "summary\n").last ?? ""
      return summary.split(separator: "\n").map { $0.prefix { $0 != " " } }.joined(separator: " ")
    }
    #expect(await marks() == "ok ok ok")
    #expect(await marks() == "up-to-date up-to-date ok")
    test.folder.write("out/mac/a", "tampered")
    #expect(await marks() == "up-to-date ok ok")
    #expect(await marks("FROM=tasks.yaml").hasPrefix("ok ok"))
    #expect(
      await test.run("plan", "self").output.contains(
        "runs because `src/**` matches only files that are left out or generated"))
  }

  @Test func `several changes are told together`() async {
    let test = Self.build
    _ = await reason(test)
    test.folder.write("src/a.txt", "b")
    test.folder.write("src/b.txt", "b")
    unlink("\(test.folder.path)/in.txt")
    #expect(
      await test.run("plan", "build", "MODE=x", "--json").output.contains(
        #""reason": "`in.txt` matches no file""#))
    test.folder.write("in.txt", "changed")
    #expect(
      await reason(test, "MODE=x")
        == "runs because `mode` changed, `in.txt` changed, `src/a.txt` changed, and 1 more")
  }

  @Test func `two runs at once leave nothing up to date`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          build:
            uses: exec
            sources: [in.txt]
            generates: [out.txt]
            with: { script: 'touch up-$MODE; echo $MODE > out.txt; while test -e hold-$MODE; do sleep 0.01; done', mode: a }
          both: { needs: [build, { task: build, with: { mode: c } }] }
        """
    ).file("in.txt", "").file("hold-a", "")
    let first = test.start("run", "build")
    await test.folder.waitForFile("up-a")
    let second = await test.run("run", "build", "MODE=b", "-q")
    #expect(second.error == "warning: it worked twice at the same time, so that it will run again\n")
    unlink("\(test.folder.path)/hold-a")
    #expect(await first.ending.value.error.contains("it worked twice at the same time"))
    #expect(test.folder.read("out.txt") == "b\n")
    #expect(await reason(test) == "runs because no run of it that ended well is known")
    #expect(await test.run("run", "build").error == "build: up-to-date, nothing changed: 1 source, 1 generated file\n")
    // Nor does one that begins when another one has ended, while the first still works.
    for name in ["hold-x", "hold-y"] { test.folder.write(name, "") }
    let long = test.start("run", "build", "MODE=x")
    await test.folder.waitForFile("up-x")
    #expect(await test.run("run", "build", "MODE=b", "-q").error.contains("it worked twice"))
    #expect(await test.run("run", "build", "MODE=c", "-q").error.contains("it worked twice"))
    unlink("\(test.folder.path)/hold-x")
    #expect(await long.ending.value.error.contains("it worked twice"))
    #expect(await test.run("plan", "build", "MODE=c").output.contains("no run of it that ended well is known"))
    #expect(await test.run("run", "build", "-q").status == .succeeded)
    // So do two calls of one run.
    test.folder.write("hold-a", "")
    unlink("\(test.folder.path)/up-a")
    let run = test.start("run", "both", "-j2", "--force")
    await test.folder.waitForFile("up-a")
    await test.folder.waitForFile("up-c")
    unlink("\(test.folder.path)/hold-a")
    #expect(await run.ending.value.error.contains("it worked twice at the same time"))
  }

  @Test func `what a finally makes counts for what needs its task`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          a: { uses: exec, sources: [in], generates: [], with: { script: ':' } }
          w: { uses: exec, with: { script: cp val made } }
          p: { steps: [a], finally: [w] }
          q: { uses: exec, sources: [in], generates: [], with: { script: ':' }, finally: [w] }
          d: { uses: exec, needs: [p], sources: [in], generates: [out], with: { script: cp made out } }
          e: { uses: exec, needs: [q], sources: [in], generates: [out2], with: { script: cp made out2 } }
        """
    ).file("in", "1").file("val", "A")
    #expect(await test.run("run", "d", "e", "-j1").status == .succeeded)
    #expect(await test.file("val", "B").run("run", "d", "e", "--force", "-j1").status == .succeeded)
    #expect(await test.file("val", "C").run("run", "d", "-j1").status == .succeeded)
    #expect(test.folder.read("out") == "C")
  }

  @Test func `variables of env files count`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        dotenv: [.env]
        tasks:
          build: { uses: exec, sources: [in.txt], with: { script: 'echo $MODE' } }
        """
    ).file("in.txt", "").file(".env", "MODE=dev\n")
    _ = await reason(test)
    #expect(await reason(test.file(".env", "MODE=prod\n")) == "runs because `MODE` of .env changed")
    #expect(await reason(test.variable("MODE", "outer")) == "runs because `MODE` of .env changed")
  }

  @Test func `what cannot be compared is forgotten before it runs`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          build: { uses: exec, sources: [in], with: { mode: a, script: 'echo $MODE > out' } }
        """
    ).file("in/x", "")
    _ = await reason(test)
    #expect(await reason(test) == "build: up-to-date, nothing changed: 1 source")
    // Of a link into nothing there is no content.
    unlink("\(test.folder.path)/in/x")
    symlink("/proc/self/mem", "\(test.folder.path)/in/x")
    let run = await test.run("run", "build", "MODE=b", "-v")
    #expect(run.status == .succeeded && run.error.contains("`in/x` cannot be read"), "\(run.error)")
    unlink("\(test.folder.path)/in/x")
    #expect(await reason(test.file("in/x", "")) == "runs because no run of it that ended well is known")
  }

  @Test func `records are for their owner alone`() async throws {
    let test = Self.build
    _ = await reason(test)
    let folder = "\(test.folder.path)/.ugc/up-to-date"
    #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
      guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
    }
  }

  // C12
  @Test func `a run that was ended or failed leaves nothing up to date`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          build:
            uses: exec
            sources: [in.txt]
            with: { script: 'echo ran >> log; test -e hang && { touch up; exec sleep 600; }; ! test -e bad' }
        """
    ).file("in.txt", "1")
    _ = await reason(test)
    let failing = test.file("bad", "").file("in.txt", "2")
    #expect(await failing.run("run", "build").status == .failed)
    // What it is made from is as it was when it last ended well, but what it made may not be.
    unlink("\(test.folder.path)/bad")
    #expect(await reason(test.file("in.txt", "1")) == "runs because no run of it that ended well is known")
    let running = test.file("hang", "").file("in.txt", "3").start("run", "build")
    await test.folder.waitForFile("up")
    #expect(await running.stop().status == .terminated)
    unlink("\(test.folder.path)/hang")
    #expect(await reason(test.file("in.txt", "1")) == "runs because no run of it that ended well is known")
    #expect(runs(test) == 5)
  }

  // C13
  @Test func `a damaged record is none`() async throws {
    let test = Self.build
    _ = await reason(test)
    let folder = "\(test.folder.path)/.ugc/up-to-date"
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
      $0.contains("/") && !$0.hasSuffix("last")
    }
    let record = try #require(names.first)
    let text = try #require(test.folder.read(".ugc/up-to-date/\(record)"))
    test.folder.write(".ugc/up-to-date/\(record)", text.replacing("out/all.txt", with: "out/ALL.txt"))
    #expect(await reason(test) == "runs because no run of it that ended well is known")
  }

  @Test func `sources that change while the work goes on are seen the next time`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          build: { uses: exec, sources: [in.txt], with: { script: 'test -e once || { touch once; echo 2 > in.txt; }' } }
        """
    ).file("in.txt", "1\n")
    _ = await reason(test)
    #expect(await reason(test) == "runs because `in.txt` changed")
    #expect(await reason(test) == "build: up-to-date, nothing changed: 1 source")
  }

  @Test func `secrets are in no record, and a secret output is not kept`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token]
        tasks:
          build:
            uses: exec
            sources: [in.txt]
            with: { script: 'echo "n=$TOKEN" >> $UGC_OUTPUT', token: '${given}' }
          plain: { uses: exec, sources: [in.txt], with: { script: ':', token: '${given}' } }
        """
    ).file("in.txt", "")
    #expect(await test.run("run", "plain", "GIVEN=abcdefgh").status == .succeeded)
    #expect(await test.run("run", "plain", "GIVEN=abcdefgh").error == "plain: up-to-date, nothing changed: 1 source\n")
    #expect(await test.run("run", "plain", "GIVEN=hgfedcba", "-v").error.contains("runs because `token` changed"))
    for _ in 0..<2 {
      let run = await test.run("run", "build", "GIVEN=abcdefgh")
      #expect(run.error == "warning: an output is secret, so that it will run again\n")
    }
    #expect(!test.folder.allTexts(below: ".ugc/up-to-date").contains { $0.contains("abcdefgh") })
  }

  @Test func `mistakes are told with their places`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          a: { sources: in.txt, uses: exec, with: { script: ':' } }
          b: { sources: ['!'], generates: [out], uses: exec, with: { script: ':' } }
          c: { sources: [in.txt], steps: [a] }
          d: { sources: ['src/{a,b}'], uses: exec, with: { script: ':' } }
          e: { sources: ['!x'], uses: exec, with: { script: ':' } }
          g: { sources: , uses: exec, with: { script: ':' } }
          h: { sources: [], uses: exec, with: { script: ':' } }
          f: { sources: ['a[b', '~/x', ''], uses: exec, with: { script: ':' } }
        """)
    let run = await test.run("check")
    for message in [
      "`sources` of the task `a` must be a list, not text\n --> tasks.yaml:3:17", "help: write `[in.txt]`",
      "`!` is no pattern of files", "the task `c` only calls others, and `sources` is about a task's own work",
      "`src/{a,b}` is no pattern of files", "help: there is no `{a,b}`: write two patterns",
      "`sources` of the task `e` only leaves files out", "`a[b` is no pattern of files", "`~/x` is no pattern of files",
      "`sources` of the task `f` has an empty text", "`sources` of the task `g` must be a list, not nothing",
      "the task `h` would be up to date for ever",
    ] { #expect(run.error.contains(message), "\(message)\n\(run.error)") }
  }
}
