import Testing

@testable import TaskCLI

@Suite struct PathTests {
  @Test func `paths are made absolute by name`() {
    #expect(Path.absolute("../a/./b", from: "/x/y") == "/x/a/b")
    #expect(Path.absolute("/a//b/", from: "/x") == "/a/b")
    #expect(Path.absolute("../../../..", from: "/x") == "/")
    #expect(Path.parent(of: "/a/b") == "/a")
    #expect(Path.parent(of: "/a") == "/")
  }

  @Test func `paths are shown as a user would write them`() {
    #expect(Path.shown("/x/y/tasks.yaml", from: "/x/y") == "tasks.yaml")
    #expect(Path.shown("/x/tasks.yaml", from: "/x/y") == "../tasks.yaml")
    #expect(Path.shown("/etc/tasks.yaml", from: "/x/y") == "/etc/tasks.yaml")
  }
}
