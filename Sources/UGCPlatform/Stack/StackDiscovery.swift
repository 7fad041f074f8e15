public import AWSClient
import Diagnostics

/// Finds a deployed stack's tables through CloudFormation.
///
/// The stack's output `containerEnvStr` names them; where it does not, the resources of the stack and of those nested in
/// it are looked through.
public struct StackDiscovery: Sendable {
  private let session: AWSSession

  public init(_ session: AWSSession) {
    self.session = session
  }

  /// - Parameter name: The stack's name.
  /// - Returns: Its tables, and where they are.
  /// - Throws: A `StoreError` where the stack is not there, is of another account, or has no such tables.
  public func stack(_ name: StackName) async throws(StoreError) -> DeployedStack {
    let account = try await asking { () async throws(AWSError) in try await session.securityTokenService.account() }
    let found = try await asking { () async throws(AWSError) in
      try await session.cloudFormation.stack(name.description)
    }
    guard let found else { throw await missing(name, account) }
    if found.status.hasPrefix("DELETE_") {
      throw StoreError("the stack \(name) is being deleted (\(found.status))", help: "deploy it again")
    }
    let variables = ContainerEnvironment(found.outputs["containerEnvStr"] ?? "")
    let owner = StackARN(found.id)
    let place = PlatformPlace(
      region: variables["REGION"] ?? owner?.region ?? session.region,
      account: variables["ACCOUNT_ID"] ?? owner?.account ?? account)
    guard place.account == account else {
      throw StoreError(
        "the stack \(name) is of the account \(place.account), but the credentials are of \(account)",
        help: "choose a profile of the stack's account with AWS_PROFILE")
    }
    if let channels = variables["CHANNELS_TABLE_NAME"], let streams = variables["STREAM_TABLE_NAME"] {
      return DeployedStack(name: name, place: place, channelsTable: channels, streamsTable: streams)
    }
    let tables = try await asking { () async throws(AWSError) in
      try await resources(ofType: "AWS::DynamoDB::Table", inStack: found.id)
    }
    func table(_ logicalID: String) -> String? {
      tables.first { $0.logicalID.hasPrefix(logicalID) }?.physicalID
    }
    guard let channels = variables["CHANNELS_TABLE_NAME"] ?? table("ChannelsTable"),
      let streams = variables["STREAM_TABLE_NAME"] ?? table("StreamsTable")
    else {
      throw StoreError(
        "the stack \(name) has neither an output containerEnvStr that names its tables, nor the tables themselves",
        help: "is it a stack of this platform? deploy it again where a deployment was broken off")
    }
    return DeployedStack(name: name, place: place, channelsTable: channels, streamsTable: streams)
  }

  private func asking<Answer>(_ ask: () async throws(AWSError) -> Answer) async throws(StoreError) -> Answer {
    do throws(AWSError) {
      return try await ask()
    } catch {
      throw StoreError(error)
    }
  }

  /// The resources of a type, of a stack and of those nested in it.
  ///
  /// - Parameters:
  ///   - type: CloudFormation's name of the type: `AWS::Events::Rule`.
  ///   - stack: The stack's name or ARN.
  /// - Returns: The resources, in no particular order.
  /// - Throws: An `AWSError`.
  public func resources(
    ofType type: String, inStack stack: String
  ) async throws(AWSError) -> [CloudFormation.Resource] {
    var found: [CloudFormation.Resource] = []
    var waiting = [stack]
    var seen: Set<String> = []
    while let next = waiting.popLast() {
      guard seen.insert(next).inserted else { continue }
      for resource in try await session.cloudFormation.resources(ofStack: next) {
        if resource.type == "AWS::CloudFormation::Stack" { resource.physicalID.map { waiting.append($0) } }
        if resource.type == type { found.append(resource) }
      }
    }
    return found
  }

  private func missing(_ name: StackName, _ account: String) async -> StoreError {
    // Who may not list stacks is told the rest all the same.
    let names = (try? await session.cloudFormation.stackNames()) ?? []
    let near = Suggestion.help(for: name.description, among: names)
    let known = names.isEmpty ? "" : "; there are: \(names.sorted().prefix(10).joined(separator: ", "))"
    return StoreError(
      "the stack \(name) was not found in \(session.region) (account \(account))",
      help: near ?? "check STACK, AWS_REGION and AWS_PROFILE\(known)")
  }
}

/// What a stack's ARN says: `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID`.
private struct StackARN {
  let region: String
  let account: String

  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 6, parts[0] == "arn", !parts[3].isEmpty, !parts[4].isEmpty else { return nil }
    region = String(parts[3])
    account = String(parts[4])
  }
}

extension StoreError {
  /// What a service said, as a store's fault; what was tried to get credentials is told too.
  public init(_ error: AWSError) {
    guard case .credentials(let fault) = error.cause, !fault.attempts.isEmpty else {
      self.init(error.description, help: error.help)
      return
    }
    self.init(
      fault.description, help: fault.help, notes: fault.attempts.map { "\($0.source) did not answer: \($0.reason)" })
  }
}
