import AWSClient
import TaskKit
import UGCPlatform

/// What the alarms must be that Application Auto Scaling makes for a policy on a service's CPU.
///
/// The figures are what it was seen to set; AWS does not promise them.
struct AlarmRules {
  let expectations: ScalingExpectations
  let service: ElasticContainerService.ServiceName
  let subject: String

  /// Which of the two alarms.
  enum Side: String, CaseIterable {
    case high = "AlarmHigh"
    case low = "AlarmLow"
  }

  /// What is wrong with the alarms of the policy that tracks the CPU, and with others of the service's prefix.
  func findings(
    of alarms: [CloudWatch.Alarm], for policy: ApplicationAutoScaling.Policy, policyAlarms: Set<String>
  ) -> [Finding] {
    var findings: [Finding] = []
    // A service that does not name its policies' alarms leaves only their actions to tell whose they are.
    let isOwn = { (alarm: CloudWatch.Alarm) in
      policy.alarmNames.isEmpty
        ? Self.actions(of: alarm).contains { $0.hasPrefix("\(policy.arn):createdBy/") }
        : policy.alarmNames.contains(alarm.name)
    }
    let own = alarms.filter(isOwn)
    let sides: [Side] = policy.tracking?.isScaleInDisabled == true ? [.high] : Side.allCases
    // Both are made together, and act on one version of the policy.
    let version = own.compactMap { self.version(of: $0, policy) }.first
    for side in sides {
      guard let alarm = own.first(where: { self.side(of: $0) == side }) else {
        findings.append(
          ScalingFault.alarmMissing.finding(
            subject, "the alarm \(side.rawValue) of the policy \(policy.name) is not there",
            expected: policy.alarmNames.first { $0.contains("-\(side.rawValue)-") } ?? "\(prefix)\(side.rawValue)-…"))
        continue
      }
      findings += self.findings(of: alarm, side, policy, version: version)
    }
    return findings + alarms.filter { !isOwn($0) && !policyAlarms.contains($0.name) }.compactMap(stranger)
  }

  private var prefix: String { ServiceScaling.alarmPrefix(of: service) }

  private func side(of alarm: CloudWatch.Alarm) -> Side? {
    Side.allCases.first { alarm.name.hasPrefix("\(prefix)\($0.rawValue)-") }
  }

  /// An alarm of the prefix that no policy names.
  private func stranger(_ alarm: CloudWatch.Alarm) -> Finding? {
    if side(of: alarm) != nil {
      return ScalingFault.alarmLeftover.finding(
        subject, "the alarm \(alarm.name) belongs to no policy of the service", found: alarm.name)
    }
    // Of a service whose name begins with this one's and a dash.
    if Side.allCases.contains(where: { alarm.name.contains("-\($0.rawValue)-") }) { return nil }
    return ScalingFault.alarmHandMade.finding(
      subject, "the alarm \(alarm.name) has the name of a target tracking alarm, but was made by hand",
      found: alarm.name)
  }

  private static func actions(of alarm: CloudWatch.Alarm) -> [String] {
    (alarm.fields["AlarmActions"]?.items ?? []).compactMap(\.string)
  }

  /// `createdBy/UUID` of the action on the policy.
  private func version(of alarm: CloudWatch.Alarm, _ policy: ApplicationAutoScaling.Policy) -> String? {
    Self.actions(of: alarm).first { $0.hasPrefix("\(policy.arn):createdBy/") }
      .map { String($0.dropFirst(policy.arn.count + 1)) }
  }

  private func findings(
    of alarm: CloudWatch.Alarm, _ side: Side, _ policy: ApplicationAutoScaling.Policy, version: String?
  ) -> [Finding] {
    let own = self.version(of: alarm, policy)
    guard let own, own == version else {
      return [
        ScalingFault.alarmOfAnotherPolicy.finding(
          subject, "the alarm \(side.rawValue) does not act on the policy \(policy.name) as its other alarm does",
          expected: "\(policy.arn):\(version ?? "createdBy/…")", found: Self.actions(of: alarm).joined(separator: ", "))
      ]
    }
    return fields(side, policy, action: "\(policy.arn):\(own)").compactMap { field in
      let found = alarm.fields[field.name] ?? .null
      guard !field.isFine(found) else { return nil }
      // The console writes this when an alarm is saved; it says what holds without it.
      let isHarmless = field.name == "DatapointsToAlarm" && found == alarm.fields["EvaluationPeriods"]
      let fault = isHarmless ? ScalingFault.alarmEditedHarmlessly : .alarmEdited
      return fault.finding(
        subject,
        "\(field.name) of the alarm \(side.rawValue) is \(field.shown(found)), not \(field.shown(field.expected))",
        expected: field.shown(field.expected), found: field.shown(found))
    }
  }

  /// A field of an alarm's configuration.
  private struct Field {
    let name: String
    /// Null where it must not be set.
    let expected: JSONValue

    func isFine(_ found: JSONValue) -> Bool {
      if let number = expected.double { return found.double.map { abs($0 - number) < 0.001 } ?? false }
      switch (expected, found) {
      case (.array(let wanted), .array(let there)): return Set(wanted) == Set(there) && wanted.count == there.count
      case (.null, .array(let there)): return there.isEmpty
      case (.string(let wanted), .string(let there)) where name == "AlarmDescription":
        return wanted == there || wanted == "\(there)."
      // It is what holds where nothing is said.
      case (.string("missing"), .null) where name == "TreatMissingData": return true
      default: return expected == found
      }
    }

    /// As people read it.
    func shown(_ value: JSONValue) -> String {
      switch value {
      case .null: return "not set"
      case .string(let text): return text
      case .number: return value.double.map(ScalingRules.text) ?? value.text
      case .array(let items) where items.isEmpty: return "not set"
      case .array(let items):
        return items.map { item in
          item["Name"]?.string.map { "\($0)=\(item["Value"]?.string ?? "")" } ?? item.string ?? item.text
        }.joined(separator: ", ")
      default: return value.text
      }
    }
  }

  /// The fields of an alarm that acts so.
  private func fields(_ side: Side, _ policy: ApplicationAutoScaling.Policy, action: String) -> [Field] {
    let target = policy.tracking?.targetValue ?? expectations.cpuTarget
    let isHigh = side == .high
    let dimensions: [(String, String)] = [("ClusterName", service.cluster), ("ServiceName", service.service)]
    let threshold = isHigh ? target : target * expectations.scaleInPercent / 100
    let minutes = isHigh ? expectations.scaleOutMinutes : expectations.scaleInMinutes
    let fields: [(String, JSONValue)] = [
      ("ActionsEnabled", true), ("AlarmActions", [.string(action)]), ("OKActions", .null),
      ("InsufficientDataActions", .null), ("ComparisonOperator", isHigh ? "GreaterThanThreshold" : "LessThanThreshold"),
      ("Threshold", .number(ScalingRules.text(threshold))), ("EvaluationPeriods", .integer(minutes)),
      ("DatapointsToAlarm", .null), ("Period", .integer(60)), ("Namespace", "AWS/ECS"),
      ("MetricName", "CPUUtilization"), ("Statistic", "Average"), ("ExtendedStatistic", .null), ("Metrics", .null),
      ("Unit", "Percent"), ("TreatMissingData", "missing"),
      ("Dimensions", .array(dimensions.map { ["Name": .string($0.0), "Value": .string($0.1)] })),
      ("AlarmDescription", .string("DO NOT EDIT OR DELETE. For \(policy.type) policy \(action).")),
    ]
    return fields.map { Field(name: $0.0, expected: $0.1) }
  }
}
