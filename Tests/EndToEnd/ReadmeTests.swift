import Documents
import Foundation
import TaskCLI
import Testing

/// Every command and every YAML block of the README, run.
@Suite struct ReadmeTests {
  /// The README's fenced blocks of a language.
  private func blocks(_ language: String) throws -> [String] {
    var blocks: [String] = []
    var open: [Substring]?
    for line in try Repository.text("README.md").split(separator: "\n", omittingEmptySubsequences: false) {
      if let lines = open {
        if line == "```" {
          blocks.append(lines.map { $0 + "\n" }.joined())
          open = nil
        } else {
          open = lines + [line]
        }
      } else if line == "```\(language)" {
        open = []
      }
    }
    return blocks
  }

  /// A folder with the repository's own tasks.
  private func repositoryFolder() async throws -> Binary {
    let binary = Binary(tasks: try Repository.text("tasks.yaml"))
    binary.folder.write("seed.example.json", try Repository.text("seed.example.json"))
    for example in [
      "pipeline.yaml", "stream-events.ndjson", "UGC-dev.template.json", "UGC-dev-Metrics.nested.template.json",
      "workspace/tasks.yaml", "workspace/docs/tasks.yaml", "workspace/docs/index.md", "workspace/api/one.txt",
      "workspace/api/two.txt",
    ] {
      binary.folder.write("Examples/\(example)", try Repository.text("Examples/\(example)"))
    }
    binary.folder.make("bin")
    #expect(try await binary.shell("ln -s \"$UGC\" bin/ugc-tasks").code == 0)
    return binary
  }

  @Test func `the commands of the tour say what the README says`() async throws {
    let binary = try await repositoryFolder()
    let blocks = try blocks("console")
    #expect(blocks.count >= 7)
    for block in blocks {
      for (command, expected) in steps(of: block) {
        let result = try await binary.shell("PATH=\"$PWD/bin:$PATH\"; { \(command); } 2>&1")
        let said = result.output.replacing(#/\(\d+\.\d\d s\)/#, with: "(T)")
          .replacing(#/\d{8}t\d{9}z-\w+/#, with: "RUN").replacing(binary.folder.path, with: "FOLDER")
        #expect(said == expected, "\(command)")
      }
    }
  }

  /// The commands of a block with what follows each.
  private func steps(of block: String) -> [(command: String, output: String)] {
    var steps: [(command: String, output: String)] = []
    for line in block.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.hasPrefix("$ ") {
        steps.append((String(line.dropFirst(2)), ""))
      } else if !steps.isEmpty {
        steps[steps.count - 1].output += line + "\n"
      }
    }
    return steps
  }

  @Test func `the two commands are tasks of the repository`() async throws {
    let binary = try await repositoryFolder()
    // DeployedStackTests runs those that need AWS, the test below the server.
    let blocks = try blocks("sh").filter { !$0.contains("BACKEND=aws") && !$0.contains("LISTEN=") }
    let commands = blocks.joined().split(separator: "\n").map { $0.prefix { $0 != "#" } }
    #expect(
      commands.map { $0.trimmingCharacters(in: .whitespaces) } == [
        "bin/ugc-tasks run seed", "bin/ugc-tasks run test",
      ])
    #expect(try await binary.shell("UGC_TASKS_BINARY=$UGC \(Repository.root)/bin/ugc-tasks run seed").code == 0)
    #expect(try await binary.shell("$UGC config test").output.contains("Some tests look at system calls"))
  }

  @Test func `the server takes events from curl`() async throws {
    let binary = try await repositoryFolder()
    let commands = try blocks("sh").filter { $0.contains("LISTEN=") }.joined().split(separator: "\n").map(String.init)
    try #require(commands.count == 2)
    #expect(try await binary.shell("$UGC run seed JSON=seed.example.json SEED_COUNT=3").code == 0)
    let serve = commands[0].replacing("ugc-tasks", with: "exec $UGC").replacing(":8080", with: ":0")
    let server = try binary.start("\(serve) 2> said")
    defer { kill(server.process.processIdentifier, SIGKILL) }
    let address = try await binary.said("listening on http://", in: "said").prefix { $0 != ";" }
    let post = commands[1].replacing("127.0.0.1:8080", with: address)
    #expect(try await binary.shell("\(post) 2>&1 | tail -n 1").output.hasSuffix(#"{"result":"applied"}"#))
    kill(server.process.processIdentifier, SIGTERM)
    let result = await server.finish()
    #expect(result.code == 143)
    #expect(result.output == "applied 1 of 1 event, in UGC-dev\n")
  }

  @Test func `the YAML blocks are task files, and their pipelines run`() async throws {
    let blocks = try blocks("yaml").filter { $0.hasPrefix("version: 1") }
    #expect(!blocks.isEmpty)
    for block in blocks {
      let test = ToolTest(tasks: block)
      #expect(await test.run("check").status == .succeeded)
      #expect(await test.run("run", "seed", "deleteSeed").status == .succeeded)
      guard block.contains("demo:") else { continue }
      let run = await test.run("run", "demo", "-q")
      #expect(run.status == .succeeded)
      #expect(run.output.contains("hello operator, here is UGC-dev\n"))
      #expect(await test.run("run", "purge").status == .failed)
      #expect(await test.run("run", "seed", "--profile", "prod").status == .failed)
    }
  }

  @Test func `each command that replaces one of make's runs`() async throws {
    let binary = try await repositoryFolder()
    let rows = try Repository.text("README.md").split(separator: "\n").filter {
      $0.hasPrefix("| `") && $0.contains("make ")
    }
    #expect(rows.count >= 10)
    for row in rows {
      let command = try #require(row.split(separator: "`").last { $0.contains("ugc-tasks") })
      let result = try await binary.shell("PATH=\"$PWD/bin:$PATH\"; \(command)")
      #expect(result.code == 0, "\(command): \(result.error)")
    }
  }

  @Test func `the steps of CI jobs are YAML whose commands run`() async throws {
    let binary = try await repositoryFolder()
    let blocks = try blocks("yaml").filter { !$0.hasPrefix("version: 1") }
    #expect(blocks.count == 2)
    for block in blocks {
      let source = SourceText(name: "README.md", path: "README.md", bytes: Array(block.utf8), lineBreaks: .yaml)
      _ = try YAML.parse(source)
      let line = try #require(block.split(separator: "\n").last { $0.contains("bin/ugc-tasks") })
      let command = try #require(line.firstRange(of: "bin/ugc-tasks").map { line[$0.lowerBound...] })
      let result = try await binary.shell("GITHUB_RUN_ID=1 CI_PIPELINE_ID=2; \(command)")
      #expect(result.code == 0, "\(command): \(result.error)")
    }
    #expect(binary.folder.exists(".ugc/stacks/ci-1.sqlite"))
    #expect(binary.folder.exists(".ugc/stacks/ci-2.sqlite"))
  }

  @Test(arguments: [
    "tasks.yaml", "Examples/platform/tasks.yaml", "Examples/pipeline.yaml", "Examples/workspace/tasks.yaml",
  ])
  func `the task files of the repository are valid`(name: String) async throws {
    let docs = try Repository.text("Examples/workspace/docs/tasks.yaml")
    let test = ToolTest(tasks: try Repository.text(name)).file("docs/tasks.yaml", docs)
    #expect(await test.run("check").status == .succeeded)
  }

  @Test func `the platform's tasks protect and ask`() async throws {
    let test = ToolTest(tasks: try Repository.text("Examples/platform/tasks.yaml"))
    #expect(await test.run("run", "destroy").error.contains("Destroy the stack UGC-dev with everything in it?"))
    #expect(await test.run("run", "deploy", "--profile", "prod").error.contains("is `prod`, which is protected"))
  }
}
