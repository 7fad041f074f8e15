import Documents

extension AWSService {
  package static let applicationAutoScaling = AWSService(
    name: "Application Auto Scaling", wire: .json(version: "1.1", targetPrefix: "AnyScaleFrontendService"),
    endpointPrefix: "application-autoscaling", signingName: "application-autoscaling",
    environmentKey: "APPLICATION_AUTO_SCALING")
}

/// Application Auto Scaling, as far as the scaling of ECS services is looked at.
public struct ApplicationAutoScaling: Sendable {
  /// A scalable target: within which bounds a service is scaled.
  public struct ScalableTarget: Sendable, Hashable {
    /// Nil where the service did not say.
    public let minimum: Int?
    public let maximum: Int?
    public let isScaleInSuspended: Bool
    public let isScaleOutSuspended: Bool
    public let isScheduledScalingSuspended: Bool
  }

  /// A scaling policy.
  public struct Policy: Sendable, Hashable {
    public let name: String
    public let arn: String
    /// `TargetTrackingScaling`, `StepScaling` or `PredictiveScaling`.
    public let type: String
    /// What a target tracking policy tracks.
    public let tracking: Tracking?
    /// The names of the alarms that the service made for it.
    public let alarmNames: [String]
  }

  /// The configuration of a target tracking policy.
  public struct Tracking: Sendable, Hashable {
    /// Nil where the metric is a customized one.
    public let metric: String?
    public let targetValue: Double?
    /// In seconds; nil where the service's default holds.
    public let scaleInCooldown: Int?
    public let scaleOutCooldown: Int?
    public let isScaleInDisabled: Bool
  }

  /// What the service did, or did not do.
  public struct Activity: Sendable, Hashable {
    /// `Successful`, `Failed`, `Unfulfilled` and others.
    public let status: String
    public let description: String
    public let cause: String
    public let statusMessage: String?
    /// Since 1970, in seconds.
    public let start: Double?
    /// Why it did not scale: `AlreadyAtMaxCapacity` and others.
    public let notScaledReasons: [String]
  }

  let client: ServiceClient

  /// The scalable target of a service, which is called `service/CLUSTER/SERVICE`; nil where there is none.
  public func target(of resource: String) async throws(AWSError) -> ScalableTarget? {
    let items = try await client.items(
      "DescribeScalableTargets", Self.scope + [.init("ResourceIds", [.string(resource)])], list: "ScalableTargets")
    return items.first { $0["ResourceId"]?.string == resource }.map(ScalableTarget.init)
  }

  /// All policies of a service; pages have ten at most.
  public func policies(of resource: String) async throws(AWSError) -> [Policy] {
    let items = try await client.items(
      "DescribeScalingPolicies", Self.scope + [.init("ResourceId", .string(resource))], list: "ScalingPolicies")
    return items.map(Policy.init)
  }

  /// The newest activities of a service, those among them that changed nothing.
  public func activities(of resource: String, atMost most: Int) async throws(AWSError) -> [Activity] {
    let members =
      Self.scope + [
        .init("ResourceId", .string(resource)), .init("MaxResults", .integer(min(most, 50))),
        .init("IncludeNotScaledActivities", true),
      ]
    return try await client.items("DescribeScalingActivities", members, list: "ScalingActivities", atMost: most)
      .prefix(most).map(Activity.init)
  }

  private static let scope: [JSONValue.Member] = [
    .init("ServiceNamespace", "ecs"), .init("ScalableDimension", "ecs:service:DesiredCount"),
  ]
}

extension ApplicationAutoScaling.ScalableTarget {
  init(_ json: JSONValue) {
    let suspended = json["SuspendedState"]
    minimum = json["MinCapacity"]?.integer
    maximum = json["MaxCapacity"]?.integer
    isScaleInSuspended = suspended?["DynamicScalingInSuspended"] == true
    isScaleOutSuspended = suspended?["DynamicScalingOutSuspended"] == true
    isScheduledScalingSuspended = suspended?["ScheduledScalingSuspended"] == true
  }
}

extension ApplicationAutoScaling.Policy {
  init(_ json: JSONValue) {
    name = json["PolicyName"]?.string ?? ""
    arn = json["PolicyARN"]?.string ?? ""
    type = json["PolicyType"]?.string ?? ""
    tracking = json["TargetTrackingScalingPolicyConfiguration"].map { configuration in
      ApplicationAutoScaling.Tracking(
        metric: configuration["PredefinedMetricSpecification"]?["PredefinedMetricType"]?.string,
        targetValue: configuration["TargetValue"]?.double, scaleInCooldown: configuration["ScaleInCooldown"]?.integer,
        scaleOutCooldown: configuration["ScaleOutCooldown"]?.integer,
        isScaleInDisabled: configuration["DisableScaleIn"] == true)
    }
    alarmNames = (json["Alarms"]?.items ?? []).compactMap { $0["AlarmName"]?.string }
  }
}

extension ApplicationAutoScaling.Activity {
  init(_ json: JSONValue) {
    status = json["StatusCode"]?.string ?? ""
    description = json["Description"]?.string ?? ""
    cause = json["Cause"]?.string ?? ""
    statusMessage = json["StatusMessage"]?.string
    start = json["StartTime"]?.double
    notScaledReasons = (json["NotScaledReasons"]?.items ?? []).compactMap { $0["Code"]?.string }
  }
}
