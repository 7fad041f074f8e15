import TaskKit
import UGCPlatform

/// Checks how the services of a template will scale.
struct TemplateScalingCheck {
  private static let dimension = "ecs:service:DesiredCount"

  let expectations: ScalingExpectations

  /// A resource with its place among all templates.
  private struct Declared {
    let scope: TemplateScope
    let resource: CloudFormationTemplate.Resource

    var id: String { scope.id(of: resource.logicalID) }
    var place: String { scope.place(resource.range) }

    func value(_ keys: String...) -> TemplateValue? { find(keys)?.value }

    /// The value at some keys, also where a function chooses among mappings, and its place; nil where nothing is said.
    private func find(_ keys: [String]) -> (value: TemplateValue, place: String)? {
      guard var node = resource.properties else { return nil }
      for key in keys {
        switch scope.value(of: node) {
        case .mapping(let chosen):
          guard let inner = chosen[key] else { return nil }
          node = inner
        case .none: return nil
        case let other: return (other, scope.place(node.range))
        }
      }
      return (scope.value(of: node), scope.place(node.range))
    }

    /// What a property says.
    func fact<Value>(_ keys: String..., as convert: (String) -> Value?) -> Fact<Value> {
      guard let (value, place) = find(keys) else { return .unset(place: place) }
      switch value {
      case .none: return .unset(place: place)
      case .unknown(let reason): return .unknown(reason: reason, place: place)
      case .text(let text, let mentions) where mentions.isEmpty:
        return convert(text).map { .known($0, place: place) }
          ?? .unknown(reason: "`\(text)` is not what can stand there", place: place)
      case .text(let text, _): return .unknown(reason: "only deploying tells \(text)", place: place)
      case .list, .mapping: return .unknown(reason: "it is no text or number", place: place)
      }
    }
  }

  /// Which scalable targets are a service's, and which policies are a target's.
  private struct ScalingIndex {
    private var targets: [String: [Declared]] = [:]
    /// By the names at the ends of their resource ids.
    private var targetsByName: [String: [Declared]] = [:]
    /// Those of which it is not known whose they are.
    private(set) var strayTargets: [(target: Declared, reason: String)] = []
    /// By the resources that `ScalingTargetId` mentions.
    private var policies: [String: [Declared]] = [:]
    /// By the texts of their resource ids, and by the resources that these mention.
    private var policiesByResource: [String: [Declared]] = [:]

    init(_ targets: [Declared], _ policies: [Declared]) {
      for target in targets {
        switch target.value("ResourceId") {
        case .text(let text, let mentions)?:
          for mention in mentions { self.targets[mention, default: []].append(target) }
          let parts = text.split(separator: "/")
          if parts.count == 3, parts[0] == "service" { targetsByName[String(parts[2]), default: []].append(target) }
        case .unknown(let reason)?: strayTargets.append((target, reason))
        default: break
        }
      }
      for policy in policies {
        if let id = policy.value("ScalingTargetId") {
          for mention in id.mentions { self.policies[mention, default: []].append(policy) }
        } else if case .text(let text, let mentions)? = policy.value("ResourceId") {
          for key in mentions.union([text]) { policiesByResource[key, default: []].append(policy) }
        }
      }
    }

    func targets(of service: Declared) -> [Declared] {
      var named: [Declared] = []
      if case .text(let name, _)? = service.value("ServiceName") { named = targetsByName[name] ?? [] }
      return Self.distinct((targets[service.id] ?? []) + named)
    }

    func policies(of target: Declared, _ service: Declared) -> [Declared] {
      var found = policies[target.id] ?? []
      if case .text(let text, _)? = target.value("ResourceId") { found += policiesByResource[text] ?? [] }
      return Self.distinct(found + (policiesByResource[service.id] ?? []))
    }

    private static func distinct(_ resources: [Declared]) -> [Declared] {
      var known: Set<String> = []
      return resources.filter { known.insert($0.id).inserted }
    }
  }

  /// - Returns: The ids of the services, and what was found.
  func run(_ tree: TemplateTree) -> (services: [String], findings: [Finding]) {
    let all = tree.scopes.flatMap { scope in
      scope.template.resources.filter(scope.isMade).map { Declared(scope: scope, resource: $0) }
    }
    let services = all.filter { $0.resource.type == "AWS::ECS::Service" }
    let targets = all.filter { $0.resource.type == "AWS::ApplicationAutoScaling::ScalableTarget" && isOfServices($0) }
    let policies = all.filter { $0.resource.type == "AWS::ApplicationAutoScaling::ScalingPolicy" }
    var findings = gaps(tree)
    if services.isEmpty, findings.isEmpty, let root = tree.scopes.first {
      findings.append(
        ScalingFault.serviceMissing.finding(
          root.template.source.name, "the template has no ECS service", place: "\(root.template.source.name):1:1"))
    }
    let index = ScalingIndex(targets, policies)
    for (target, reason) in index.strayTargets {
      findings.append(
        ScalingFault.templateUnresolved.finding(
          target.id, "which service it scales is not known: \(reason)", place: target.place))
    }
    for service in services { findings += self.findings(of: service, index) }
    let tracking = Set(policies.filter { isTracking($0) }.map(\.id))
    let alarms = all.filter { $0.resource.type == "AWS::CloudWatch::Alarm" }
    return (services.map(\.id), findings + alarms.compactMap { handMade($0, tracking) })
  }

  private func gaps(_ tree: TemplateTree) -> [Finding] {
    let nested = tree.gaps.map { gap in
      ScalingFault.nestedTemplateUnreadable.finding(
        gap.id, "the nested template could not be read: \(gap.reason)", place: gap.place)
    }
    let loops = tree.scopes.flatMap { scope in
      scope.template.generated.map { entry in
        ScalingFault.templateUnresolved.finding(
          entry.key, "the resources that it makes are not known", place: scope.place(entry.keyRange))
      }
    }
    return nested + loops
  }

  private func findings(of service: Declared, _ index: ScalingIndex) -> [Finding] {
    let targets = index.targets(of: service)
    guard !targets.isEmpty else {
      // It may be the one of a target of which that is not known.
      guard index.strayTargets.isEmpty else {
        return [
          ScalingFault.templateUnresolved.finding(
            service.id, "whether it is a scalable target is not known", place: service.place)
        ]
      }
      return [
        ScalingFault.targetMissing.finding(service.id, "the service is no scalable target", place: service.place)
      ]
    }
    let rules = ScalingRules(expectations: expectations)
    return uncertain(targets, "scalable target", service)
      + targets.flatMap { target in
        let facts = self.facts(of: target)
        let own = index.policies(of: target, service)
        return desired(of: service, facts) + rules.findings(of: facts, service.id)
          // What is made with its target is not uncertain beside it.
          + uncertain(own, "policy", service).filter { _ in
            own.allSatisfy { $0.resource.condition != target.resource.condition }
          }
          + rules.findings(of: own.map(facts(ofPolicy:)), service.id, place: target.place)
      }
  }

  /// What is said where none of some resources is certain to be made.
  private func uncertain(_ resources: [Declared], _ what: String, _ service: Declared) -> [Finding] {
    guard let first = resources.first, let condition = first.resource.condition,
      resources.allSatisfy({ $0.scope.isCertain($0.resource) == false })
    else { return [] }
    return [
      ScalingFault.templateUnresolved.finding(
        service.id, "whether the \(what) is made depends on the condition `\(condition)`", place: first.place)
    ]
  }

  private func desired(of service: Declared, _ target: TargetFacts) -> [Finding] {
    guard case .known(let desired, let place) = service.fact("DesiredCount", as: Self.whole),
      let minimum = target.minimum.value, let maximum = target.maximum.value, desired < minimum || desired > maximum
    else { return [] }
    return [
      ScalingFault.desiredOutOfBounds.finding(
        service.id, "\(desired) tasks are desired, but the scalable target is from \(minimum) to \(maximum)",
        expected: "\(minimum) to \(maximum)", found: "\(desired)", place: place)
    ]
  }

  private func isOfServices(_ target: Declared) -> Bool {
    (target.value("ScalableDimension")?.literal ?? Self.dimension) == Self.dimension
      && (target.value("ServiceNamespace")?.literal ?? "ecs") == "ecs"
  }

  private func facts(of target: Declared) -> TargetFacts {
    TargetFacts(
      minimum: target.fact("MinCapacity", as: Self.whole), maximum: target.fact("MaxCapacity", as: Self.whole),
      isScaleInSuspended: target.fact("SuspendedState", "DynamicScalingInSuspended", as: Self.boolean),
      isScaleOutSuspended: target.fact("SuspendedState", "DynamicScalingOutSuspended", as: Self.boolean),
      isScheduledScalingSuspended: target.fact("SuspendedState", "ScheduledScalingSuspended", as: Self.boolean))
  }

  private static let configuration = "TargetTrackingScalingPolicyConfiguration"

  private func facts(ofPolicy policy: Declared) -> PolicyFacts {
    PolicyFacts(
      name: policy.id, type: policy.fact("PolicyType", as: { $0 }),
      metric: policy.fact(
        Self.configuration, "PredefinedMetricSpecification", "PredefinedMetricType", as: { $0 }),
      targetValue: policy.fact(Self.configuration, "TargetValue", as: { Double($0) }),
      scaleInCooldown: policy.fact(Self.configuration, "ScaleInCooldown", as: Self.whole),
      scaleOutCooldown: policy.fact(Self.configuration, "ScaleOutCooldown", as: Self.whole),
      isScaleInDisabled: policy.fact(Self.configuration, "DisableScaleIn", as: Self.boolean), place: policy.place)
  }

  private static func whole(_ text: String) -> Int? { Int(text) ?? Double(text).flatMap { Int(exactly: $0) } }

  private static func boolean(_ text: String) -> Bool? { ["true": true, "false": false][text.lowercased()] }

  private func isTracking(_ policy: Declared) -> Bool {
    policy.value("PolicyType")?.literal == ScalingExpectations.policyType
  }

  /// An alarm that is named like those of target tracking, or acts on one of the policies that track a target.
  private func handMade(_ alarm: Declared, _ tracking: Set<String>) -> Finding? {
    let hasName: Bool =
      if case .text(let name, _)? = alarm.value("AlarmName") { name.hasPrefix("TargetTracking-") } else { false }
    let acts = !(alarm.value("AlarmActions")?.mentions.isDisjoint(with: tracking) ?? true)
    guard hasName || acts else { return nil }
    return ScalingFault.alarmHandMade.finding(
      alarm.id, "the alarm is for target tracking, but the template declares it", place: alarm.place)
  }
}
