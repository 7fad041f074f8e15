import Documents

extension AWSService {
  package static let elasticContainerService = AWSService(
    name: "ECS", wire: .json(version: "1.1", targetPrefix: "AmazonEC2ContainerServiceV20141113"),
    endpointPrefix: "ecs", signingName: "ecs", environmentKey: "ECS")
}

/// Amazon Elastic Container Service, as far as services are looked at.
public struct ElasticContainerService: Sendable {
  /// Which service.
  public struct ServiceName: Sendable, Hashable, CustomStringConvertible {
    public let cluster: String
    public let service: String

    /// Takes a service's ARN: `arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/SERVICE`.
    public init?(arn: String) {
      let parts = arn.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0].hasSuffix(":service"), !parts[1].isEmpty, !parts[2].isEmpty else { return nil }
      (cluster, service) = (String(parts[1]), String(parts[2]))
    }

    /// `service/CLUSTER/SERVICE`, as Application Auto Scaling calls it.
    public var resourceID: String { "service/\(cluster)/\(service)" }

    public var description: String { service }
  }

  /// A service as it runs.
  public struct Service: Sendable, Hashable {
    /// `ACTIVE`, `DRAINING` or `INACTIVE`.
    public let status: String
    public let desired: Int
    public let running: Int
    public let pending: Int
    /// The newest first.
    public let deployments: [Deployment]
  }

  /// A version of a service that is being brought to its tasks, or has been.
  public struct Deployment: Sendable, Hashable {
    /// `PRIMARY`, `ACTIVE` or `INACTIVE`.
    public let status: String
    /// `COMPLETED`, `IN_PROGRESS` or `FAILED`; nil where the service does not say.
    public let rolloutState: String?
    public let rolloutReason: String?
  }

  let client: ServiceClient

  /// - Returns: The service, or nil where there is none.
  public func service(_ name: ServiceName) async throws(AWSError) -> Service? {
    do throws(AWSError) {
      let input: JSONValue = ["cluster": .string(name.cluster), "services": [.string(name.service)]]
      return try await client.json("DescribeServices", input).output["services"]?.items.first.map(Service.init)
    } catch {
      if error.code == "ClusterNotFoundException" { return nil }
      throw error
    }
  }
}

extension ElasticContainerService.Service {
  init(_ json: JSONValue) {
    status = json["status"]?.string ?? ""
    desired = json["desiredCount"]?.integer ?? 0
    running = json["runningCount"]?.integer ?? 0
    pending = json["pendingCount"]?.integer ?? 0
    deployments = (json["deployments"]?.items ?? []).map { deployment in
      ElasticContainerService.Deployment(
        status: deployment["status"]?.string ?? "", rolloutState: deployment["rolloutState"]?.string,
        rolloutReason: deployment["rolloutStateReason"]?.string)
    }
  }
}
