import Foundation
import Testing

/// Commands that only answer start no process, touch no network and write no file: the system calls are looked at.
@Suite struct PurityTests {
  private let binary: Binary

  init() {
    binary = Binary(
      tasks: """
        version: 1
        dotenv: [.env]
        tasks:
          seed: {}
          deleteSeed: {}
          say: { uses: exec, with: { script: touch written } }
          build:
            matrix: { n: [1, 2] }
            preconditions: [touch written]
            retry: { attempts: 2 }
            sources: [.env]
            generates: ['out-${n}']
            uses: exec
            with: { script: touch written }
          all: { needs: [say, build], steps: [deleteSeed, seed], finally: [say] }
        """)
    binary.folder.write(".env", "A=1\n")
  }

  private func calls(of command: String) async throws -> [Substring] {
    let traced =
      "execve,fork,vfork,clone,clone3,socket,connect,openat,creat,mkdir,mkdirat,unlink,unlinkat,rename,renameat,renameat2"
    let result = try await binary.shell("strace -f -qq -o trace -e trace=\(traced) \"$UGC\" \(command)")
    #expect(result.code == 0, "\(result.error)")
    return (binary.folder.read("trace") ?? "").split(separator: "\n")
  }

  @Test(arguments: [
    "list", "show all", "config all", "check", "plugins", "plugins seed --json", "--help", "plan all",
    "plan all --force",
    "graph all", "schema", "completions bash", "doctor", "---completion run -- positional@0 2 0 ugc-tasks run seed ''",
  ])
  func `nothing is started, connected or written`(command: String) async throws {
    let calls = try await calls(of: command)
    #expect(!calls.isEmpty)
    #expect(calls.filter { $0.contains("execve(") }.count == 1)
    // A clone that shares the address space is a thread.
    let starts = calls.filter {
      !$0.contains("resumed>") && (["clone(", "clone3(", "fork("].contains(where: $0.contains))
    }
    #expect(starts.allSatisfy { $0.contains("CLONE_VM") }, "\(starts)")
    #expect(!calls.contains { $0.contains("socket(") || $0.contains("connect(") })
    let writes = calls.filter { call in
      ["O_WRONLY", "O_RDWR", "O_CREAT", "mkdir", "unlink", "rename", "creat("].contains { call.contains($0) }
    }
    #expect(writes.isEmpty, "\(writes)")
    #expect(!binary.folder.exists(".ugc"))
    #expect(!binary.folder.exists("written"))
  }

  @Test func `a plan reads a stack without a file beside it`() async throws {
    #expect(try await binary.shell("\"$UGC\" run seed").code == 0)
    let writes = try await calls(of: "plan deleteSeed").filter { call in
      ["O_WRONLY", "O_RDWR", "O_CREAT", "mkdir", "unlink", "rename", "creat("].contains { call.contains($0) }
    }
    #expect(writes.isEmpty, "\(writes)")
  }

  @Test func `a plan of a stack that is there leaves every file as it was`() async throws {
    #expect(try await binary.shell("\"$UGC\" run seed").code == 0)
    let before = try await binary.shell("find . -type f -not -name trace -exec sha256sum {} + | sort").output
    let plan = try await binary.shell("\"$UGC\" plan all deleteSeed")
    #expect(plan.output.contains("delete 50 channels and 50 streams"))
    #expect(try await binary.shell("find . -type f -not -name trace -exec sha256sum {} + | sort").output == before)
  }
}
