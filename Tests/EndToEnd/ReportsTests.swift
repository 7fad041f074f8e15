import AWSTestSupport
import Foundation
import TaskCLI
import Testing

/// The reports of a run: JUnit, JSON and the page.
@Suite(.timeLimit(.minutes(5))) struct ReportsTests {
  private static let tasks = #"""
    version: 1
    secrets: [password]
    defaults: { password: s3cret-word, who: world }
    tasks:
      lib: { uses: exec, with: { script: 'sleep 0.2; echo "size=7" > "$UGC_OUTPUT"' } }
      docs: { uses: exec, with: { script: 'printf "\033[31mred\033[0m <b> $PASSWORD\n"' } }
      app: { needs: [lib, docs], uses: exec, with: { script: 'echo built; exit 4', size: '${needs.lib.size}' } }
      late: { needs: [app], uses: exec, with: { script: echo never } }
      never: { when: "${who} == 'nobody'", uses: exec, with: { script: echo } }
      flaky: { allowFailure: true, uses: exec, with: { script: exit 9 } }
      all: { steps: [never, flaky, late] }
    """#

  private static let junit = """
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites>
      <testsuite name="ugc-tasks run all" package="" id="0" timestamp="2027-01-15T08:00:00" hostname="localhost" tests="6" failures="1" errors="0" skipped="3" time="T">
        <properties>
          <property name="run" value="20270115t080000000z-7"/>
          <property name="status" value="failed"/>
        </properties>
        <testcase classname="never" name="all/1:never" time="T">
          <skipped message="`${who} == &#39;nobody&#39;` does not hold: ${who} is `world`"/>
        </testcase>
        <testcase classname="flaky" name="all/2:flaky" time="T">
          <skipped message="failed, which it may: the script of `flaky` ended with exit code 9"/>
        </testcase>
        <testcase classname="lib" name="lib" time="T">
        </testcase>
        <testcase classname="docs" name="docs" time="T">
        </testcase>
        <testcase classname="app" name="app" time="T">
          <failure type="failed" message="the script of `app` ended with exit code 4">error: the script of `app` ended with exit code 4
     --&gt; tasks.yaml:7:58
      |
    7 |   app: { needs: [lib, docs], uses: exec, with: { script: &#39;echo built; exit 4&#39;, size: &#39;${needs.lib.size}&#39; } }
      |                                                          ^^^^^^^^^^^^^^^^^^^^

    the last lines of its output:
    built
    </failure>
        </testcase>
        <testcase classname="late" name="all/3:late" time="T">
          <skipped message="`app` failed"/>
        </testcase>
        <system-out></system-out>
        <system-err></system-err>
      </testsuite>
    </testsuites>

    """

  @Test func `JUnit has a case for each task that works`() async {
    let test = ToolTest(tasks: Self.tasks)
    let outcome = await test.run("run", "all", "-q", "--report", "junit=made/by it/junit.xml")
    #expect(outcome.status == .failed)
    #expect(
      test.folder.read("made/by it/junit.xml")?.replacing(#/time="[0-9]+\.[0-9]{3}"/#, with: #"time="T""#)
        == Self.junit)
  }

  @Test(.enabled(if: Python.isThere)) func `JUnit is valid, whatever tasks write`() async throws {
    let test = ToolTest(
      tasks: #"""
        version: 1
        tasks:
          odd: { uses: exec, with: { script: "printf '\\001\\033[1m]]>\\357\\277\\277\\377<&>'; exit 1" } }
          slow: { timeout: 10ms, steps: [sleep] }
          sleep: { uses: exec, with: { script: sleep 60 } }
        """#)
    test.folder.write("junit.xsd", try Repository.text("Tests/EndToEnd/Support/junit.xsd"))
    for task in ["odd", "slow"] {
      _ = await test.run("run", task, "--report", "junit=j.xml")
      let said = try await Python.run(
        """
        import xmlschema
        xmlschema.XMLSchema("junit.xsd").validate("j.xml")
        """, in: test.folder)
      #expect(said == "", "\(test.folder.read("j.xml") ?? "")")
    }
  }

  @Test func `JSON has all that is known, and the critical path`() async throws {
    let test = ToolTest(tasks: Self.tasks).realTime()
    _ = await test.run("run", "all", "-q", "-j2", "--report", "json=r.json", "--report=html=r.html", "WHO=me")
    let report = try JSONValue(parsing: try #require(test.folder.read("r.json")))
    #expect(report["criticalPath"] == ["all/2:flaky", "lib", "app"])
    #expect(report["status"] == "failed" && report["error"] == "the script of `app` ended with exit code 4")
    let calls = try #require(report["calls"]?.items)
    #expect(
      calls.map { $0["call"]?.string } == ["all", "all/1:never", "all/2:flaky", "lib", "docs", "app", "all/3:late"])
    let app = try #require(calls.first { $0["call"] == "app" })
    #expect(app["output"] == "built\n" && app["status"] == "failed" && app["uses"] == "exec")
    let inputs = Dictionary(uniqueKeysWithValues: (app["inputs"]?.items ?? []).map { ($0["name"]?.string, $0) })
    #expect(inputs["size"]?["value"] == "7" && inputs["password"]?["value"] == "***")
    #expect(inputs["who"]?["layer"] == "command-line" && inputs["who"]?["overridden"]?.items.count == 1)
    #expect(calls.first { $0["call"] == "lib" }?["outputs"] == ["size": "7"])
    #expect(calls.first { $0["call"] == "docs" }?["output"] == "red <b> ***\n")
    #expect(!test.folder.allTexts(below: "").contains { $0.contains("s3cret-word") && !$0.contains("secrets:") })
    let page = try #require(test.folder.read("r.html"))
    for part in [
      "<title>ugc-tasks run all: failed</title>", "red &lt;b&gt; ***", "<td>WHO on the command line, over world from",
      "<h2>app failed</h2>",
    ] { #expect(page.contains(part), "\(part)") }
    for network in ["<script", "http:", "https:", "<link", "@import", "url("] { #expect(!page.contains(network)) }
  }

  @Test func `a task that waited for a place has what kept it on the critical path`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          a: { uses: exec, with: { script: sleep 0.1 } }
          b: { uses: exec, with: { script: sleep 0.1 } }
          c: { uses: exec, with: { script: sleep 0.1 } }
          all: { needs: [a, b, c] }
        """
    ).realTime()
    func path(_ jobs: String) async throws -> JSONValue? {
      _ = await test.run("run", "all", "-q", jobs, "--report", "json=r.json")
      return try JSONValue(parsing: try #require(test.folder.read("r.json")))["criticalPath"]
    }
    #expect(try await path("-j1") == ["a", "b", "c"])
    #expect(try await path("-j3")?.items.count == 1)
  }

  @Test func `a need of two tasks is on the path of the one that waited for it`() async throws {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          shared: { uses: exec, with: { script: sleep 0.2 } }
          long: { uses: exec, with: { script: sleep 0.5 } }
          after: { needs: [shared], uses: exec, with: { script: ':' } }
          c: { steps: [long, after] }
          dd: { needs: [shared], uses: exec, with: { script: sleep 0.8 } }
          d: { steps: [dd] }
          all: { needs: [c, d] }
        """
    ).realTime()
    _ = await test.run("run", "all", "-q", "-j8", "--report", "json=r.json")
    let report = try JSONValue(parsing: try #require(test.folder.read("r.json")))
    #expect(report["criticalPath"] == ["shared", "d/1:dd"])
  }

  @Test func `a secret that becomes known in the run is masked in every report`() async throws {
    let test = ToolTest(
      tasks: #"""
        version: 1
        secrets: [password]
        tasks:
          make: { uses: exec, with: { script: 'p=late-s3; echo "${p}cret early"; printf "password=${p}cret\nhint=${p}cret!\n" > "$UGC_OUTPUT"' } }
          use: { uses: exec, with: { script: 'echo $PASSWORD; exit 1', password: '', hint: '' } }
          all:
            steps:
              - make
              - { task: use, with: { password: '${steps.make.password}', hint: '${steps.make.hint}' } }
        """#)
    let reports = ["junit=r.xml", "json=r.json", "html=r.html"].flatMap { ["--report", $0] }
    let outcome = await test.run(["run", "all"] + reports)
    #expect(outcome.status == .failed)
    for name in ["r.xml", "r.json", "r.html"] {
      let text = try #require(test.folder.read(name))
      #expect(!text.contains("late-s3cret"), "\(name): \(text.prefix(2000))")
    }
    #expect(!outcome.error.contains("late-s3cret"))
    #expect(test.folder.read("r.html")?.contains("***!") == true)
  }

  @Test func `a green page has nothing red, and a task that never came is skipped`() async throws {
    let test = ToolTest(tasks: Self.tasks)
    _ = await test.run("run", "lib", "-q", "--report", "html=r.html")
    let page = try #require(test.folder.read("r.html")).components(separatedBy: "</style>").last ?? ""
    #expect(!page.contains("failure") && !page.contains("<p></p>"), "\(page)")
    let skipping = ToolTest(
      tasks: """
        version: 1
        tasks:
          bad: { uses: exec, with: { script: exit 1 } }
          push: { uses: exec, with: { script: echo } }
          release: { needs: [bad], steps: [push], finally: [push] }
        """)
    _ = await skipping.run("run", "release", "-q", "--report", "junit=j.xml")
    let report = try #require(skipping.folder.read("j.xml"))
    #expect(report.contains(#"tests="3" failures="1" errors="0" skipped="2""#), "\(report)")
  }

  @Test func `the report of an earlier run does not pass for that of one that is killed`() async {
    let test = ToolTest(
      tasks: "version: 1\ntasks:\n  a: { uses: exec, with: { script: 'wc -c < r.xml; wc -c < r.json' } }\n"
    ).file("r.xml", "old").file("r.json", "old")
    let run = await test.run("run", "a", "-q", "--report", "junit=r.xml", "--report", "json=r.json")
    #expect(run.output.split(separator: "\n").map { $0.filter { $0 != " " } } == ["0", "0"], "\(run)")
    #expect(test.folder.read("r.xml")?.contains("<testsuites") == true)
  }

  @Test func `a file keeps its permissions, a link stays one, and what is no file is added to`() async throws {
    let test = ToolTest(tasks: "version: 1\ntasks: { a: { uses: exec, with: { script: echo } } }")
      .file("real.json", String(repeating: "old\n", count: 5000))
    let path = test.folder.path
    try FileManager.default.createSymbolicLink(atPath: "\(path)/link.json", withDestinationPath: "real.json")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(path)/real.json")
    _ = await test.run("run", "a", "--report", "json=link.json")
    #expect(try JSONValue(parsing: test.folder.read("real.json") ?? "")["status"] == "succeeded")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/link.json") == "real.json")
    let mode = try FileManager.default.attributesOfItem(atPath: "\(path)/real.json")[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let binary = Binary(tasks: "version: 1\ntasks: { a: { uses: exec, with: { script: ':' } } }\n")
    let result = try await binary.shell("(echo before; $UGC run a -q --report json=/dev/stdout) > log; head -c 9 log")
    #expect(result.output == "before\n{\n")
    let shared = try await binary.shell(
      "{ $UGC run a -q --report json=/dev/stdout; echo after; } > log2; tail -n 2 log2; ln -s new.json to; "
        + "$UGC run a -q --report json=to; readlink to; head -c 2 new.json; mkfifo pipe; $UGC run a -q --report json=pipe"
    )
    #expect(shared.output == "}\nafter\nnew.json\n{\n")
    #expect(shared.code == 1 && shared.error.contains("could not be written"), "\(shared.error)")
  }

  @Test func `a long output keeps its end`() async throws {
    let test = ToolTest(
      tasks: "version: 1\ntasks: { a: { uses: exec, with: { script: 'seq 1 100000' } } }")
    _ = await test.run("run", "a", "--report", "json=r.json")
    let call = try #require(try JSONValue(parsing: test.folder.read("r.json") ?? "")["calls"]?.items.first)
    let output = try #require(call["output"]?.string)
    #expect(output.hasSuffix("\n99999\n100000\n") && output.utf8.count <= 32 << 10)
    #expect(output.utf8.count + (call["omittedBytes"]?.integer ?? 0) == 588_895)
    #expect(output.split(separator: "\n").first?.count == 5)
  }

  @Test func `a report that cannot be written is told before anything runs`() async {
    let test = ToolTest(tasks: "version: 1\ndotenv: [v.env]\ntasks: { a: { uses: exec, with: { script: touch ran } } }")
      .file("file", "").file("v.env", "").standing(in: "below")
    try? FileManager.default.createSymbolicLink(atPath: "\(test.folder.path)/link", withDestinationPath: "tasks.yaml")
    await test.run("run", "a", "--report", "html=../file/r.html").expect(
      error: """
        error: the folder of the html report, FOLDER/file, cannot be made: a file of that name is in the way
        help: name another file with --report html=FILE

        """, status: .usage)
    await test.run("run", "a", "--report", "json=.").expect(
      error: """
        error: the json report cannot be written to FOLDER/below, which is a folder
        help: name a file with --report json=FILE

        """, status: .usage)
    for word in ["xml=r.xml", "junit", "junit="] {
      let outcome = await test.run("run", "a", "--report", word)
      #expect(outcome.status == .usage)
      #expect(outcome.error.contains("write junit=FILE, json=FILE or html=FILE"), "\(outcome.error)")
    }
    for (words, message) in [
      (["junit=../tasks.yaml"], "`--report junit=../tasks.yaml` would replace a task file or another report"),
      (["json=r", "--report", "html=./r"], "`--report html=./r` would replace a task file or another report"),
      (["json=../link"], "`--report json=../link` would replace a task file or another report"),
      (["json=../v.env"], "`--report json=../v.env` would replace a task file or another report"),
      (["json=r/"], "`--report json=r/` does not name a file"), (["json=-"], "`--report json=-` does not name a file"),
    ] {
      let outcome = await test.run(["run", "a", "--report"] + words)
      #expect(outcome.status == .usage && outcome.error.hasPrefix("error: \(message)\n"), "\(outcome.error)")
    }
    #expect(await test.run("run", "a", "-n", "--report", "json=r.json").status == .usage)
    #expect(!test.folder.exists("ran") && !test.folder.exists(".ugc"))
  }

  @Test func `an older report is replaced whole, a resumed run writes one, and an interrupted one too`() async throws {
    let test = ToolTest(tasks: Self.tasks).file("j.xml", "old")
    _ = await test.run("run", "all", "-q", "--report", "junit=j.xml")
    #expect(test.folder.read("j.xml")?.contains(#"failures="1""#) == true)
    _ = await test.run("resume", "-q", "--report", "json=r.json")
    let calls = try JSONValue(parsing: try #require(test.folder.read("r.json")))["calls"]?.items ?? []
    #expect(calls.first { $0["call"] == "lib" }?["recorded"] == true)
    #expect(calls.first { $0["call"] == "app" }?["recorded"] == false)
    let waiting = ToolTest(
      tasks: "version: 1\ntasks: { wait: { uses: exec, with: { script: 'touch begun; sleep 60' } } }")
    let running = waiting.start("run", "wait", "--report", "junit=j.xml")
    await waiting.folder.waitForFile("begun")
    #expect(await running.stop().status == .terminated)
    let report = try #require(waiting.folder.read("j.xml"))
    #expect(report.contains(#"<error type="cancelled" message="the run was interrupted by SIGTERM"/>"#), "\(report)")
  }
}
