import Foundation
import TaskCLI
import Testing

/// Tasks that run once for each combination of values.
@Suite(.timeLimit(.minutes(5))) struct MatrixTests {
  private static let twelve = """
    version: 1
    tasks:
      cell:
        matrix: { os: [linux, mac, bsd], v: [5.9, 5.10, '6', x] }
        uses: exec
        with: { script: 'echo "$OS $V" >> log; test -e ok || [ "$OS$V" != "$BAD" ]; echo "id=$OS-$V" >> $UGC_OUTPUT', bad: '' }
      say: { uses: exec, with: { script: 'echo "$WHAT"', what: '' } }
      all: { steps: [cell, { task: say, with: { what: '${steps.cell[os=mac,v=5.10].id}' } }] }
    """

  private func log(_ test: ToolTest) -> [String] {
    (test.folder.read("log") ?? "").split(separator: "\n").map(String.init).sorted()
  }

  @Test func `each combination is a call with its values, and its outputs can be read`() async throws {
    let test = ToolTest(tasks: Self.twelve)
    let run = await test.run("run", "all", "--output", "json")
    #expect(run.status == .succeeded)
    let all = ["linux", "mac", "bsd"].flatMap { os in ["5.9", "5.10", "6", "x"].map { "\(os) \($0)" } }
    #expect(log(test) == all.sorted())
    #expect(run.output.contains(#""call":"all/2:say","level":"info","stream":"stdout","message":"mac-5.10""#))
    #expect(try run.outputs(of: "all/1:cell[os=bsd,v=6]") == #"{"id":"bsd-6"}"#)
    let plan = await test.run("plan", "cell").output
    #expect(plan.hasPrefix("cell  12 cells\ncell[os=linux,v=5.9]  (cell)\n"))
    #expect(plan.contains("\ncell[os=bsd,v=x]  (cell)\n"))
    #expect(await test.run("show", "cell").output.contains("matrix      os=linux|mac|bsd, v=5.9|5.10|6|x\n"))
  }

  @Test func `one failing cell of twelve is all that runs again`() async {
    let test = ToolTest(tasks: Self.twelve)
    let failed = await test.run("run", "cell", "BAD=mac5.10", "--keep-going")
    #expect(failed.status == .failed)
    #expect(log(test).count == 12)
    #expect(failed.error.contains("failed    cell                   (T) because `cell[os=mac,v=5.10]` failed\n"))
    #expect(failed.error.contains("error: cell[os=mac,v=5.10]: the script of `cell` ended with exit code 1\n"))
    test.folder.write("log", "")
    let again = await test.file("ok", "").run("resume")
    #expect(again.status == .succeeded)
    #expect(log(test) == ["mac 5.10"])
    #expect(again.error.contains("ok cell[os=linux,v=5.9] (done before)\n"))
  }

  @Test func `cells that may fail do not make a finished matrix run again`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          m: { matrix: { os: [l, w] }, allowFailure: true, uses: exec, with: { script: 'echo $OS >> log; test $OS = l' } }
          bad: { uses: exec, with: { script: test -e ok } }
          all: { steps: [m, bad] }
        """)
    #expect(await test.run("run", "all").status == .failed)
    #expect(await test.file("ok", "").run("resume").status == .succeeded)
    #expect(log(test) == ["l", "w"])
  }

  @Test func `cells run side by side, and a failure stops the rest`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          meet:
            matrix: { me: [a, b] }
            uses: exec
            with: { script: 'touch $ME; while ! test -e a || ! test -e b; do sleep 0.01; done' }
          stop:
            matrix: { me: [fails, hangs, late] }
            uses: exec
            with:
              script: |
                echo $ME >> begun
                case $ME in
                  fails) while ! grep -q hangs begun; do sleep 0.01; done; exit 3 ;;
                  hangs) exec sleep 600 ;;
                esac
        """)
    #expect(await test.run("run", "meet", "-j2").status == .succeeded)
    let stopped = await test.run("run", "stop", "-j2")
    #expect(stopped.status == .failed)
    #expect(stopped.error.contains("cancelled stop[me=hangs] (T) because `stop[me=fails]` failed\n"))
    #expect(stopped.error.contains("skipped stop[me=late] because `stop[me=fails]` failed\n"))
    #expect(test.folder.read("begun")?.contains("late") == false)
  }

  @Test func `keys can be read by every value, and belong to the matrix alone`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        defaults: { region: nowhere }
        tasks:
          seed:
            matrix: { region: [eu, us] }
            with: { stack: 'UGC-${region}', seedCount: 2 }
          deploy:
            matrix: { region: [eu, us] }
            when: ${region} != 'us'
            needs: [{ task: prepare, with: { where: '${region}' } }]
            uses: exec
            env: { PLACE: 'in ${region}' }
            with: { script: 'echo $PLACE $REGION "$@"' }
            finally: [{ task: prepare, with: { where: 'end of ${region}' } }]
          prepare: { uses: exec, with: { script: 'echo $WHERE', where: '' } }
        """)
    let seeded = await test.run("run", "seed", "-q", "-j1")
    #expect(
      seeded.output == """
        seed[region=eu] | seeded 2 channels and 2 streams in UGC-eu (0 from JSON, 1 offline, 1 live)
        seed[region=us] | seeded 2 channels and 2 streams in UGC-us (0 from JSON, 1 offline, 1 live)

        """)
    let deployed = await test.variable("REGION", "mars").run("run", "deploy", "-q", "--", "x y")
    deployed.expect(
      output: """
        prepare | eu
        deploy[region=eu] | in eu eu x y
        deploy[region=eu]/finally-1:prepare | end of eu

        """)
    await test.run("run", "deploy", "REGION=eu").expect(
      error: """
        error: REGION is a key of a matrix, and cannot be given
         --> REGION on the command line
          |
          | REGION=eu
          |        ^^
        help: the matrix in the task file has its values

        """, status: .usage)
    let row = await test.run("config", "seed", "--json").output
    #expect(!row.contains("nowhere") || row.contains(#""layer": "defaults""#))
  }

  @Test func `one cell can be asked for`() async {
    let test = ToolTest(tasks: Self.twelve)
    #expect(await test.run("run", "cell[os=mac,v=6]").status == .succeeded)
    #expect(log(test) == ["mac 6"])
    #expect(await test.run("run", "cell[os=mac,v=x]", "BAD=macx").status == .failed)
    #expect(await test.file("ok", "").run("resume").status == .succeeded)
    test.folder.write("log", "")
    #expect(await test.run("run", "cell[os=mac,v=6]", "cell", "cell[os=bsd,v=6]").status == .succeeded)
    #expect(log(test).count == 12 && Set(log(test)).count == 12)
    await test.run("run", "cell[os=mac,v=7]").expect(
      error: """
        error: the matrix of `cell` has no `os=mac,v=7`
        help: did you mean `os=mac,v=6`?

        """, status: .usage)
    #expect(await test.run("run", "say[x=1]").error == "error: the task `say` has no matrix\nhelp: run `say`\n")
    #expect(await test.run("show", "cell").output.contains("uses        exec"))
  }

  @Test func `what a matrix gives cannot be given elsewhere, and is no secret`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token]
        tasks:
          a: { matrix: { os: [x, y] }, with: { os: z, script: ':' }, uses: exec }
          b: { matrix: { os: [x, y] }, uses: exec, with: { script: ':' } }
          c: { steps: [{ task: b, with: { os: z } }, { task: b, when: "${os} == 'x'" }] }
          d: { matrix: { token: [abcdefgh] }, uses: exec, with: { script: ':' } }
        """)
    let run = await test.run("check")
    for message in [
      "`os` is a key of the matrix of `a`, which beats this value\n --> tasks.yaml:4:",
      "`os` is a key of the matrix of `b`, which beats this value\n --> tasks.yaml:6:",
      "`${os}` is a key of the matrix of `b`, which is not known where the task is called",
      "`token` is secret, and the calls of the matrix of `d` would be named by it",
    ] { #expect(run.error.contains(message), "\(message)\n\(run.error)") }
  }

  @Test func `needs share a matrix, steps run it each time`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          cell: { matrix: { n: [1, 2] }, uses: exec, with: { script: 'echo $N $MODE >> log', mode: a } }
          one: { needs: [cell] }
          two: { needs: [cell, { task: cell, with: { mode: b } }] }
          all: { needs: [one, two], steps: [cell, cell] }
        """)
    #expect(await test.run("run", "all").status == .succeeded)
    #expect(log(test) == ["1 a", "1 a", "1 a", "1 b", "2 a", "2 a", "2 a", "2 b"])
  }

  @Test func `mistakes are told with their places`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        tasks:
          a: { matrix: { os: [] }, uses: exec, with: { script: ':' } }
          b: { matrix: { os: ['x y', one, one] }, uses: exec, with: { script: ':' } }
          c: { matrix: { PATH: [1] }, uses: exec, with: { script: ':' } }
          d: { matrix: { a: [1, 2], b: 7 }, uses: exec, with: { script: ':' } }
          seed: { matrix: { seedCount: [1, many] } }
          e: { steps: [seed, { task: e2, with: { n: '${steps.seed.channels}' } }] }
          f: { steps: [seed, { task: e2, with: { n: '${steps.seed[seedCount=3].channels}' } }] }
          g: { steps: [e2, { task: e2, id: x, with: { n: '${steps.e2[a=1].y}' } }] }
          e2: { uses: exec, with: { script: ':', n: '' } }
        """)
    let run = await test.run("check")
    #expect(run.status == .usage)
    for message in [
      "`os` in `matrix` of the task `a` has no values\n --> tasks.yaml:3:18",
      "`x y` cannot be a value of a matrix: it names calls\n --> tasks.yaml:4:23",
      "the matrix has the value `one` twice\n --> tasks.yaml:4:35",
      "`matrix` of the task `c` cannot have a value named `PATH`",
      "`b` in `matrix` of the task `d` must be a list, not a whole number",
      "`seedCount` of the task `seed` must be a whole number, not `many`\n --> tasks.yaml:7:36",
      "the task `seed` runs once for each of its matrix: say whose output is meant",
      "the matrix of `seed` has no `seedCount=3`", "the task `e2` has no matrix",
    ] { #expect(run.error.contains(message), "\(message)\n\(run.error)") }
    let large = ToolTest(
      tasks: """
        version: 1
        tasks:
          a:
            matrix: { x: [\((1...40).map(String.init).joined(separator: ", "))], y: [\((1...40).map(String.init).joined(separator: ", "))] }
            uses: exec
            with: { script: ':' }
        """)
    #expect(await large.run("check").error.contains("the matrix has more than 1000 combinations"))
  }
}
