import TaskKit

/// What a service's scalable target and its policy must say, deployed or in a template.
struct ScalingRules {
  /// What a policy waits where it does not say how long, in seconds.
  private static let defaultCooldown = 300

  let expectations: ScalingExpectations

  func findings(of target: TargetFacts, _ subject: String) -> [Finding] {
    [
      check(
        target.minimum, is: expectations.minCapacity, .minCapacity, subject, "the scalable target's minimum capacity"),
      check(
        target.maximum, is: expectations.maxCapacity, .maxCapacity, subject, "the scalable target's maximum capacity"),
      suspension(target.isScaleInSuspended, .scaleInSuspended, subject, "scaling in"),
      suspension(target.isScaleOutSuspended, .scaleOutSuspended, subject, "scaling out"),
      suspension(target.isScheduledScalingSuspended, .scheduledScalingSuspended, subject, "scheduled scaling"),
    ].compactMap { $0 }
  }

  /// The policy that tracks the CPU, or what comes nearest to it.
  func tracking<Policy>(_ policies: [Policy], _ facts: (Policy) -> PolicyFacts) -> Policy? {
    policies.max { rank(facts($0)) < rank(facts($1)) }
  }

  private func rank(_ policy: PolicyFacts) -> Int {
    if policy.type.value != ScalingExpectations.policyType { return 0 }
    return policy.metric.value == ScalingExpectations.metric ? 2 : 1
  }

  /// What is wrong with a service's policies; the place is that of the service or its target.
  func findings(of policies: [PolicyFacts], _ subject: String, place: String?) -> [Finding] {
    guard let policy = tracking(policies, { $0 }) else {
      return [
        ScalingFault.policyMissing.finding(
          subject, "the service has no scaling policy", expected: ScalingExpectations.policyType, place: place)
      ]
    }
    let extra = policies.filter { $0.name != policy.name || $0.place != policy.place }.map { other in
      ScalingFault.policyExtra.finding(
        subject, "the service has the further policy \(other.name)", found: other.type.value, place: other.place)
    }
    return findings(of: policy, subject) + extra
  }

  private func findings(of policy: PolicyFacts, _ subject: String) -> [Finding] {
    let type = check(
      policy.type, is: ScalingExpectations.policyType, .policyType, subject, "the policy's type", whole: policy.place)
    if let type { return [type] }
    let metric = check(
      policy.metric, is: ScalingExpectations.metric, .policyMetric, subject, "the policy's metric",
      unset: "a customized one", whole: policy.place)
    let cooldowns = [
      check(
        policy.scaleInCooldown, is: Int(expectations.scaleInCooldown.components.seconds), .scaleInCooldown, subject,
        "the policy's cooldown after scaling in", default: Self.defaultCooldown, unit: " s", whole: policy.place),
      check(
        policy.scaleOutCooldown, is: Int(expectations.scaleOutCooldown.components.seconds), .scaleOutCooldown, subject,
        "the policy's cooldown after scaling out", default: Self.defaultCooldown, unit: " s", whole: policy.place),
    ]
    let target = check(
      policy.targetValue, is: expectations.cpuTarget, .policyTarget, subject, "the policy's target value", unit: " %",
      whole: policy.place)
    let disabled = check(
      policy.isScaleInDisabled, is: false, .scaleInDisabled, subject, "the policy's DisableScaleIn", default: false)
    return ([metric, target] + cooldowns + [disabled]).compactMap { $0 }
  }

  private func suspension(_ fact: Fact<Bool>, _ fault: ScalingFault, _ subject: String, _ what: String) -> Finding? {
    switch fact {
    case .known(true, let place): fault.finding(subject, "\(what) is suspended", place: place)
    case .known(false, _), .unset: nil
    case .unknown(let reason, let place):
      ScalingFault.templateUnresolved.finding(
        subject, "whether \(what) is suspended is not known: \(reason)", place: place)
    }
  }

  private func check<Value>(
    _ fact: Fact<Value>, is expected: Value, _ fault: ScalingFault, _ subject: String, _ what: String,
    default standard: Value? = nil, unset: String = "not set", unit: String = "", whole: String? = nil
  ) -> Finding? {
    let wanted = Self.text(expected)
    func finding(_ sentence: String, found: String, _ place: String?) -> Finding {
      fault.finding(
        subject, "\(what) is \(sentence)\(unit), not \(wanted)\(unit)", expected: wanted, found: found, place: place)
    }
    switch fact {
    case .known(let value, let place):
      return value == expected ? nil : finding(Self.text(value), found: Self.text(value), place)
    case .unset(let place):
      guard let standard else {
        return fault.finding(
          subject, "\(what) is \(unset), not \(wanted)\(unit)", expected: wanted, found: unset, place: place ?? whole)
      }
      let text = Self.text(standard)
      return standard == expected ? nil : finding("not set, which means \(text)", found: text, place ?? whole)
    case .unknown(let reason, let place):
      return ScalingFault.templateUnresolved.finding(
        subject, "\(what) is not known: \(reason)", expected: wanted, place: place ?? whole)
    }
  }

  /// Whole numbers without a point.
  static func text(_ value: some Sendable) -> String {
    if let number = value as? Double, let whole = Int(exactly: number) { return String(whole) }
    return "\(value)"
  }
}
