import AWSClient
import TaskKit
import UGCPlatform

/// Checks that the stack's rule brings IVS's events to their targets; it only reads.
struct RuleCheck {
  let session: AWSSession
  let stack: DeployedStack

  private struct CheckedRule {
    let name: EventBridge.RuleName
    let rule: EventBridge.Rule
    let targets: [EventBridge.Target]
    /// The kinds that its pattern takes; nil where that is not known.
    let kinds: [Bool?]

    /// Whether it takes any of the kinds, or may do so.
    var isOfChannels: Bool { kinds.contains { $0 != false } }
    var isCarrying: Bool { rule.isEnabled && !targets.isEmpty }
  }

  private var bridge: EventBridge { session.eventBridge(region: stack.place.region) }

  /// - Returns: What was found; nothing where all is well.
  /// - Throws: A `StoreError` where nothing could be read.
  func findings() async throws(StoreError) -> [Finding] {
    do throws(AWSError) {
      let resources = try await StackDiscovery(session)
        .resources(ofType: "AWS::Events::Rule", inStack: stack.name.description)
      var rules: [CheckedRule] = []
      var findings: [Finding] = []
      for resource in resources {
        guard let id = resource.physicalID else { continue }
        let name = EventBridge.RuleName(physicalID: id)
        if let rule = try await bridge.rule(name) {
          rules.append(try await check(name, rule))
        } else {
          findings.append(
            finding(
              "rule-missing", .error, "\(name)", "the rule is in the stack, but not there any more",
              help: "deploy the stack again"))
        }
      }
      return findings + self.findings(of: rules.filter(\.isOfChannels), missing: !findings.isEmpty)
    } catch {
      throw StoreError(error)
    }
  }

  private func check(_ name: EventBridge.RuleName, _ rule: EventBridge.Rule) async throws(AWSError) -> CheckedRule {
    let kinds = if let pattern = rule.pattern { try await kinds(takenBy: pattern) } else { [Bool?]() }
    return CheckedRule(name: name, rule: rule, targets: try await bridge.targets(of: name), kinds: kinds)
  }

  /// For each kind, whether the service says that the pattern takes it, or what is known here where it does not say.
  private func kinds(takenBy pattern: String) async throws(AWSError) -> [Bool?] {
    let local = EventPattern(pattern)
    var isAnswered = true
    var kinds: [Bool?] = []
    for kind in EventKind.all {
      let event = kind.sample(at: stack.place)
      var taken: Bool?
      if isAnswered {
        do throws(AWSError) { taken = try await bridge.takes(event, pattern) } catch {
          // Who may not ask, and an emulator that does not know the call, are no reason to give up.
          guard !error.isTransient || error.cause == .undecodable else { throw error }
        }
        isAnswered = taken != nil
      }
      kinds.append(taken ?? (try? local?.takes(event)))
    }
    return kinds
  }

  private func findings(of rules: [CheckedRule], missing: Bool) -> [Finding] {
    guard !rules.isEmpty else {
      if missing { return [] }
      return [
        finding(
          "rule-missing", .error, stack.name.description, "the stack has no rule for the events of IVS channels",
          expected: "a rule with the pattern {\"source\":[\"aws.ivs\"]}", help: "deploy the stack again")
      ]
    }
    var findings: [Finding] = []
    let carrying = rules.filter(\.isCarrying)
    // Another rule may bring what this one does not.
    let severity = carrying.isEmpty ? Finding.Severity.error : .warning
    for rule in rules {
      let name = rule.name.description
      if !rule.rule.isEnabled {
        let bus = rule.name.bus.map { " --event-bus-name \($0)" } ?? ""
        findings.append(
          finding(
            "rule-disabled", severity, name, "the rule is disabled: it brings no event", expected: "ENABLED",
            found: "DISABLED", help: "aws events enable-rule --name \(rule.name.name)\(bus)"))
      }
      if rule.targets.isEmpty {
        findings.append(
          finding(
            "rule-without-target", severity, name, "the rule has no target: its events go nowhere",
            help: "deploy the stack again"))
      }
      for target in rule.targets { findings += self.findings(of: target, of: name) }
    }
    guard !carrying.isEmpty else { return findings }
    for (index, kind) in EventKind.all.enumerated() {
      let taken = carrying.map { rule in rule.kinds.indices.contains(index) ? rule.kinds[index] : nil }
      guard !taken.contains(true) else { continue }
      let isUnknown = taken.contains { $0 == nil }
      findings.append(
        finding(
          isUnknown ? "event-kind-unknown" : "event-kind-missed", isUnknown ? .unknown : .error,
          carrying.map(\.name.description).joined(separator: ", "),
          isUnknown
            ? "whether the pattern takes `\(kind.name)` (\(kind.type)) is not known"
            : "the pattern does not take `\(kind.name)` (\(kind.type))",
          expected: "{\"source\":[\"aws.ivs\"]}", found: carrying.compactMap(\.rule.pattern).joined(separator: ", "),
          help: "widen the rule's pattern"))
    }
    return findings
  }

  private func findings(of target: EventBridge.Target, of rule: String) -> [Finding] {
    var findings: [Finding] = []
    if !target.hasRetryPolicy {
      findings.append(
        finding(
          "target-without-retry-policy", .warning, "\(rule), \(target.id)",
          "the target has no retry policy: EventBridge tries for 24 hours, up to 185 times",
          help: "say in the rule how long an event is worth trying"))
    }
    if target.deadLetterQueue == nil {
      findings.append(
        finding(
          "target-without-dead-letter-queue", .warning, "\(rule), \(target.id)",
          "the target has no dead-letter queue: what cannot be delivered is lost",
          help: "give the target a dead-letter queue"))
    }
    return findings
  }

  private func finding(
    _ code: String, _ severity: Finding.Severity, _ subject: String, _ message: String, expected: String? = nil,
    found: String? = nil, help: String? = nil
  ) -> Finding {
    Finding(
      code: code, severity: severity, subject: subject, message: message, expected: expected, found: found, help: help)
  }
}
