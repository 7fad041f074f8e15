import Foundation
import TaskCLI
import Testing

/// The jobs for CI services: YAML that the service reads, with commands that work.
@Suite struct ExampleJobsTests {
  // The schemas come with check-jsonschema, in the Python environment of the emulators.
  @Test(
    .enabled(if: Python.isThere), .timeLimit(.minutes(5)),
    arguments: [
      ("vendor.github-workflows", ".github/workflows/ci.yaml"),
      ("vendor.github-workflows", "Examples/ci/github-actions.yaml"),
      ("vendor.gitlab-ci", "Examples/ci/gitlab-ci.yaml"),
    ])
  func `they keep to the schema of the service`(schema: String, name: String) async throws {
    let folder = TemporaryFolder()
    folder.write("job.yaml", try Repository.text(name))
    let said = try await Python.run(
      """
      import sys
      from check_jsonschema import main
      sys.argv = ["check-jsonschema", "--builtin-schema", "\(schema)", "job.yaml"]
      main()
      """, in: folder)
    #expect(said == "ok -- validation done\n")
  }

  @Test(arguments: ["github-actions.yaml", "gitlab-ci.yaml", "Jenkinsfile"])
  func `the pipeline that they run writes its reports`(name: String) async throws {
    var test = ToolTest(tasks: try Repository.text("tasks.yaml"))
    for file in [
      "seed.example.json", "Examples/stream-events.ndjson", "Examples/UGC-dev.template.json",
      "Examples/UGC-dev-Metrics.nested.template.json",
    ] { test = test.file(file, try Repository.text(file)) }
    let command = try #require(try commands(of: name).first { $0.contains("release-check") })
    #expect(await test.run(command).status == .succeeded)
    for report in ["xml", "html"] { #expect(test.folder.exists("reports/release-check.\(report)")) }
  }

  @Test(arguments: ["github-actions.yaml", "gitlab-ci.yaml", "Jenkinsfile"])
  func `they use options that there are`(name: String) async throws {
    let commands = try commands(of: name)
    #expect(
      commands.map { $0.prefix { !$0.hasPrefix("--") && !$0.contains("=") } } == [
        ["run", "release-check"], ["resume"], ["run", "reseed"],
      ])
    for command in commands {
      let help = await ToolTest.platform.run(command[0], "--help").output
      for option in command where option.hasPrefix("--") { #expect(help.contains("\(option) ")) }
    }
  }

  /// The words of the commands that run tasks; those that go on in the next line are one.
  private func commands(of name: String) throws -> [[String]] {
    let text = try Repository.text("Examples/ci/\(name)").replacing(#/\s+\\?\s+--report/#, with: " --report")
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").drop { $0 != "ugc-tasks" }.dropFirst().map(String.init)
      return words.first == "run" || words.first == "resume" ? words : nil
    }
  }
}
