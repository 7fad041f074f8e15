import Documents
import TaskCLI
import Testing

@Suite struct ShowTests {
  private let test = ToolTest(
    tasks: """
      version: 1
      tasks:
        1️⃣purge:
          uses: deleteSeed
          aliases: [p]
          confirm: Sure?
        2️⃣release:
          description: What a release must show
          needs: [purge]
          steps: [{ task: seed, with: { seedCount: 3 } }, purge]
          finally: [purge]
        seed: {}
        say: { uses: exec, with: { script: echo hi, who: 3️⃣me }, dir: sub }
      """)

  @Test func `a task is shown with its place, its values and their help`() async {
    await test.run("show", "p", "STACK=x").expect(
      output: """
        purge: Delete every seeded channel and stream session
          defined at  tasks.yaml:1️⃣
          uses        deleteSeed, which writes
          aliases     p
          asks first  Sure?
          values
            stage = dev  (the plugin's default)
              The stage that the stack's name is made of.
            stack = x  (STACK on the command line)
              The stack to work on.
            backend = local  (the plugin's default)
              Where the stack lives: `local` is a SQLite file under .ugc/stacks, `aws` the deployed stack.
            awsProfile = (unset)
              The AWS profile that gives the credentials.
            awsRegion = (unset)
              The AWS region, where the profile does not name it; us-west-2 for a local stack's ARNs.
            awsCallTimeout = 5m  (the plugin's default)
              How long to try on where AWS is busy or out of reach, before giving up.

        """)
  }

  @Test func `a task that calls others is shown with its calls`() async {
    await test.run("show", "release").expect(
      output: """
        release: What a release must show
          defined at  tasks.yaml:2️⃣
          needs       purge
          steps       seed (seedCount), purge
          finally     purge

        """)
  }

  @Test func `a script's own values are shown`() async {
    let run = await test.run("show", "say")
    #expect(run.output.contains("  dir         FOLDER/sub\n"))
    #expect(run.output.contains("    who = me  (tasks.yaml:13:52)\n"))
  }

  @Test func `a task is JSON too`() async throws {
    let task = try #require(try JSONValue(parsing: await test.run("show", "purge", "--json").output).items.first)
    #expect(task["name"] == "purge")
    #expect(task["uses"] == "deleteSeed")
    #expect(task["effects"] == "writes")
    #expect(task["values"]?.items.first?["help"] == "The stage that the stack's name is made of.")
    #expect(task["values"]?.items.first?["layer"] == "plugin")
  }

  @Test func `there being no such task is said`() async {
    await test.run("show", "purgee").expect(
      error: "error: tasks.yaml has no task `purgee`\nhelp: did you mean `purge`?\n", status: .usage)
  }
}

@Suite struct PluginsTests {
  @Test func `plugins are listed`() async {
    await ToolTest().run("plugins").expect(
      output: """
        exec           Run a script
        seed           Seed mock channels, each with one stream session
        deleteSeed     Delete every seeded channel and stream session
        stream-events  Bring what happens on IVS to the streams table
        scaling-check  Check that the services scale as the platform promises
        stack          Tell what a stack holds

        """)
  }

  @Test func `a plugin is shown with inputs, variables, types, defaults, bounds, outputs, effects and an example`()
    async
  {
    await ToolTest().run("plugins", "exec").expect(
      output: """
        exec: Run a script
        It changes things: values under `protected` are refused.

        inputs
          script  (tasks.yaml only)
            The script. The task's values are in its environment, under their variable names.
            text; default: required
          shell  (tasks.yaml only)
            The program that runs the script, with its options; the script comes after them.
            list; default: sh -euc

        example
          tasks:
            example:
              uses: exec
              with: { script: echo "hello from $STAGE", stage: dev }

        """)
    let seed = await ToolTest().run("plugins", "seed").output
    #expect(seed.contains("  seedCount  (SEED_COUNT)\n"))
    #expect(seed.contains("    integer, between 0 and 10000000; default: 50\n"))
    #expect(seed.contains("  channels  integer  Channels written: fromJSON + offline + live.\n"))
  }

  @Test func `a plugin is JSON too`() async throws {
    let plugins = try JSONValue(parsing: await ToolTest().run("plugins", "--json").output).items
    #expect(
      plugins.map { $0["name"]?.string } == ["exec", "seed", "deleteSeed", "stream-events", "scaling-check", "stack"])
    let seed = try JSONValue(parsing: await ToolTest().run("plugins", "seed", "--json").output)
    #expect(
      seed["inputs"]?.items.first?.text
        == #"{"name":"seedCount","variable":"SEED_COUNT","type":"integer","choices":[],"default":"50","required":false,"bounds":"between 0 and 10000000","secret":false,"path":false,"help":"How many channels there are to be in all, those of the JSON file among them."}"#
    )
  }

  @Test func `there being no such plugin is said`() async {
    await ToolTest().run("plugins", "sed").expect(
      error: "error: there is no plugin `sed`\nhelp: did you mean `seed`?\n", status: .usage)
  }
}

/// The reference pages are made from the declarations, and their examples run.
@Suite struct DocumentationTests {
  private static let plugins = ["exec", "seed", "deleteSeed", "stream-events", "scaling-check", "stack"]

  @Test(arguments: plugins)
  func `a plugin's page is as its declarations make it`(name: String) async throws {
    let page = await ToolTest().run("plugins", name, "--markdown")
    #expect(
      page.output == (try? Repository.text("Documentation/Plugins/\(name).md")),
      "run: ugc-tasks plugins \(name) --markdown > Documentation/Plugins/\(name).md")
  }

  @Test(arguments: plugins)
  func `a page's example runs`(name: String) async throws {
    let page = try Repository.text("Documentation/Plugins/\(name).md")
    let block = try #require(page.firstMatch(of: #/```yaml\n([\s\S]*?)```/#)).output.1
    var test = ToolTest(tasks: String(block))
    for example in Repository.files(below: "Examples") where example.contains(".") {
      test = test.file(example, try Repository.text(example))
    }
    let run = await test.run("run", "example")
    #expect(run.status == .succeeded, "\(run.error)")
  }

  @Test func `every page belongs to a plugin`() {
    let pages = Repository.files(below: "Documentation/Plugins").map {
      $0.split(separator: "/").last.map(String.init) ?? ""
    }
    #expect(Set(pages) == Set(Self.plugins.map { "\($0).md" }))
  }
}
