import Documents
import Foundation
import Testing

@Suite struct BinaryTests {
  @Test func `the process exits with the promised codes`() async throws {
    let binary = Binary.platform
    #expect(try await binary.shell("$UGC run seed SEED_COUNT=1").code == 0)
    #expect(try await binary.shell("$UGC run deleteSeed").code == 1)
    #expect(try await binary.shell("$UGC run seed SEED_COUNT=x").code == 2)
    #expect(try await binary.shell("$UGC --version").code == 0)
  }

  @Test func `a question with standard input closed is refused, with yes it is not`() async throws {
    let binary = Binary.platform
    #expect(try await binary.shell("$UGC run seed SEED_COUNT=3").code == 0)
    for input in ["<&-", "</dev/null", "<<'E'\ny\nE"] {
      let refused = try await binary.shell("$UGC run deleteSeed \(input)")
      #expect(refused.code == 1)
      #expect(refused.error.contains("nobody can answer"))
    }
    let path = "\(binary.folder.path)/.ugc/stacks/UGC-dev.sqlite"
    #expect(try StackFile(path: path).text("SELECT count(*) FROM channels") == "3")
    #expect(try await binary.shell("$UGC run deleteSeed --yes <&-").code == 0)
    #expect(try StackFile(path: path).text("SELECT count(*) FROM channels") == "0")
  }

  @Test func `kill -9 in the middle of a seed leaves whole pairs and a sound file`() throws {
    let binary = Binary.platform
    let running = try binary.start("exec $UGC run seed SEED_COUNT=500000 --output json")
    var seen = ""
    while !seen.contains(#""done":2000"#) {
      let more = running.output.fileHandleForReading.availableData
      guard !more.isEmpty else { break }
      seen += String(decoding: more, as: UTF8.self)
    }
    kill(running.process.processIdentifier, SIGKILL)
    running.process.waitUntilExit()
    let stack = try StackFile(path: "\(binary.folder.path)/.ugc/stacks/UGC-dev.sqlite")
    #expect(try stack.text("PRAGMA integrity_check") == "ok")
    let channels = try #require(Int(try stack.text("SELECT count(*) FROM channels") ?? ""))
    #expect((2_000..<500_000).contains(channels))
    #expect(try stack.text("SELECT count(*) FROM streams") == "\(channels)")
    #expect(
      try stack.text("SELECT count(*) FROM channels WHERE channel_arn NOT IN (SELECT channel_arn FROM streams)") == "0")
  }

  @Test func `a terminal gets escape codes, a pipe none`() async throws {
    let binary = Binary.platform
    let onTerminal = try await binary.shell("script -qec \"$UGC run seed\" /dev/null </dev/null")
    #expect(onTerminal.output.contains("\u{1B}[K"))
    #expect(onTerminal.output.contains("50 of 50 channels"))
    let noColor = try await binary.shell("NO_COLOR=1 script -qec \"$UGC run sead\" /dev/null </dev/null")
    #expect(!noColor.output.contains("\u{1B}"))
    let piped = try await binary.shell("$UGC run seed 2>&1 | cat")
    #expect(!piped.output.contains("\u{1B}"))
  }

  @Test func `a terminal is asked, and its answer counts`() async throws {
    let binary = Binary.platform
    let yes = try await binary.shell("printf 'y\\n' | script -qec \"$UGC run deleteSeed\" /dev/null")
    #expect(yes.code == 0)
    #expect(yes.output.contains("deleteSeed: Sure? [y/N]"))
    #expect(yes.output.contains("nothing seeded in UGC-dev"))
  }

  @Test func `a reader that goes away is no message`() async throws {
    let result = try await Binary(
      tasks: "version: 1\ntasks:\n  many: { uses: exec, with: { script: 'seq 200000' } }\n"
    ).shell("$UGC run many | head -n 1")
    #expect(result.output == "1\n")
    #expect(result.error.isEmpty)
  }

  @Test func `output that cannot be written is a failure`() async throws {
    let result = try await Binary.platform.shell("$UGC list >/dev/full")
    #expect(result.code == 1)
    #expect(result.error == "error: standard output cannot be written to: no space is left on the device\n")
  }

  @Test func `two seeds of one stack at once both arrive`() async throws {
    let binary = Binary.platform
    let runs = try (0..<2).map { _ in try binary.start("$UGC run seed SEED_COUNT=5000") }
    for run in runs { #expect(await run.finish().code == 0) }
    let stack = try StackFile(path: "\(binary.folder.path)/.ugc/stacks/UGC-dev.sqlite")
    #expect(try stack.text("SELECT count(*) FROM channels") == "10000")
  }

  @Test func `the wrapper becomes the binary that it is given`() async throws {
    let binary = Binary.platform
    let result = try await binary.shell("UGC_TASKS_BINARY=$UGC \(Repository.root)/bin/ugc-tasks run seed SEED_COUNT=2")
    #expect(result.code == 0)
    #expect(result.output == "seeded 2 channels and 2 streams in UGC-dev (0 from JSON, 1 offline, 1 live)\n")
  }

  @Test func `memory does not grow with the count`() async throws {
    let script = """
      import resource, subprocess, sys
      subprocess.run([sys.argv[1], "run", "seed", "SEED_COUNT=" + sys.argv[2], "-q"], check=True, stdout=subprocess.DEVNULL)
      print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      """
    let binary = Binary.platform
    binary.folder.write("peak.py", script)
    func peak(_ count: Int) async throws -> Int {
      let output = try await binary.shell("python3 peak.py $UGC \(count)").output
      return try #require(Int(output.split(separator: "\n").last ?? ""))
    }
    #expect(try await peak(60_000) - peak(1_000) < 64 << 10)
  }
}
