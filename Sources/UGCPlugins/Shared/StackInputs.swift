import AWSClient
import TaskKit
import UGCPlatform

/// The inputs of every task that works on a stack.
struct StackInputs: InputSet {
  @Input("The stage that the stack's name is made of.") var stage = "dev"
  @Input("The stack to work on.", .defaultText("UGC-${stage}")) var stack: StackName
  @Input("Where the stack lives: `local` is a SQLite file under .ugc/stacks, `aws` the deployed stack.")
  var backend = Backend.local
  @Input("The AWS profile that gives the credentials.") var awsProfile: String? = nil
  @Input("The AWS region, where the profile does not name it; us-west-2 for a local stack's ARNs.")
  var awsRegion: String? = nil
  @Input("How long to try on where AWS is busy or out of reach, before giving up.", .atLeast(.seconds(1)))
  var awsCallTimeout = Duration.seconds(300)

  func validate(_ problems: inout Problems) {
    if let awsRegion, !Self.isRegion(awsRegion) {
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
  var described: String { "the \(backend == .aws ? "AWS" : "local") stack \(stack)" }

  /// Finds the stack, says what is worked on before anything is done, and closes its store after the work.
  ///
  /// - Parameters:
  ///   - context: The run that it is for.
  ///   - creating: Whether a local store's folder is made where it is missing.
  ///   - work: Takes the stack's store, and where its resources are; a local store is not opened yet.
  /// - Returns: What the work returns.
  /// - Throws: A `DiagnosticError` where the stack cannot be found, or the folder cannot be made; a `CancellationError`
  ///   where the task was told to stop; what the work throws.
  func withStack<Result>(
    _ context: TaskContext, creating: Bool = false, _ work: (OpenStack) async throws -> Result
  ) async throws -> Result {
    let stack = try await open(context, creating: creating)
    defer { stack.store.close() }
    return try await work(stack)
  }

  private func open(_ context: TaskContext, creating: Bool) async throws -> OpenStack {
    guard backend == .local else { return try await openDeployed(context) }
    let opened = try openLocal(context, creating: creating)
    announce(opened.place, context)
    if usesCredentialsOfEnvironment(context) {
      context.logger.warning(
        "AWS credentials are set, but this is the local stack \(stack); BACKEND=aws works on the deployed one")
    }
    return opened
  }

  /// Whether the environment has credentials, and nobody said that the stack is a local one.
  func usesCredentialsOfEnvironment(_ context: TaskContext) -> Bool {
    guard case .plugin = $backend.origin else { return false }
    return Self.hasCredentials(context.environment)
  }

  private func announce(_ place: PlatformPlace, _ context: TaskContext) {
    context.logger.info("\(backend.rawValue) stack \(stack), region \(place.region), account \(place.account)")
  }

  /// Counts what the stack holds.
  ///
  /// - Throws: A `DiagnosticError` where the stack cannot be found or read.
  func census(_ context: TaskContext) async throws -> Census {
    try await withStack(context) { stack in
      do {
        return try await stack.store.census()
      } catch let error as StoreError {
        throw Self.end(error)
      }
    }
  }

  /// What a task throws for a store's error: where it was told to stop, that is the reason.
  static func end(_ error: StoreError) -> any Error {
    Task.isCancelled ? CancellationError() : error.diagnostic
  }

  private func openLocal(_ context: TaskContext, creating: Bool) throws(DiagnosticError) -> OpenStack {
    let folder = creating ? try context.state.makeFolder("stacks") : context.state.folder("stacks")
    return OpenStack(
      store: SQLitePlatformStore(path: "\(folder)/\(stack).sqlite"),
      place: PlatformPlace(region: awsRegion ?? "us-west-2", account: "000000000000"))
  }

  private func openDeployed(_ context: TaskContext) async throws -> OpenStack {
    let (session, deployed) = try await deployed(context)
    let patience = DynamoDBPlatformStore.Patience(
      withoutProgress: awsCallTimeout, afterCancellation: context.run.grace)
    return OpenStack(
      store: DynamoDBPlatformStore(
        deployed, database: session.dynamoDB(region: deployed.place.region), patience: patience,
        notice: { context.logger.warning("\($0)") }),
      place: deployed.place)
  }

  /// Finds the deployed stack, and says which it is.
  ///
  /// - Throws: A `DiagnosticError` where it cannot be found; a `CancellationError`.
  func deployed(_ context: TaskContext) async throws -> (AWSSession, DeployedStack) {
    let session = try session(context)
    do throws(StoreError) {
      let deployed = try await StackDiscovery(session).stack(stack)
      announce(deployed.place, context)
      return (session, deployed)
    } catch {
      throw Self.end(error)
    }
  }

  /// The AWS session that the inputs and the environment describe; the run keeps it.
  ///
  /// - Throws: A `DiagnosticError` where AWS is not configured as they say.
  func session(_ context: TaskContext) throws(DiagnosticError) -> AWSSession {
    // What no layer but the environment gives is read from the environment, where the task's own `env` is stronger.
    var settings = AWSSession.Settings(
      environment: context.environment,
      profile: $awsProfile.isWritten ? awsProfile.map { ProfileChoice(name: $0, isExplicit: true) } : nil,
      region: $awsRegion.isWritten ? awsRegion : nil)
    settings.callTimeout = awsCallTimeout
    do throws(ConfigurationFault) {
      return try context.run.resources.shared(AWSSessions.init)
        .session(settings) { context.logger.warning("\($0)") }
    } catch {
      throw DiagnosticError(error.description, help: error.help)
    }
  }

  /// Whether the environment has what the AWS CLI would take credentials from.
  private static func hasCredentials(_ environment: [String: String]) -> Bool {
    ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"].contains { name in
      environment[name]?.isEmpty == false
    }
  }

  private static func isRegion(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, let last = parts.last, Int(last) != nil else { return false }
    return parts.dropLast().allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isLowercase } }
  }
}

/// A stack that is worked on.
struct OpenStack: Sendable {
  let store: any PlatformStore
  /// Where the stack's resources are, for ARNs.
  let place: PlatformPlace
}

extension Input {
  /// Whether the value was written for the task: on the command line, or in tasks.yaml.
  fileprivate var isWritten: Bool {
    switch origin {
    case .commandLine, .word: true
    // A .env file stands for the environment.
    case .source(let location): location.source.lineBreaks == .yaml
    case .environment, .plugin: false
    }
  }
}
