// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "ops",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "ops", targets: ["ops"])],
  dependencies: [.package(name: "ugc-tasks", path: "../..")],
  targets: [
    .target(name: "WaitFor", dependencies: [.product(name: "TaskKit", package: "ugc-tasks")]),
    .executableTarget(
      name: "ops",
      dependencies: [
        "WaitFor", .product(name: "ExecPlugin", package: "ugc-tasks"), .product(name: "TaskCLI", package: "ugc-tasks"),
      ]),
    .testTarget(
      name: "OpsTests",
      dependencies: [
        "WaitFor", .product(name: "ExecPlugin", package: "ugc-tasks"), .product(name: "TaskCLI", package: "ugc-tasks"),
        .product(name: "TaskKit", package: "ugc-tasks"),
      ]),
  ]
)

if Context.environment["CI"] == "true" {
  for target in package.targets { target.swiftSettings = [.treatAllWarnings(as: .error)] }
}
