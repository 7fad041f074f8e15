import AWSClient
import AWSTestSupport
import Documents
import Foundation
import TaskCLI
import Testing
import UGCPlatform

/// The scaling of deployed services, on services that answer as AWS does.
@Suite struct ScalingCheckTests {
  private func check(_ peer: ScalingPeer, _ values: String...) async throws -> (codes: [String], outcome: Outcome) {
    try await check(peer, values)
  }

  private func check(_ peer: ScalingPeer, _ values: [String]) async throws -> (codes: [String], outcome: Outcome) {
    var test = ToolTest(tasks: "version: 1\ntasks:\n  scaling-check: {}\n").variable("BACKEND", "aws")
    for (name, value) in Emulator.moto.environment(at: peer.url) { test = test.variable(name, value) }
    let outcome = await test.run(["run", "scaling-check", "--output", "json"] + values)
    let findings = try outcome.events().filter { $0["event"] == "finding" }
    return (findings.compactMap { $0["code"]?.string }, outcome)
  }

  @Test func `a service that scales as promised has no finding`() async throws {
    let peer = try await ScalingPeer()
    let (codes, outcome) = try await check(peer)
    await peer.close()
    #expect(codes == [])
    #expect(outcome.status == .succeeded)
    #expect(
      try outcome.outputs(of: "scaling-check")
        == #"{"services":1,"errors":0,"warnings":0,"unknown":0,"stack":"UGC-dev","backend":"aws"}"#)
  }

  /// One thing that is otherwise, and the only finding that follows from it.
  struct Case: Sendable, CustomTestStringConvertible {
    let code: String
    let what: String
    let change: @Sendable (inout ScalingPeer.World) -> Void

    var testDescription: String { "\(code) \(what)" }

    init(_ code: String, _ what: String = "", _ change: @escaping @Sendable (inout ScalingPeer.World) -> Void) {
      (self.code, self.what, self.change) = (code, what, change)
    }

    /// A change of a field of the service, target, policy or alarm.
    init(
      _ code: String, _ document: any WritableKeyPath<ScalingPeer.World, [JSONValue]> & Sendable, _ index: Int,
      _ path: String, _ value: JSONValue
    ) {
      self.init(code, path) { world in
        let keys = path.split(separator: ".").map(String.init)
        world[keyPath: document][index] = world[keyPath: document][index].with(keys, value)
      }
    }

    static func alarm(_ path: String, _ value: JSONValue, _ code: String = "alarm-edited", of side: Int = 0) -> Case {
      Case(code, \.alarms, side, path, value)
    }

    static func policy(_ code: String, _ path: String, _ value: JSONValue) -> Case {
      Case(code, \.policies, 0, "TargetTrackingScalingPolicyConfiguration.\(path)", value)
    }

    static func service(_ code: String, _ path: String, _ value: JSONValue) -> Case {
      Case(code, path) { $0.service = $0.service?.with(path.split(separator: ".").map(String.init), value) }
    }

    static let all: [Case] = [
      Case("service-missing") { $0.service = nil }, service("service-missing", "status", "INACTIVE"),
      Case("target-missing") { $0.targets = [] },
      Case("min-capacity", \.targets, 0, "MinCapacity", .integer(0)),
      Case("max-capacity", \.targets, 0, "MaxCapacity", .integer(10)),
      Case("scale-in-suspended", \.targets, 0, "SuspendedState.DynamicScalingInSuspended", true),
      Case("scale-out-suspended", \.targets, 0, "SuspendedState.DynamicScalingOutSuspended", true),
      Case("scheduled-scaling-suspended", \.targets, 0, "SuspendedState.ScheduledScalingSuspended", true),
      Case("policy-missing") {
        $0.policies = []; $0.alarms = []
      },
      Case("policy-type", \.policies, 0, "PolicyType", "StepScaling"),
      policy(
        "policy-metric", "PredefinedMetricSpecification.PredefinedMetricType", "ECSServiceAverageMemoryUtilization"),
      policy("policy-metric", "PredefinedMetricSpecification", .null),
      Case("policy-target", "and its alarms") { world in
        let key = "TargetTrackingScalingPolicyConfiguration"
        world.policies[0] = world.policies[0].with([key, "TargetValue"], .number("50.0"))
        world.alarms[0] = world.alarms[0].with(["Threshold"], .number("50.0"))
        world.alarms[1] = world.alarms[1].with(["Threshold"], .number("45.0"))
      },
      policy("scale-in-cooldown", "ScaleInCooldown", .integer(300)),
      policy("scale-in-cooldown", "ScaleInCooldown", .null),
      policy("scale-out-cooldown", "ScaleOutCooldown", .integer(0)),
      Case("scale-in-disabled") { world in
        world.policies[0] = world.policies[0].with(
          ["TargetTrackingScalingPolicyConfiguration", "DisableScaleIn"], true)
        world.alarms.removeLast()
      },
      Case("policy-extra") { world in
        world.policies.append(world.policies[0].with(["PolicyName"], "Steps").with(["PolicyType"], "StepScaling"))
      },
      Case("alarm-missing") { $0.alarms.removeFirst() },
      alarm("Threshold", .number("6.0")), alarm("Threshold", .number("70.0"), of: 1),
      alarm("ComparisonOperator", "GreaterThanOrEqualToThreshold"), alarm("EvaluationPeriods", .integer(5)),
      alarm("DatapointsToAlarm", .integer(2)), alarm("DatapointsToAlarm", .integer(3), "alarm-edited-harmlessly"),
      alarm("Period", .integer(300)), alarm("Namespace", "AWS/EC2"), alarm("MetricName", "MemoryUtilization"),
      alarm("Statistic", "Maximum"), alarm("Unit", .null), alarm("TreatMissingData", "breaching"),
      alarm("Dimensions", [["Name": "ClusterName", "Value": .string(ScalingPeer.cluster)]]),
      alarm("ActionsEnabled", false), alarm("OKActions", ["arn:aws:sns:us-west-2:123456789012:topic"]),
      alarm("InsufficientDataActions", ["arn:aws:sns:us-west-2:123456789012:topic"]),
      alarm(
        "AlarmActions",
        [.string("\(ScalingPeer.policyARN):createdBy/u1"), "arn:aws:sns:us-west-2:123456789012:topic"]),
      alarm("AlarmDescription", "Paul's alarm"),
      alarm("AlarmActions", [.string("\(ScalingPeer.policyARN):createdBy/u0")], "alarm-of-another-policy", of: 1),
      alarm("AlarmActions", [], "alarm-of-another-policy"),
      Case("alarm-leftover") { world in
        let name = JSONValue.string("TargetTracking-\(ScalingPeer.resource)-AlarmHigh-old")
        world.alarms.append(world.alarms[0].with(["AlarmName"], name))
      },
      Case("alarm-hand-made") { world in
        let name = JSONValue.string("TargetTracking-\(ScalingPeer.resource)-mine")
        world.alarms.append(world.alarms[0].with(["AlarmName"], name))
      },
      alarm("StateValue", "INSUFFICIENT_DATA", "alarm-without-data"),
      Case("alarm-updated") { world in
        world.changes = [
          [
            "HistorySummary": "Alarm updated", "Timestamp": .number("1800000000.0"),
            "HistoryData": #"{"type":"Update","updatedAlarm":{}}"#,
          ]
        ]
      },
      Case("at-max-capacity") { world in
        world.service = world.service?.with(["desiredCount"], .integer(30)).with(["runningCount"], .integer(30))
        world.alarms[0] = world.alarms[0].with(["StateValue"], "ALARM")
      },
      Case("at-max-capacity", "as an activity tells") { world in
        world.activities = [["StatusCode": "Successful", "NotScaledReasons": [["Code": "AlreadyAtMaxCapacity"]]]]
      },
      Case("not-scaled") { world in
        world.activities = [
          ["StatusCode": "Failed", "NotScaledReasons": [["Code": "AutoScalingAnticipatedFlapping"]]]
        ]
      },
      Case("activity-failed") { world in
        world.activities = [
          ["StatusCode": "Unfulfilled", "StatusMessage": "no capacity", "StartTime": .number("1800000000.0")],
          ["StatusCode": "Successful"],
        ]
      },
      Case("activity-failed-before") { world in
        world.activities = [["StatusCode": "Successful"], ["StatusCode": "Failed", "StatusMessage": "no role"]]
      },
      Case("desired-out-of-bounds") { world in
        world.service = world.service?.with(["desiredCount"], .integer(31)).with(["runningCount"], .integer(31))
      },
      service("tasks-missing", "desiredCount", .integer(2)),
      Case("deployment-in-progress") { world in
        world.service = world.service?.with(["deployments", "0", "rolloutState"], "IN_PROGRESS")
      },
      Case("deployment-failed") { world in
        world.service = world.service?.with(["deployments", "0", "rolloutState"], "FAILED")
      },
    ]
  }

  @Test(arguments: Case.all)
  func `each fault is found, and nothing else`(fault: Case) async throws {
    let peer = try await ScalingPeer(fault.change)
    let (codes, outcome) = try await check(peer)
    await peer.close()
    #expect(codes == [fault.code])
    let severity = try outcome.events().first { $0["event"] == "finding" }?["severity"]
    #expect(outcome.status == (severity == "error" ? .failed : .succeeded))
  }

  @Test func `a service at its minimum is calm, though its low alarm is not`() async throws {
    let peer = try await ScalingPeer { world in
      world.activities = [["StatusCode": "Failed", "NotScaledReasons": [["Code": "AlreadyAtMinCapacity"]]]]
      world.alarms.append(
        world.alarms[0].with(["AlarmName"], .string("TargetTracking-\(ScalingPeer.resource)-Two-AlarmHigh-c3")))
    }
    #expect(try await check(peer).codes == [])
    await peer.close()
  }

  @Test func `an edited alarm is named with what was expected and found`() async throws {
    let peer = try await ScalingPeer { $0.alarms[1] = $0.alarms[1].with(["Threshold"], .number("6.0")) }
    var test = ToolTest(tasks: "version: 1\ntasks:\n  scaling-check: {}\n").variable("BACKEND", "aws")
    for (name, value) in Emulator.moto.environment(at: peer.url) { test = test.variable(name, value) }
    await test.run("run", "scaling-check").expect(
      error: """
        aws stack UGC-dev, region us-west-2, account 123456789012
        error: Threshold of the alarm AlarmLow is 6, not 63 [alarm-edited]
         --> Shared
          expected: 63
          found: 6
        help: deploy the policy anew, which makes its alarms anew; never create, edit or delete them by hand
        error: 1 service checked: 1 error
        help: `ugc-tasks plugins scaling-check` explains each finding

        """, status: .failed)
    await peer.close()
  }

  @Test func `all pages are read, and throttled calls tried again`() async throws {
    let peer = try await ScalingPeer { world in
      world.pageSize = 1
      let extra = (0..<11).map {
        world.policies[0].with(["PolicyName"], .string("S\($0)")).with(["PolicyType"], "StepScaling")
      }
      world.policies = extra + world.policies
      for operation in ["DescribeServices", "DescribeScalableTargets", "DescribeScalingPolicies", "DescribeAlarms"] {
        world.throttled[operation] = 2
      }
    }
    let (codes, outcome) = try await check(peer)
    await peer.close()
    #expect(codes == Array(repeating: "policy-extra", count: 11))
    #expect(outcome.status == .succeeded)
  }

  @Test(arguments: [
    ("DescribeServices", "service-unreadable", true), ("DescribeScalableTargets", "target-unreadable", true),
    ("DescribeScalingPolicies", "policy-unreadable", true), ("DescribeAlarms", "alarm-unreadable", true),
    ("DescribeAlarmHistory", "history-unreadable", false),
    ("DescribeScalingActivities", "activities-unreadable", false),
  ])
  func `what may not be read is unknown, never fine`(operation: String, code: String, isNeeded: Bool) async throws {
    let peer = try await ScalingPeer { $0.refused[operation] = "AccessDeniedException" }
    let (codes, outcome) = try await check(peer)
    await peer.close()
    #expect(Set(codes) == [code])
    #expect(outcome.status == (isNeeded ? .failed : .succeeded))
    #expect(try outcome.outputs(of: "scaling-check")?.contains(#""errors":0,"warnings":0,"unknown":0"#) == false)
  }

  @Test func `what a template has is told, also where the stack cannot be read`() async throws {
    let peer = try await ScalingPeer { $0.refused["DescribeStacks"] = "AccessDenied" }
    var test = ToolTest(tasks: "version: 1\ntasks:\n  scaling-check: {}\n").variable("BACKEND", "aws")
      .file("t.yaml", "Resources: {}")
    for (name, value) in Emulator.moto.environment(at: peer.url) { test = test.variable(name, value) }
    let outcome = await test.run("run", "scaling-check", "TEMPLATE=t.yaml", "-q")
    await peer.close()
    #expect(outcome.status == .failed)
    #expect(outcome.error.hasPrefix("error: the template has no ECS service [service-missing]\n --> t.yaml:1:1\n"))
    #expect(outcome.error.contains("error: CloudFormation DescribeStacks was refused: "))
  }

  @Test func `warnings fail where they are to`() async throws {
    let peer = try await ScalingPeer { $0.service = $0.service?.with(["desiredCount"], .integer(2)) }
    #expect(try await check(peer).outcome.status == .succeeded)
    #expect(try await check(peer, "FAIL_ON=warning").outcome.status == .failed)
    await peer.close()
  }

  @Test func `expectations are inputs`() async throws {
    let peer = try await ScalingPeer()
    let (codes, _) = try await check(
      peer, "MIN_CAPACITY=2", "MAX_CAPACITY=20", "CPU_TARGET=60", "SCALE_IN_COOLDOWN=5m", "SCALE_OUT_COOLDOWN=0s",
      "SCALE_OUT_MINUTES=4", "SCALE_IN_MINUTES=10", "SCALE_IN_PERCENT=80")
    await peer.close()
    #expect(
      codes == [
        "min-capacity", "max-capacity", "policy-target", "scale-in-cooldown", "scale-out-cooldown", "alarm-edited",
        "alarm-edited", "alarm-edited",
      ])
  }

  @Test func `it only reads`() async throws {
    let peer = try await ScalingPeer { $0.cpu = [20] }
    let (_, outcome) = try await check(peer, "WATCH=1s")
    await peer.close()
    #expect(outcome.status == .succeeded)
    #expect(
      Set(peer.operations) == [
        "GetCallerIdentity", "DescribeStacks", "ListStackResources", "DescribeServices", "DescribeScalableTargets",
        "DescribeScalingPolicies", "DescribeAlarms", "DescribeAlarmHistory", "DescribeScalingActivities",
        "GetMetricData",
      ])
    let lines = try outcome.events().filter { $0["event"] == "log" }.compactMap { $0["message"]?.string }
    #expect(lines.contains("Shared: desired 1, running 1, CPU 20 %, high OK, low ALARM"))
    #expect(lines.contains("Shared did not scale, but was not watched long enough to judge"))
  }

  @Test func `the README's command follows the services`() async throws {
    let peer = try await ScalingPeer { $0.cpu = [20] }
    let line = try #require(
      try Repository.text("README.md").split(separator: "\n").first {
        $0.hasPrefix("ugc-tasks run scaling-check BACKEND")
      })
    let words = line.split(separator: " ").dropFirst(3).map { String($0.replacing("=10m", with: "=1s")) }
    let (_, outcome) = try await check(peer, words)
    await peer.close()
    #expect(outcome.status == .succeeded)
    #expect(outcome.output.contains("Shared, a column a minute:"))
  }

  @Test(arguments: [
    (["BACKEND=local"], "`template` of the task `scaling-check` is not given, and a local stack has no services"),
    (["BACKEND=local", "TEMPLATE=x", "WATCH=5m"], "`watch` of the task `scaling-check` is given, but a local stack"),
    (["MIN_CAPACITY=31"], "`minCapacity` of the task `scaling-check` is 31, which is more than maxCapacity (30)"),
    (["BACKEND=local", "TEMPLATE=nowhere.json"], "the template nowhere.json cannot be read: there is no such file"),
  ])
  func `values that do not fit are refused`(values: [String], message: String) async {
    let test = ToolTest(tasks: "version: 1\ntasks:\n  scaling-check: {}\n").variable("BACKEND", "aws")
    let outcome = await test.run(["run", "scaling-check", "-q"] + values)
    #expect(outcome.status == .usage)
    #expect(outcome.error.hasPrefix("error: \(message)"), "\(outcome.error)")
  }
}

/// The scaling of a stack on moto, which makes target tracking alarms, but with thresholds of its own.
@Suite(.enabled(if: Emulator.areThere, "Tests/Emulators/with-emulators starts what this needs"))
struct EmulatedScalingTests {
  /// A stack whose service is scaled; gives its name, and `service/CLUSTER/SERVICE`.
  private func deploy() async throws -> (stack: String, resource: String) {
    let stack = "UGC-\(UUID().uuidString.prefix(8))"
    _ = try await PlatformTemplate.deploy(stack, on: .moto, hasService: true)
    let session = try Emulator.moto.session()
    let services = try await StackDiscovery(session).resources(ofType: "AWS::ECS::Service", inStack: stack)
    let name = try #require(services.first?.physicalID.flatMap(ElasticContainerService.ServiceName.init(arn:)))
    let scope: [JSONValue.Member] = [
      .init("ServiceNamespace", "ecs"), .init("ResourceId", .string(name.resourceID)),
      .init("ScalableDimension", "ecs:service:DesiredCount"),
    ]
    _ = try await session.json(
      .applicationAutoScaling, "RegisterScalableTarget",
      .object(scope + [.init("MinCapacity", .integer(1)), .init("MaxCapacity", .integer(30))]))
    let configuration: JSONValue = [
      "TargetValue": .number("70.0"), "ScaleInCooldown": .integer(60), "ScaleOutCooldown": .integer(60),
      "PredefinedMetricSpecification": ["PredefinedMetricType": "ECSServiceAverageCPUUtilization"],
    ]
    _ = try await session.json(
      .applicationAutoScaling, "PutScalingPolicy",
      .object(
        scope + [
          .init("PolicyName", "CpuScaling"), .init("PolicyType", "TargetTrackingScaling"),
          .init("TargetTrackingScalingPolicyConfiguration", configuration),
        ]))
    return (stack, name.resourceID)
  }

  /// Gives the alarms the thresholds that Application Auto Scaling would.
  private func mendAlarms(of resource: String) async throws {
    let session = try Emulator.moto.session()
    let alarms = try await session.json(
      .cloudWatch, "DescribeAlarms", ["AlarmNamePrefix": .string("TargetTracking-\(resource)-")])
    for alarm in alarms["MetricAlarms"]?.items ?? [] {
      let isHigh = alarm["AlarmName"]?.string?.contains("-AlarmHigh-") ?? false
      let keys = [
        "AlarmName", "AlarmDescription", "ActionsEnabled", "AlarmActions", "MetricName", "Namespace", "Statistic",
        "Dimensions", "Period", "Unit", "EvaluationPeriods", "ComparisonOperator",
      ]
      let kept = keys.compactMap { key in alarm[key].map { JSONValue.Member(key, $0) } }
      _ = try await session.json(
        .cloudWatch, "PutMetricAlarm", .object(kept + [.init("Threshold", .number(isHigh ? "70.0" : "63.0"))]))
    }
  }

  private func test(_ stack: String) -> ToolTest {
    var test = ToolTest(tasks: (try? Repository.text("tasks.yaml")) ?? "").variable("BACKEND", "aws")
      .variable("STACK", stack)
    for name in ["UGC-dev.template.json", "UGC-dev-Metrics.nested.template.json", "stream-events.ndjson"] {
      test = test.file("Examples/\(name)", (try? Repository.text("Examples/\(name)")) ?? "")
    }
    test = test.file("seed.example.json", (try? Repository.text("seed.example.json")) ?? "")
    for (name, value) in Emulator.moto.environment() { test = test.variable(name, value) }
    return test
  }

  @Test func `edited alarms are named with the field, what was expected and found`() async throws {
    let (stack, _) = try await deploy()
    let outcome = await test(stack).run("run", "scaling-check", "WATCH=1s", "--output", "json")
    #expect(outcome.output.contains("StreamEvents: desired 1, running 0, CPU unknown, high OK, low OK"))
    let edited = try outcome.events().filter { $0["code"] == "alarm-edited" }.compactMap { $0["message"]?.string }
    #expect(
      edited == [
        "Threshold of the alarm AlarmHigh is 6, not 70", "Threshold of the alarm AlarmLow is 6, not 63",
      ])
    #expect(outcome.status == .failed)
  }

  @Test func `the release is checked on a deployed stack`() async throws {
    let (stack, resource) = try await deploy()
    try await mendAlarms(of: resource)
    let outcome = await test(stack).run("run", "release-check", "-q")
    #expect(outcome.status == .succeeded, "\(outcome)")
    #expect(outcome.output.contains("release-check/4:scaling-check | 3 services checked: "))
    #expect(outcome.output.hasSuffix("deleted 50 channels and 53 streams from \(stack)\n"))
  }
}
