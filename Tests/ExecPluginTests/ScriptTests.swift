import FoundationEssentials
import Synchronization
import TaskKit
import Testing

@testable import ExecPlugin

@Suite struct ScriptTests {
  private final class Kept: TaskReporter {
    let bytes = Mutex<[String: [UInt8]]>([:])
    func write(_ bytes: [UInt8], to stream: OutputStream) {
      self.bytes.withLock { $0[stream.rawValue, default: []] += bytes }
    }
    func print(_ line: String) {}
    func progress(_ progress: Progress) {}
    func log(_ level: Logger.Level, _ message: String) {}
    func report(_ finding: Finding) {}
  }

  private func run(_ script: String, environment: [String: String] = ["PATH": "/usr/bin:/bin"]) async throws -> Kept {
    let kept = Kept()
    let setting = RunSetting(
      identity: RunIdentity(id: "r", startedAt: Date(), randomSeed: 0), state: StateDirectory(path: "/nonexistent"),
      folder: "/nonexistent/\(UUID().uuidString)")
    let context = TaskContext(
      task: "it", call: "it", run: setting, directory: "/tmp", environment: environment, arguments: [], reporter: kept)
    var plugin = ExecPlugin()
    plugin.script = script
    let end = await Result(catching: { try await plugin.run(context) })
    _ = await setting.resources.close()
    _ = try end.get()
    return kept
  }

  @Test func `a large output comes whole and in order`() async throws {
    let kept = try await run("i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i + 1)); done")
    let expected = (0..<20_000).map { "\($0)\n" }.joined()
    #expect(kept.bytes.withLock { $0["stdout"] } == Array(expected.utf8))
  }

  @Test func `both streams are kept apart`() async throws {
    let kept = try await run("echo out; echo err >&2")
    #expect(kept.bytes.withLock { $0 } == ["stdout": Array("out\n".utf8), "stderr": Array("err\n".utf8)])
  }

  @Test func `many scripts leave no descriptor behind`() async throws {
    // What scripts use; other tests of this process have sockets.
    func descriptors() -> Int {
      let folder = "/proc/self/fd"
      let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return numbers.count { number in
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(number)")
        return target?.hasPrefix("pipe:") == true || target == "anon_inode:[pidfd]"
      }
    }
    _ = try await run("true")
    let before = descriptors()
    for _ in 0..<50 { _ = try await run("echo x") }
    for _ in 0..<5 { _ = try? await run("exit 1") }
    #expect(descriptors() < before + 40)
  }

  @Test func `the plugin is declared as it should be`() {
    #expect(DeclarationCheck.mistakes(of: execPlugin).isEmpty)
  }
}

extension Result where Failure == any Error {
  fileprivate init(catching work: () async throws -> Success) async {
    do { self = .success(try await work()) } catch { self = .failure(error) }
  }
}
