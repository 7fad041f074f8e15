import TaskKit
import UGCPlatform

/// Where a stack lives.
enum Backend: String, CaseIterable, InputValue {
  /// In a SQLite file on this machine.
  case local
  /// Deployed on AWS.
  case aws
}

/// The inputs of every task that works on a stack.
struct StackInputs: InputSet {
  @Input("The stage that the stack's name is made of.") var stage = "dev"
  @Input("The stack to work on.", .defaultText("UGC-${stage}")) var stack: StackName
  @Input("Where the stack lives: `local` is a SQLite file under .ugc/stacks.") var backend = Backend.local
  @Input("The AWS profile that gives the credentials.") var awsProfile: String? = nil
  @Input("The AWS region; a local stack's ARNs name it.") var awsRegion = "us-west-2"

  func validate(_ problems: inout Problems) {
    if backend == .aws {
      problems.add(
        "cannot be `aws`: this version works on local stacks only", at: $backend, help: "use local, the default")
    }
    if !Self.isRegion(awsRegion) {
      problems.add("is `\(awsRegion)`, which is no AWS region", at: $awsRegion, help: "regions look like us-west-2")
    }
  }

  /// The outputs that say which stack was worked on.
  static let outputDeclarations: [OutputDeclaration] = [
    .string("stack", "The stack."), .string("backend", "Where the stack lives."),
  ]

  /// A task's own outputs, followed by those that say which stack it worked on.
  func outputs(after own: TaskOutputs) -> TaskOutputs {
    var outputs = own
    outputs["stack"] = .string(stack.description)
    outputs["backend"] = .string(backend.rawValue)
    return outputs
  }

  /// `the local stack UGC-dev`.
  var described: String { "the \(backend.rawValue) stack \(stack)" }

  /// Says what is worked on, before anything is done.
  func announce(_ context: TaskContext) {
    context.logger.info("local stack \(stack), region \(awsRegion), account \(Self.localAccount)")
    let hasCredentials = awsProfile != nil || context.environment["AWS_ACCESS_KEY_ID"]?.isEmpty == false
    if hasCredentials, case .plugin = $backend.origin {
      context.logger.warning("AWS credentials are set, but the stack \(stack) is local: `backend` is only the default")
    }
  }

  /// The store of the stack.
  ///
  /// - Parameters:
  ///   - context: The run that the store is for.
  ///   - creating: Whether the store's folder is made where it is missing.
  /// - Returns: The store; nothing is opened yet.
  /// - Throws: A `DiagnosticError` where the folder cannot be made.
  func store(_ context: TaskContext, creating: Bool) throws(DiagnosticError) -> any PlatformStore {
    let folder = creating ? try context.state.makeFolder("stacks") : context.state.folder("stacks")
    return SQLitePlatformStore(path: "\(folder)/\(stack).sqlite")
  }

  /// Where the stack's resources are, for ARNs.
  var place: PlatformPlace { PlatformPlace(region: awsRegion, account: Self.localAccount) }

  private static let localAccount = "000000000000"

  private static func isRegion(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, let last = parts.last, Int(last) != nil else { return false }
    return parts.dropLast().allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isLowercase } }
  }
}

extension StoreError {
  /// The error as the runner shows it.
  var diagnostic: DiagnosticError { DiagnosticError(description, help: help) }
}

/// Does work on a store, its errors turned into what the runner shows.
func withStoreErrors<Result>(_ work: () async throws -> Result) async throws -> Result {
  do {
    return try await work()
  } catch let error as StoreError {
    throw error.diagnostic
  }
}
