// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "ugc-tasks",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "ugc-tasks", targets: ["ugc-tasks"]),
    .library(name: "TaskKit", targets: ["TaskKit"]),
    .library(name: "TaskCLI", targets: ["TaskCLI"]),
    .library(name: "ExecPlugin", targets: ["ExecPlugin"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CExpat", pkgConfig: "expat",
      providers: [.apt(["libexpat1-dev"]), .brew(["expat"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CSpawn"),
    .target(name: "Diagnostics"),
    .target(name: "Instants"),
    .target(
      name: "Documents", dependencies: ["CExpat", "CLibYAML", "Diagnostics"],
      swiftSettings: [.strictMemorySafety()]),
    .target(
      name: "TaskKit",
      dependencies: [
        "Diagnostics", "Instants", .product(name: "Logging", package: "swift-log"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(name: "MakefileImport", dependencies: ["Diagnostics", "TaskKit"]),
    .target(
      name: "TaskRunner",
      dependencies: [
        "Diagnostics", "Documents", "TaskKit",
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(
      name: "RunReports",
      dependencies: [
        "Documents", "TaskKit", "TaskRunner", .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(
      name: "TaskCLI",
      dependencies: [
        "Diagnostics", "Documents", "MakefileImport", "RunReports", "TaskKit", "TaskRunner",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(
      name: "AWSClient",
      dependencies: [
        "CZlib", "Diagnostics", "Documents",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(
      name: "UGCPlatform",
      dependencies: [
        "AWSClient", "Diagnostics", "Documents", "Instants",
        .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(
      name: "ExecPlugin",
      dependencies: [
        "CSpawn", "Diagnostics", "TaskKit", .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(
      name: "UGCPlugins",
      dependencies: [
        "AWSClient", "Diagnostics", "Documents", "Instants", "TaskKit", "UGCPlatform",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .executableTarget(
      name: "ugc-tasks",
      dependencies: ["ExecPlugin", "TaskCLI", "UGCPlugins"],
      linkerSettings: [
        // Without an address of its own to be moved to, and with GCC's libraries in it, the binary starts sooner.
        .unsafeFlags(
          [
            "-Xlinker", "--gc-sections", "-Xclang-linker", "-no-pie", "-Xclang-linker", "-static-libgcc",
            "-Xclang-linker", "-static-libstdc++",
          ], .when(platforms: [.linux], configuration: .release))
      ]),
    .target(
      name: "AWSTestSupport",
      dependencies: [
        "AWSClient", "Documents",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Tests/AWSTestSupport"),
    .testTarget(
      name: "AWSClientTests",
      dependencies: [
        "AWSClient", "AWSTestSupport", "Documents", .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
    .testTarget(name: "DocumentsTests", dependencies: ["Diagnostics", "Documents"]),
    .testTarget(name: "InstantsTests", dependencies: ["Instants"]),
    .testTarget(name: "MakefileImportTests", dependencies: ["Diagnostics", "MakefileImport"]),
    .testTarget(name: "TaskKitTests", dependencies: ["TaskKit"]),
    .testTarget(
      name: "TaskRunnerTests",
      dependencies: [
        "Diagnostics", "TaskRunner", .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    .testTarget(name: "RunReportsTests", dependencies: ["RunReports"]),
    .testTarget(name: "TaskCLITests", dependencies: ["TaskCLI"]),
    .testTarget(
      name: "UGCPlatformTests",
      dependencies: [
        "AWSClient", "AWSTestSupport", "Diagnostics", "Documents", "Instants", "UGCPlatform",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "UGCPluginsTests",
      dependencies: [
        "AWSClient", "AWSTestSupport", "Documents", "Instants", "TaskKit", "UGCPlatform", "UGCPlugins",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(name: "ExecPluginTests", dependencies: ["ExecPlugin", "TaskKit"]),
    .testTarget(
      name: "EndToEnd",
      dependencies: [
        "AWSClient", "AWSTestSupport", "Documents", "ExecPlugin", "TaskCLI", "TaskKit", "UGCPlatform", "UGCPlugins",
        "ugc-tasks",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
  ]
)

for target in package.targets where target.type != .system {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
      .enableUpcomingFeature("InferIsolatedConformances"),
    ]
  if Context.environment["CI"] == "true" {
    target.swiftSettings?.append(.treatAllWarnings(as: .error))
  }
}
