package import Documents
import Foundation
import NIOHTTP1
import Synchronization

/// A stack of one service that scales as Application Auto Scaling makes it: what the emulators get wrong is right here.
///
/// It answers CloudFormation, STS, ECS, Application Auto Scaling and CloudWatch from a few documents that tests change.
package final class ScalingPeer: Sendable {
  /// What the services answer.
  package struct World: Sendable {
    /// A page of a listing has as many items as here.
    package var pageSize = 10
    package var service: JSONValue?
    package var targets: [JSONValue]
    package var policies: [JSONValue]
    package var alarms: [JSONValue]
    package var activities: [JSONValue] = []
    /// The history of the high alarm.
    package var changes: [JSONValue] = []
    /// Averages of the CPU, in percent; each call of GetMetricData gives the next as the newest.
    package var cpu: [Double] = []
    /// Operations that are refused, each with its code.
    package var refused: [String: String] = [:]
    /// The same, for one call.
    package var refusedOnce: [String: String] = [:]
    /// How often an operation is throttled before it is answered.
    package var throttled: [String: Int] = [:]
  }

  package static let cluster = "UGC-dev-Cluster"
  package static let service = "Shared"
  package static let resource = "service/\(cluster)/\(service)"
  package static let policyARN =
    "arn:aws:autoscaling:us-west-2:123456789012:scalingPolicy:p1:resource/ecs/\(resource):policyName/CpuScaling"
  private static let serviceARN = "arn:aws:ecs:us-west-2:123456789012:\(resource)"

  private let peer: HTTPPeer
  private let state: Mutex<State>

  private struct State {
    var world: World
    var operations: [String] = []
    var looks = 0
    /// Changes the world before each look at the service's CPU.
    var script: (@Sendable (Int, inout World) -> Void)?
  }

  package init(_ change: (inout World) -> Void = { _ in }) async throws {
    var world = Self.wholesome
    change(&world)
    state = Mutex(State(world: world))
    let box = Box()
    peer = try await HTTPPeer { request in box.answer(request) }
    box.hold(self)
  }

  package var url: String { peer.url }

  /// The operations that were called, in their order.
  package var operations: [String] { state.withLock { $0.operations } }

  package func onLook(_ script: @escaping @Sendable (Int, inout World) -> Void) {
    state.withLock { $0.script = script }
  }

  package func close() async { await peer.close() }

  /// An alarm as Application Auto Scaling makes it.
  package static func alarm(_ side: String) -> JSONValue {
    let isHigh = side == "AlarmHigh"
    let action = JSONValue.string("\(policyARN):createdBy/u1")
    return [
      "AlarmName": .string("TargetTracking-\(resource)-\(side)-\(isHigh ? "a1" : "b2")"),
      "AlarmArn": .string("arn:aws:cloudwatch:us-west-2:123456789012:alarm:\(side)"),
      "AlarmDescription": .string(
        "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy \(policyARN):createdBy/u1."),
      "ActionsEnabled": true, "OKActions": [], "AlarmActions": [action], "InsufficientDataActions": [],
      "StateValue": isHigh ? "OK" : "ALARM", "MetricName": "CPUUtilization", "Namespace": "AWS/ECS",
      "Statistic": "Average",
      "Dimensions": [
        ["Name": "ServiceName", "Value": .string(service)], ["Name": "ClusterName", "Value": .string(cluster)],
      ],
      "Period": .integer(60), "Unit": "Percent", "EvaluationPeriods": .integer(isHigh ? 3 : 15),
      "Threshold": .number(isHigh ? "70.0" : "63.0"),
      "ComparisonOperator": isHigh ? "GreaterThanThreshold" : "LessThanThreshold", "TreatMissingData": "missing",
    ]
  }

  private static var wholesome: World {
    World(
      service: [
        "serviceArn": .string(serviceARN), "serviceName": .string(service), "status": "ACTIVE",
        "desiredCount": .integer(1), "runningCount": .integer(1), "pendingCount": .integer(0),
        "deployments": [["status": "PRIMARY", "rolloutState": "COMPLETED"]],
      ],
      targets: [
        [
          "ServiceNamespace": "ecs", "ResourceId": .string(resource), "ScalableDimension": "ecs:service:DesiredCount",
          "MinCapacity": .integer(1), "MaxCapacity": .integer(30),
          "SuspendedState": [
            "DynamicScalingInSuspended": false, "DynamicScalingOutSuspended": false, "ScheduledScalingSuspended": false,
          ],
        ]
      ],
      policies: [
        [
          "PolicyARN": .string(policyARN), "PolicyName": "CpuScaling", "ServiceNamespace": "ecs",
          "ResourceId": .string(resource), "PolicyType": "TargetTrackingScaling",
          "TargetTrackingScalingPolicyConfiguration": [
            "TargetValue": .number("70.0"),
            "PredefinedMetricSpecification": ["PredefinedMetricType": "ECSServiceAverageCPUUtilization"],
            "ScaleOutCooldown": .integer(60), "ScaleInCooldown": .integer(60),
          ],
          "Alarms": .array(
            ["AlarmHigh", "AlarmLow"].compactMap { side in
              alarm(side)["AlarmName"].map { ["AlarmName": $0, "AlarmARN": "arn"] }
            }),
        ]
      ],
      alarms: [alarm("AlarmHigh"), alarm("AlarmLow")])
  }

  fileprivate func answer(_ request: HTTPPeer.Request) -> HTTPPeer.Answer {
    let form = String(decoding: request.body, as: UTF8.self)
    let target = request.head.headers.first(name: "X-Amz-Target")?.split(separator: ".").last.map(String.init)
    let operation = target ?? form.firstMatch(of: #/Action=(\w+)/#).map { String($0.output.1) } ?? ""
    return state.withLock { state in
      state.operations.append(operation)
      if let left = state.world.throttled[operation], left > 0 {
        state.world.throttled[operation] = left - 1
        return Self.fault("ThrottlingException", "Rate exceeded")
      }
      let once = state.world.refusedOnce.removeValue(forKey: operation)
      if let code = once ?? state.world.refused[operation] {
        return Self.fault(code, "not authorized to perform \(operation)")
      }
      if target == nil { return Self.xml(operation) }
      let input = JSONValue(parsing: request.body) ?? .null
      if operation == "GetMetricData" {
        state.script?(state.looks, &state.world)
        state.looks += 1
      }
      return Self.json(operation, input, state.world).map { .whole(.ok, Self.headers, Array($0.text.utf8)) }
        ?? Self.fault("UnknownOperationException", operation)
    }
  }

  private static let headers: HTTPHeaders = ["Content-Type": "application/x-amz-json-1.1"]

  private static func fault(_ code: String, _ message: String) -> HTTPPeer.Answer {
    let body: JSONValue = ["__type": .string(code), "message": .string(message)]
    return .whole(.badRequest, headers, Array(body.text.utf8))
  }

  private static func xml(_ operation: String) -> HTTPPeer.Answer {
    let body =
      switch operation {
      case "GetCallerIdentity": "<Account>123456789012</Account>"
      case "DescribeStacks":
        """
        <Stacks><member><StackId>arn:aws:cloudformation:us-west-2:123456789012:stack/UGC-dev/1</StackId>\
        <StackName>UGC-dev</StackName><StackStatus>CREATE_COMPLETE</StackStatus><Outputs><member>\
        <OutputKey>containerEnvStr</OutputKey><OutputValue>ACCOUNT_ID="123456789012" \\
        REGION="us-west-2" \\
        CHANNELS_TABLE_NAME="channels" \\
        STREAM_TABLE_NAME="streams"</OutputValue></member></Outputs></member></Stacks>
        """
      default:
        """
        <StackResourceSummaries><member><ResourceType>AWS::ECS::Service</ResourceType>\
        <LogicalResourceId>SharedService</LogicalResourceId>\
        <PhysicalResourceId>\(serviceARN)</PhysicalResourceId></member></StackResourceSummaries>
        """
      }
    return .text("<\(operation)Response><\(operation)Result>\(body)</\(operation)Result></\(operation)Response>")
  }

  private static func json(_ operation: String, _ input: JSONValue, _ world: World) -> JSONValue? {
    switch operation {
    case "DescribeServices": return ["services": .array(world.service.map { [$0] } ?? []), "failures": []]
    case "DescribeScalableTargets": return page("ScalableTargets", world.targets, input, world.pageSize)
    case "DescribeScalingPolicies": return page("ScalingPolicies", world.policies, input, world.pageSize)
    case "DescribeScalingActivities": return page("ScalingActivities", world.activities, input, world.pageSize)
    case "DescribeAlarmHistory":
      let isHigh = input["AlarmName"]?.string?.contains("-AlarmHigh-") ?? false
      return page("AlarmHistoryItems", isHigh ? world.changes : [], input, world.pageSize)
    case "DescribeAlarms":
      let names = (input["AlarmNames"]?.items ?? []).compactMap(\.string)
      let prefix = input["AlarmNamePrefix"]?.string
      let chosen = world.alarms.filter { alarm in
        let name = alarm["AlarmName"]?.string ?? ""
        return names.contains(name) || prefix.map(name.hasPrefix) ?? false
      }
      return page("MetricAlarms", chosen, input, world.pageSize)
    case "GetMetricData":
      let values = world.cpu.map { JSONValue.number("\($0)") }
      let times = values.indices.map { JSONValue.integer(1_800_000_000 + $0 * 60) }
      return ["MetricDataResults": [["Id": "average", "Timestamps": .array(times), "Values": .array(values)]]]
    default: return nil
    }
  }

  private static func page(_ list: String, _ items: [JSONValue], _ input: JSONValue, _ size: Int) -> JSONValue {
    let start = input["NextToken"]?.string.flatMap { Int($0) } ?? 0
    let end = min(start + size, items.count)
    let rest: [JSONValue.Member] = end < items.count ? [.init("NextToken", .string(String(end)))] : []
    return .object([.init(list, .array(Array(items[min(start, end)..<end])))] + rest)
  }

  private final class Box: Sendable {
    private let peer = Mutex<ScalingPeer?>(nil)

    func hold(_ peer: ScalingPeer) { self.peer.withLock { $0 = peer } }

    func answer(_ request: HTTPPeer.Request) -> HTTPPeer.Answer {
      peer.withLock { $0 }?.answer(request) ?? .none
    }
  }
}

extension JSONValue {
  /// The document with another value at some keys; an index is a key of a list, null takes a key away.
  package func with(_ path: [String], _ value: JSONValue) -> JSONValue {
    guard let key = path.first else { return value }
    if case .array(var items) = self, let index = Int(key), items.indices.contains(index) {
      items[index] = items[index].with(Array(path.dropFirst()), value)
      return .array(items)
    }
    guard case .object(var members) = self else { return self }
    let changed = (self[key] ?? [:]).with(Array(path.dropFirst()), value)
    members.removeAll { $0.key == key }
    return .object(members + (changed == .null ? [] : [Member(key, changed)]))
  }
}
