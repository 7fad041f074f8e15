import Foundation
import Testing

/// Which of the project's modules each target may import.
///
/// Arrows point down only; nothing under TaskCLI knows of AWS.
@Suite struct ImportArrowsTests {
  private static let mayImport: [String: Set<String>] = [
    "CExpat": [],
    "CLibYAML": [],
    "CSpawn": [],
    "CZlib": [],
    "Diagnostics": [],
    "Documents": ["CExpat", "CLibYAML", "Diagnostics"],
    "Instants": [],
    "TaskKit": ["Diagnostics", "Instants"],
    "MakefileImport": ["Diagnostics", "TaskKit"],
    "TaskRunner": ["Documents", "TaskKit"],
    "RunReports": ["Documents", "TaskKit", "TaskRunner"],
    "TaskCLI": ["MakefileImport", "RunReports", "TaskRunner"],
    "AWSClient": ["CZlib", "Diagnostics", "Documents"],
    "UGCPlatform": ["AWSClient", "Diagnostics", "Documents", "Instants"],
    "ExecPlugin": ["CSpawn", "TaskKit"],
    "UGCPlugins": ["AWSClient", "Instants", "TaskKit", "UGCPlatform"],
    "ugc-tasks": ["ExecPlugin", "TaskCLI", "UGCPlugins"],
  ]

  /// Which packages each target may use: where a dependency is let in is a decision too.
  private static let mayUse: [String: Set<String>] = [
    "Diagnostics": ["Synchronization"],
    "TaskKit": ["FoundationEssentials", "Glibc", "Logging", "Synchronization", "SystemPackage"],
    "TaskRunner": [
      "Configuration", "Crypto", "Dispatch", "FoundationEssentials", "Glibc", "HeapModule", "Logging",
      "OrderedCollections",
      "Synchronization", "SystemPackage",
    ],
    "RunReports": ["FoundationEssentials", "Glibc", "Mustache", "Synchronization", "SystemPackage"],
    "TaskCLI": [
      "ArgumentParser", "Dispatch", "FoundationEssentials", "Glibc", "OrderedCollections", "Synchronization",
      "SystemPackage",
    ],
    "AWSClient": [
      "AsyncHTTPClient", "Crypto", "FoundationEssentials", "Glibc", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL",
      "Subprocess", "Synchronization", "SystemPackage",
    ],
    "UGCPlatform": [
      "AsyncAlgorithms", "DequeModule", "FoundationEssentials", "GRDB", "OrderedCollections", "Synchronization",
    ],
    "ExecPlugin": ["Dispatch", "FoundationEssentials", "Glibc", "Synchronization", "SystemPackage"],
    "UGCPlugins": [
      "Crypto", "DequeModule", "Dispatch", "FoundationEssentials", "Glibc", "HTTPTypes", "Hummingbird",
      "HummingbirdCore", "Logging", "NIOCore", "ServiceLifecycle", "Synchronization", "SystemPackage",
    ],
  ]

  @Test func `each file imports only what its target may`() throws {
    let files = Repository.files(below: "Sources").filter { $0.hasSuffix(".swift") }
    #expect(files.count > 50)
    for file in files {
      let target = String(file.split(separator: "/")[1])
      let allowed = (Self.mayImport[target] ?? []).union(Self.mayUse[target] ?? [])
      for module in try imports(of: file) {
        #expect(allowed.contains(module), "\(file) may not import \(module)")
      }
    }
  }

  @Test func `every target has its place in the table`() throws {
    let folders = Set(Repository.files(below: "Sources").map { String($0.split(separator: "/")[1]) })
    #expect(folders == Set(Self.mayImport.keys))
  }

  @Test func `no plugin's folder mentions another plugin's types`() throws {
    let files = Repository.files(below: "Sources/UGCPlugins").filter { $0.hasSuffix(".swift") }
    let plugins = [
      "Seed": ["SeedPlugin", "DeleteSeedPlugin", "SeedFile", "MockItems"], "Stack": ["StackPlugin"],
      "StreamEvents": ["StreamEventsPlugin", "EventTally", "EventServer", "EventDocument"],
    ]
    for file in files {
      let folder = String(file.split(separator: "/")[2])
      guard plugins[folder] != nil else { continue }
      let text = try Repository.text(file)
      for (other, types) in plugins where other != folder {
        for type in types { #expect(!text.contains(type), "\(file) mentions \(type)") }
      }
    }
  }

  private func imports(of file: String) throws -> [String] {
    try Repository.text(file).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count,
        words[..<keyword].allSatisfy({ ["public", "@_exported", "@testable", "internal", "package"].contains($0) })
      else { return nil }
      return String(words[keyword + 1])
    }
  }
}
