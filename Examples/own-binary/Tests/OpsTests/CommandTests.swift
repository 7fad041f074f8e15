import Foundation
import Testing

/// The commands of the README, and the plugin as users see it.
@Suite struct CommandTests {
  @Test func `the commands of the README say what it says`() async throws {
    let ops = try Ops()
    let readme = try String(contentsOf: Ops.package.appending(path: "README.md"), encoding: .utf8)
    var count = 0
    for block in readme.components(separatedBy: "```console\n").dropFirst() {
      for step in "\n\(block.components(separatedBy: "```")[0])".components(separatedBy: "\n$ ops").dropFirst() {
        let lines = step.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let said = await ops.run(lines[0].split(separator: " ").map(String.init)).said
        #expect(said.trimmingCharacters(in: .newlines) == lines[1].trimmingCharacters(in: .newlines), "ops\(lines[0])")
        count += 1
      }
    }
    #expect(count == 6)
  }

  @Test func `a port that takes connections is there`() async throws {
    let listener = try Listener(listens: true)
    let (said, status) = try await Ops().run(["run", "database", "-q", "PORT=\(listener.port)"])
    #expect(said == "127.0.0.1:\(listener.port) is there\n")
    #expect(status == .succeeded)
  }

  @Test func `a port that refuses them is waited for in vain`() async throws {
    let port = try Listener(listens: false)
    let (said, status) = try await Ops().run(
      ["run", "database", "-q", "PORT=\(port.port)", "WITHIN=30ms", "EVERY=10ms"])
    #expect(
      said == """
        error: 127.0.0.1:\(port.port) is not there [no-answer]
         --> 127.0.0.1:\(port.port)
          expected: an answer within 30ms
          found: Connection refused
        error: waited in vain for 127.0.0.1:\(port.port)
        help: start it, or raise WITHIN

        """)
    #expect(status == .failed)
  }

  @Test func `a port and a file are one too many`() async throws {
    let (said, status) = try await Ops().run(["run", "database", "FILE=ready"])
    #expect(
      said == """
        error: `file` of the task `database` cannot be waited for together with `port`
         --> FILE on the command line
          |
          | FILE=ready
          |      ^^^^^

        """)
    #expect(status == .usage)
  }

  @Test func `plan tells what would be waited for`() async throws {
    let (said, status) = try await Ops().run(["plan", "ready", "database"])
    #expect(
      said == """
        ready
            wait at most 10s for ready
        database
            wait at most 10s for 127.0.0.1:5432

        """)
    #expect(status == .succeeded)
  }
}
