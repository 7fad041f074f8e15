import Foundation
import Testing

@testable import MakefileImport

/// A target of a small Makefile, and what it says when it is run.
struct ScriptRun: Sendable, CustomTestStringConvertible {
  struct Result: Equatable {
    let output: [String]
    let isSuccess: Bool
    /// The files in the folder afterwards.
    let files: [String]
  }

  let title: String
  let makefile: String
  var target = "all"
  /// What the command line gives.
  var values: [String: String] = [:]
  /// The files in the folder before.
  var files: [String] = []
  let output: [String]
  var isSuccess = true
  /// Whether the values are read as words here, and as text of shell by make.
  var differsFromMake = false

  var testDescription: String { title }

  var expected: Result { Result(output: output, isSuccess: isSuccess, files: files.sorted()) }

  /// The script of the task, run by sh with the values of `defaults` in its environment.
  func runScript() throws -> Result {
    let lines = try imported(makefile).taskFile.split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    let start = try #require(lines.firstIndex { $0 == "  \(target):" })
    let script = try #require(lines[start...].firstIndex { $0.hasPrefix("      script: ") })
    let first = String(lines[script].dropFirst("      script: ".count))
    let block = lines[(script + 1)...].prefix { $0.hasPrefix("        ") || $0.isEmpty }.map { String($0.dropFirst(8)) }
    let text = first == "|" ? block.joined(separator: "\n") : Self.scalar(first)
    return try run(["/bin/sh", "-euc", text], defaults(lines).merging(values) { $1 })
  }

  /// What make itself does; nil where there is none, or an old one.
  func runMake() throws -> Result? {
    let make = "/usr/bin/make"
    guard FileManager.default.isExecutableFile(atPath: make) else { return nil }
    guard try run([make, "--version"], [:]).output.first?.hasPrefix("GNU Make 4") == true else { return nil }
    return try run([make, "-s", "-f", "-", target] + values.map { "\($0)=\($1)" }, [:], input: makefile)
  }

  private func defaults(_ lines: [String]) -> [String: String] {
    guard let start = lines.firstIndex(of: "defaults:") else { return [:] }
    var values: [String: String] = [:]
    for line in lines[(start + 1)...].prefix(while: { !$0.isEmpty }) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(colon, offsetBy: 2)...]
      let text = value.range(of: "  # ").map { value[..<$0.lowerBound] } ?? value
      values[line[..<colon].drop { $0 == " " }.uppercased()] = Self.scalar(String(text))
    }
    return values
  }

  private static func scalar(_ text: String) -> String {
    guard text.hasPrefix("\"") else { return text }
    return (try? JSONDecoder().decode(String.self, from: Data(text.utf8))) ?? text
  }

  private func run(_ words: [String], _ environment: [String: String], input: String = "") throws -> Result {
    let manager = FileManager.default
    let folder = manager.temporaryDirectory.appending(component: "script-\(UUID().uuidString)")
    try manager.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: folder) }
    for file in files { try Data().write(to: folder.appending(component: file)) }
    let process = Process()
    let (standardInput, standardOutput) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: words[0])
    process.arguments = Array(words.dropFirst())
    process.currentDirectoryURL = folder
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = FileHandle.nullDevice
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    let bytes = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return try Result(
      output: String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init),
      isSuccess: process.terminationStatus == 0, files: manager.contentsOfDirectory(atPath: folder.path()).sorted())
  }
}
