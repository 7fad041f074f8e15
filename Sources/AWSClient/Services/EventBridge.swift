public import Documents

extension AWSService {
  package static let eventBridge = AWSService(
    name: "EventBridge", wire: .json(version: "1.1", targetPrefix: "AWSEvents"), endpointPrefix: "events",
    signingName: "events", environmentKey: "EVENTBRIDGE")
}

/// Amazon EventBridge, as far as rules are looked at.
public struct EventBridge: Sendable {
  /// Which rule.
  public struct RuleName: Sendable, Hashable, CustomStringConvertible {
    public let name: String
    /// Nil for the account's default bus.
    public let bus: String?

    /// Takes CloudFormation's id of a rule: its name, behind `BUS|` where the bus is not the default one.
    public init(physicalID: String) {
      let parts = physicalID.split(separator: "|", maxSplits: 1)
      name = parts.last.map(String.init) ?? physicalID
      bus = parts.count > 1 ? String(parts[0]) : nil
    }

    public var description: String { bus.map { "\($0)|\(name)" } ?? name }
  }

  /// A rule.
  public struct Rule: Sendable, Hashable {
    public let isEnabled: Bool
    /// Which events it takes, as JSON; nil for a schedule.
    public let pattern: String?
  }

  /// Where a rule's events go.
  public struct Target: Sendable, Hashable {
    public let id: String
    public let arn: String
    /// Whether it says how often and how long delivery is tried.
    public let hasRetryPolicy: Bool
    public let deadLetterQueue: String?
  }

  let client: ServiceClient

  /// - Returns: The rule, or nil where there is none.
  public func rule(_ name: RuleName) async throws(AWSError) -> Rule? {
    do throws(AWSError) {
      let output = try await client.json("DescribeRule", input("Name", name)).output
      return Rule(
        isEnabled: output["State"]?.string?.hasPrefix("ENABLED") ?? false, pattern: output["EventPattern"]?.string)
    } catch {
      if error.code == "ResourceNotFoundException" { return nil }
      throw error
    }
  }

  /// All targets of a rule.
  public func targets(of rule: RuleName) async throws(AWSError) -> [Target] {
    var targets: [Target] = []
    var page: JSONValue?
    repeat {
      var input = input("Rule", rule)
      if case .object(let members) = input, let token = page { input = .object(members + [.init("NextToken", token)]) }
      let output = try await client.json("ListTargetsByRule", input).output
      targets += (output["Targets"]?.items ?? []).map { target in
        Target(
          id: target["Id"]?.string ?? "", arn: target["Arn"]?.string ?? "",
          hasRetryPolicy: target["RetryPolicy"] != nil,
          deadLetterQueue: target["DeadLetterConfig"]?["Arn"]?.string)
      }
      page = output["NextToken"]
    } while page?.string != nil
    return targets
  }

  /// Whether a pattern takes an event; nil where the service does not say.
  public func takes(_ event: JSONValue, _ pattern: String) async throws(AWSError) -> Bool? {
    let output = try await client.json(
      "TestEventPattern", ["EventPattern": .string(pattern), "Event": .string(event.text)]
    ).output
    if case .boolean(let result)? = output["Result"] { return result }
    return nil
  }

  private func input(_ key: String, _ rule: RuleName) -> JSONValue {
    .object(
      [.init(key, .string(rule.name))] + (rule.bus.map { [.init("EventBusName", .string($0))] } ?? []))
  }
}
