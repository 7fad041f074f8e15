import Foundation
import Glibc
import Testing

@testable import TaskRunner

@Suite struct FileSearchTests {
  private let folder = Folder()

  private final class Folder: Sendable {
    let path = "/tmp/ugc-tasks-search-\(UUID().uuidString)"

    func write(_ names: String...) throws {
      for name in names {
        let url = URL(filePath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(name.utf8).write(to: url)
      }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private func found(_ patterns: String..., leavingOut others: [String] = []) throws -> [String] {
    let search = try FileSearch(
      patterns.compactMap { FilePattern($0) }, in: folder.path, leavingOut: others.compactMap { FilePattern($0) })
    return search.files.keys.sorted().map(\.text)
  }

  @Test func `patterns find files`() throws {
    try folder.write("a.txt", "b.md", "src/a.swift", "src/deep/b.swift", "src/deep/er/c.txt", ".env", ".git/HEAD")
    try folder.write(".ugc/x", "src/.hidden/d.swift", "node_modules/p/a.swift")
    #expect(try found("a.txt") == ["a.txt"])
    #expect(try found("./a.txt") == ["a.txt"])
    #expect(try found("*") == [".env", "a.txt", "b.md"] + found("node_modules", "src"))
    #expect(try found("*.md") == ["b.md"])
    #expect(try found("[ab].*") == ["a.txt", "b.md"])
    #expect(try found("src") == ["src/.hidden/d.swift", "src/a.swift", "src/deep/b.swift", "src/deep/er/c.txt"])
    #expect(try found("src/**") == found("src") && found("src/") == found("src"))
    #expect(try found("src/**/*.swift") == ["src/.hidden/d.swift", "src/a.swift", "src/deep/b.swift"])
    #expect(try found("src/*/b.swift") == ["src/deep/b.swift"])
    #expect(try found("**/er/**") == ["src/deep/er/c.txt"])
    #expect(try found("**", "!node_modules/**", "!**/*.swift") == [".env", "a.txt", "b.md", "src/deep/er/c.txt"])
    #expect(try found("**", leavingOut: ["src", "node_modules"]) == [".env", "a.txt", "b.md"])
    #expect(try found("src/../a.txt") == ["src/../a.txt"])
    #expect(try found("\(folder.path)/a.txt") == ["\(folder.path)/a.txt"])
    #expect(try found(".git/*") == [".git/HEAD"])
  }

  @Test func `what matches nothing is told`() throws {
    try folder.write("src/a.swift")
    try FileManager.default.createDirectory(atPath: "\(folder.path)/empty", withIntermediateDirectories: true)
    let patterns = ["src/**", "sorces/**", "empty", "src/*.c", "src/a.swift/x"].compactMap { FilePattern($0) }
    #expect(
      try FileSearch(patterns, in: folder.path).unmatched.map(\.written)
        == ["sorces/**", "empty", "src/*.c", "src/a.swift/x"])
    // A file that another pattern has found already is a match too.
    let twice = ["src/a.swift", "src/*"].compactMap { FilePattern($0) }
    #expect(try FileSearch(twice, in: folder.path).unmatched.isEmpty)
  }

  @Test func `links are followed, and never in circles`() throws {
    try folder.write("real/a.txt", "other/b.txt")
    let files = FileManager.default
    try files.createSymbolicLink(atPath: "\(folder.path)/real/up", withDestinationPath: "..")
    try files.createSymbolicLink(atPath: "\(folder.path)/real/link.txt", withDestinationPath: "../other/b.txt")
    try files.createSymbolicLink(atPath: "\(folder.path)/real/broken", withDestinationPath: "nowhere")
    #expect(try found("real/**") == ["real/a.txt", "real/link.txt"])
    #expect(try found("**/*.txt") == ["other/b.txt", "real/a.txt", "real/link.txt"])
    #expect(try found("real/up/other/*") == ["real/up/other/b.txt"])
    try folder.write("lib/x.txt", "lib/deep/y.txt", "src/m.txt")
    try files.createSymbolicLink(atPath: "\(folder.path)/src/lib", withDestinationPath: "../lib")
    try files.createSymbolicLink(atPath: "\(folder.path)/lib/deep/back", withDestinationPath: "..")
    let all = ["src/lib/deep/y.txt", "src/lib/x.txt", "src/m.txt"]
    #expect(try found("src/**") == all && found("src") == all && found("src/**/*.txt") == all)
  }

  @Test func `names are told apart byte for byte, and one that is no text is told`() throws {
    try folder.write("src/\u{E9}", "src/e\u{301}", "src/a")
    #expect(try found("src/**").count == 3)
    #expect(try found("src/**", "!src/\u{E9}") == ["src/a", "src/e\u{301}"].sorted())
    try folder.write("src/\u{301}x")
    #expect(try found("src/\u{301}*") == ["src/\u{301}x"] && found("src/**").count == 4)
    let name = [UInt8]("\(folder.path)/src/caf".utf8) + [0xE9, 0]
    let file = name.withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { open($0.baseAddress!, O_CREAT | O_WRONLY, 0o600) }
    }
    #expect(file >= 0)
    close(file)
    let search = try FileSearch([FilePattern("src/**")].compactMap { $0 }, in: folder.path)
    #expect(search.problem == "the name `src/caf\u{FFFD}` is no UTF-8" && search.files.count == 4)
  }

  @Test func `what is left out by one name is found by another`() throws {
    try folder.write("real/sub/x.txt")
    for name in ["k1", "k2", "alink", "zlink"] {
      try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/\(name)", withDestinationPath: "real")
      #expect(try found("**", "!\(name)/sub/x.txt").contains("real/sub/x.txt"))
    }
  }

  @Test func `a search can be stopped`() throws {
    try folder.write("a/b/c")
    #expect(throws: CancellationError.self) {
      try FileSearch([FilePattern("**")].compactMap { $0 }, in: folder.path, isStopped: { true })
    }
  }

  @Test func `what generates leaves out may be a source`() throws {
    try folder.write("build/input.txt", "build/o", "a.txt")
    #expect(try found("**", leavingOut: ["build/**", "!build/input.txt"]) == ["a.txt", "build/input.txt"])
  }

  @Test func `many stars do not multiply`() throws {
    try folder.write("a/a/a/a/a/a/a/a/a/a/a/a/b")
    #expect(try found("**/a/**/a/**/a/**/a/**/a/**/b") == ["a/a/a/a/a/a/a/a/a/a/a/a/b"])
    #expect(try found("**/a/**/a/**/a/**/a/**/a/**/c").isEmpty)
  }

  @Test(arguments: ["", "!", "/", "!/", "."])
  func `what is no pattern is refused`(text: String) {
    #expect(FilePattern(text) == nil)
  }
}
