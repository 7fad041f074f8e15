import Documents
import Foundation
import TaskCLI
import Testing

/// The scaling of services in templates, before they are deployed.
@Suite struct ScalingTemplateTests {
  private static let yaml = """
    Parameters:
      Maximum: { Type: Number, Default: 30 }
      Stage: { Type: String, Default: dev }
    Mappings:
      Sizes: { dev: { least: 1 }, prod: { least: 2 } }
    Conditions:
      IsProd: !Equals [!Ref Stage, prod]
    Resources:
      Cluster: { Type: AWS::ECS::Cluster }
      Service:
        Type: AWS::ECS::Service
        Properties: { Cluster: !Ref Cluster, DesiredCount: 1 }
      Other:
        Type: AWS::ECS::Service
        Condition: IsProd
      Target:
        Type: AWS::ApplicationAutoScaling::ScalableTarget
        Properties:
          MinCapacity: !FindInMap [Sizes, !Ref Stage, least]
          MaxCapacity: !Ref Maximum
          ResourceId: !Sub service/${Cluster}/${Service.Name}
          ScalableDimension: ecs:service:DesiredCount
          ServiceNamespace: ecs
      Policy:
        Type: AWS::ApplicationAutoScaling::ScalingPolicy
        Properties:
          PolicyName: cpu
          PolicyType: TargetTrackingScaling
          ScalingTargetId: !Ref Target
          TargetTrackingScalingPolicyConfiguration:
            PredefinedMetricSpecification: { PredefinedMetricType: ECSServiceAverageCPUUtilization }
            TargetValue: !If [IsProd, 60, 70]
            ScaleInCooldown: 60
            ScaleOutCooldown: 60

    """

  private func check(_ name: String, _ text: String, _ files: [String: String] = [:]) async -> Outcome {
    var test = ToolTest(tasks: "version: 1\ntasks:\n  scaling-check: {}\n").file(name, text)
    for (name, text) in files { test = test.file(name, text) }
    return await test.run("run", "scaling-check", "TEMPLATE=\(name)", "--output", "json")
  }

  /// The findings' codes and places.
  private func findings(_ outcome: Outcome) throws -> [String] {
    try outcome.events().filter { $0["event"] == "finding" }.map {
      "\($0["code"]?.string ?? "") \($0["place"]?.string ?? "")"
    }
  }

  private func example(_ name: String) throws -> String { try Repository.text("Examples/\(name)") }

  private static let nested = "UGC-dev-Metrics.nested.template.json"

  @Test func `the platform's template scales as promised, its nested one too`() async throws {
    let outcome = await check(
      "UGC-dev.template.json", try example("UGC-dev.template.json"), [Self.nested: try example(Self.nested)])
    #expect(try findings(outcome) == [])
    #expect(
      try outcome.outputs(of: "scaling-check")
        == #"{"services":2,"errors":0,"warnings":0,"unknown":0,"stack":"UGC-dev","backend":"local"}"#)
  }

  @Test func `YAML with its short functions is read`() async throws {
    let outcome = await check("template.yaml", Self.yaml)
    #expect(try findings(outcome) == [])
    #expect(try outcome.outputs(of: "scaling-check")?.hasPrefix(#"{"services":1,"#) == true)
  }

  /// `line:column` of the first place of a text.
  private func place(of part: String, in text: String) throws -> String {
    let before = text[..<(try #require(text.firstRange(of: part)).lowerBound)].split(
      separator: "\n", omittingEmptySubsequences: false)
    return "\(before.count):\((before.last?.count ?? 0) + 1)"
  }

  @Test(arguments: [
    ("MaxCapacity: !Ref Maximum", "MaxCapacity: 20", "max-capacity", "20"),
    ("Default: 30", "Default: 20", "max-capacity", "!Ref Maximum"),
    ("MaxCapacity: !Ref Maximum", "MaxCapacity: 30.5", "template-unresolved", "30.5"),
    ("least: 1 }", "least: 0 }", "min-capacity", "!FindInMap"),
    ("Type: Number, Default: 30", "Type: Number", "template-unresolved", "!Ref Maximum"),
    ("      MaxCapacity: !Ref Maximum\n", "", "max-capacity", "Target:"),
    ("60, 70]", "60, 80]", "policy-target", "!If"),
    ("ScaleInCooldown: 60", "ScaleInCooldown: '300'", "scale-in-cooldown", "'300'"),
    ("        ScaleOutCooldown: 60\n", "", "scale-out-cooldown", "Policy:"),
    ("TargetValue:", "DisableScaleIn: true\n        TargetValue:", "scale-in-disabled", "true"),
    (
      "ServiceNamespace: ecs", "SuspendedState: { DynamicScalingOutSuspended: true }", "scale-out-suspended", "true"
    ),
    ("ECSServiceAverageCPU", "ECSServiceAverageMemory", "policy-metric", "ECSServiceAverageMemory"),
    ("PolicyType: TargetTrackingScaling", "PolicyType: StepScaling", "policy-type", "StepScaling"),
    ("ScalingTargetId: !Ref Target", "ScalingTargetId: !Ref Cluster", "policy-missing", "Target:"),
    ("${Service.Name}", "${Cluster.Arn}", "target-missing", "Service:"),
    ("!Sub service/${Cluster}/${Service.Name}", "!ImportValue id", "template-unresolved", "Target:"),
    ("DesiredCount: 1", "DesiredCount: 77", "desired-out-of-bounds", "77 }"),
    ("    Condition: IsProd\n", "", "target-missing", "Other:"),
    (
      "  Cluster: { Type: AWS::ECS::Cluster }", "  Mine: \(alarm("AlarmName: TargetTracking-x"))", "alarm-hand-made",
      "Mine"
    ),
    (
      "  Cluster: { Type: AWS::ECS::Cluster }", "  Mine: \(alarm("AlarmActions: [!Ref Policy]"))", "alarm-hand-made",
      "Mine"
    ),
  ])
  func `each fault is found at its place`(text: String, other: String, code: String, part: String) async throws {
    let changed = Self.yaml.replacing(text, with: other).replacing("service/${Cluster}", with: "service/c")
    let outcome = await check("t.yaml", changed)
    // A service whose target is not known has none either.
    let expected = "\(code) t.yaml:\(try place(of: part, in: changed))"
    let found = try findings(outcome)
    #expect(found.first == expected)
    #expect(found.count == (text.hasPrefix("!Sub") ? 2 : 1))
    #expect(outcome.status == .failed)
  }

  private static func alarm(_ property: String) -> String {
    "{ Type: AWS::CloudWatch::Alarm, Properties: { \(property), Threshold: 70 } }"
  }

  @Test(arguments: [
    // Names that only deploying tells are compared as they are written.
    ("DesiredCount: 1", "ServiceName: !Sub '${AWS::StackName}-web'", "${Service.Name}", "${AWS::StackName}-web", ""),
    ("DesiredCount: 1", "ServiceName: !Ref Name", "${Service.Name}", "${Name}", ""),
    ("MaxCapacity: !Ref Maximum", "MaxCapacity: 30.0", "", "", ""),
    // What may not be made is not fine.
    (
      "    Type: AWS::ApplicationAutoScaling::ScalableTarget",
      "    Type: AWS::ApplicationAutoScaling::ScalableTarget\n    Condition: IsLive", "", "", "template-unresolved"
    ),
    (
      "    Type: AWS::ApplicationAutoScaling::ScalingPolicy",
      "    Type: AWS::ApplicationAutoScaling::ScalingPolicy\n    Condition: IsLive", "", "", "template-unresolved"
    ),
    (
      "ServiceNamespace: ecs", "SuspendedState: !If [IsLive, { DynamicScalingInSuspended: true }, !Ref AWS::NoValue]",
      "", "", "template-unresolved|template-unresolved|template-unresolved"
    ),
    // A policy of another service is not this one's.
    (
      "ScalingTargetId: !Ref Target", "ResourceId: !Join [/, [service, c, !Select [2, !Split [/, !Ref Other]]]]",
      "    Condition: IsProd\n", "", "policy-missing|target-missing"
    ),
  ])
  func `what is known is told from what is not`(
    text: String, other: String, second: String, its: String, codes: String
  ) async throws {
    var changed = Self.yaml.replacing("Mappings:", with: "  Name: { Type: String }\nMappings:")
      .replacing("Conditions:\n", with: "Conditions:\n  IsLive: !Equals [!Ref Name, live]\n").replacing(
        text, with: other)
    if !second.isEmpty { changed = changed.replacing(second, with: its) }
    let found = try findings(await check("t.yaml", changed)).map { $0.prefix { $0 != " " } }
    #expect(found.joined(separator: "|") == codes)
  }

  @Test func `conditions are evaluated once`() async throws {
    let conditions = (1...60).map { "  C\($0): !And [!Condition C\($0 - 1), !Condition C\($0 - 1)]\n" }.joined()
    let text = Self.yaml.replacing("Conditions:\n", with: "Conditions:\n  C0: !Equals [1, 1]\n\(conditions)")
      .replacing("IsProd, 60, 70", with: "C60, 70, 60")
    #expect(try findings(await check("t.yaml", text)) == [])
  }

  @Test func `a template without services is not what was meant`() async throws {
    #expect(try findings(await check("t.yaml", "Resources: {}")) == ["service-missing t.yaml:1:1"])
  }

  @Test func `nested templates take their parent's values, and those that are missing are told`() async throws {
    let nested = try example(Self.nested).replacing("\"MaxCapacity\": 30", with: #""MaxCapacity": {"Ref": "Most"}"#)
      .replacing(#""Parameters": {"#, with: #""Parameters": {"Most": {"Type": "Number"},"#)
    let root = try example("UGC-dev.template.json").replacing(
      #""Parameters": {"#, with: #""Parameters": {"Most": 12,"#)
    let outcome = await check("out/root.json", root, ["out/\(Self.nested)": nested])
    let most = try place(of: #"{"Ref": "Most"}"#, in: nested)
    #expect(try findings(outcome) == ["max-capacity out/\(Self.nested):\(most)"])
    let alone = await check("out/root.json", root)
    let stack = try place(of: "\"MetricsNestedStack\"", in: root)
    #expect(try findings(alone) == ["nested-template-unreadable out/root.json:\(stack)"])
    #expect(alone.status == .failed)
    let broken = await check("out/root.json", root, ["out/\(Self.nested)": "{\"Resources\": []}"])
    #expect(broken.status == .failed)
    #expect(broken.output.contains("`Resources` is a mapping, not a list"))
  }

  @Test func `stacks that nest themselves come to an end`() async throws {
    let stack = #"{"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "ring.json"}}"#
    let ring =
      #"{"Resources": {"Service": {"Type": "AWS::ECS::Service"}, "A": \#(stack), "B": \#(stack), "C": \#(stack)}}"#
    let outcome = await check("ring.json", ring)
    #expect(outcome.status == .failed)
    #expect(outcome.output.contains("more than 500 stacks are nested"))
  }

  @Test(arguments: [
    ("{", "a key in double quotes was expected here", "1:2"), ("[]", "a template is a mapping with `Resources`", "1:1"),
    ("{}", "the template has no `Resources`", "1:1"),
    ("Resources: 7", "`Resources` is a mapping, not a whole number", "1:12"),
    ("Resources:\n  A: {}", "the resource `A` has no `Type`", "2:3"),
    ("Resources:\n  A: 7", "the resource `A` is a mapping with `Type`, not a whole number", "2:6"),
    ("Resources: {}\nResources: {}", "the key `Resources` is written twice", "2:1"),
  ])
  func `what is no template is told with its place`(text: String, message: String, place: String) async {
    let test = ToolTest(tasks: "version: 1\ntasks:\n  scaling-check: {}\n").file("t.json", text)
    let outcome = await test.run("run", "scaling-check", "TEMPLATE=t.json", "-q")
    #expect(outcome.status == .failed)
    #expect(outcome.error.hasPrefix("error: \(message)"), "\(outcome.error)")
    #expect(outcome.error.contains(" --> t.json:\(place)\n"), "\(outcome.error)")
  }

  @Test func `a finding is shown with its line's place, and what to do`() async {
    let test = ToolTest(tasks: "version: 1\ntasks:\n  scaling-check: {}\n").file("t.yaml", Self.yaml)
    await test.run("run", "scaling-check", "TEMPLATE=t.yaml", "MAX_CAPACITY=20").expect(
      error: """
        error: the scalable target's maximum capacity is 30, not 20 [max-capacity]
         --> t.yaml:20:20
          expected: 20
          found: 30
        help: change it in the stack's code and deploy, or give the check what you expect
        error: 1 service checked: 1 error
        help: `ugc-tasks plugins scaling-check` explains each finding

        """, status: .failed)
  }
}
