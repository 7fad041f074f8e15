import AWSClient
import UGCPlatform

/// What could be read of something.
enum Reading<Value: Sendable>: Sendable {
  case read(Value)
  case failed(AWSError)

  init(_ read: () async throws(AWSError) -> Value) async {
    do throws(AWSError) { self = .read(try await read()) } catch { self = .failed(error) }
  }

  var value: Value? {
    if case .read(let value) = self { value } else { nil }
  }
}

/// All that AWS tells of a service's scaling; it only reads.
struct ServiceScaling: Sendable {
  /// As many activities and changes are looked at.
  private static let historyLength = 20

  let name: ElasticContainerService.ServiceName
  let service: Reading<ElasticContainerService.Service?>
  let target: Reading<ApplicationAutoScaling.ScalableTarget?>
  let policies: Reading<[ApplicationAutoScaling.Policy]>
  /// Those of the policies, and all others of the service's prefix.
  let alarms: Reading<[CloudWatch.Alarm]>
  /// By the alarms' names; those of the policies only.
  let changes: [String: Reading<[CloudWatch.Change]>]
  let activities: Reading<[ApplicationAutoScaling.Activity]>

  /// What the names of the service's alarms begin with.
  static func alarmPrefix(of name: ElasticContainerService.ServiceName) -> String {
    "TargetTracking-\(name.resourceID)-"
  }

  /// Reads it all.
  init(of name: ElasticContainerService.ServiceName, _ session: AWSSession, region: String) async {
    self.name = name
    let scaling = session.applicationAutoScaling(region: region)
    let cloudWatch = session.cloudWatch(region: region)
    let resource = name.resourceID
    service = await Reading { () async throws(AWSError) in
      try await session.elasticContainerService(region: region).service(name)
    }
    target = await Reading { () async throws(AWSError) in try await scaling.target(of: resource) }
    let policies = await Reading { () async throws(AWSError) in try await scaling.policies(of: resource) }
    self.policies = policies
    let own = policies.value?.flatMap(\.alarmNames) ?? []
    let alarms = await Reading { () async throws(AWSError) in
      let ofPrefix = try await cloudWatch.alarms(withPrefix: Self.alarmPrefix(of: name))
      let known = Set(ofPrefix.map(\.name))
      return ofPrefix + (try await cloudWatch.alarms(named: own.filter { !known.contains($0) }))
    }
    self.alarms = alarms
    var changes: [String: Reading<[CloudWatch.Change]>] = [:]
    for alarm in alarms.value ?? [] where own.contains(alarm.name) {
      changes[alarm.name] = await Reading { () async throws(AWSError) in
        try await cloudWatch.changes(of: alarm.name, atMost: Self.historyLength)
      }
    }
    self.changes = changes
    activities = await Reading { () async throws(AWSError) in
      try await scaling.activities(of: resource, atMost: Self.historyLength)
    }
  }
}
