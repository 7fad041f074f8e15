import AWSClient
import TaskKit
import UGCPlatform

/// Checks how the services of a deployed stack scale; it only reads.
struct DeployedScalingCheck {
  let session: AWSSession
  let stack: DeployedStack
  let expectations: ScalingExpectations

  /// What was found, and of how many services.
  struct Result {
    var services: [ElasticContainerService.ServiceName] = []
    var findings: [Finding] = []
  }

  /// - Throws: A `StoreError` where the stack's resources could not be read.
  func run() async throws(StoreError) -> Result {
    let resources: [CloudFormation.Resource]
    do throws(AWSError) {
      resources = try await StackDiscovery(session).resources(
        ofType: "AWS::ECS::Service", inStack: stack.name.description)
    } catch {
      throw StoreError(error)
    }
    var result = Result()
    for resource in resources {
      guard let id = resource.physicalID, !id.isEmpty else {
        result.findings.append(ScalingFault.serviceMissing.finding(resource.logicalID, "the service was not made"))
        continue
      }
      if let name = ElasticContainerService.ServiceName(arn: id) {
        result.services.append(name)
      } else {
        result.findings.append(
          ScalingFault.serviceUnreadable.finding(
            resource.logicalID, "the service's id names no cluster", expected: "arn:aws:ecs:…:service/CLUSTER/SERVICE",
            found: id))
      }
    }
    result.services.sort { $0.resourceID < $1.resourceID }
    if resources.isEmpty {
      result.findings.append(
        ScalingFault.serviceMissing.finding(stack.name.description, "the stack has no ECS service"))
    }
    for name in result.services {
      result.findings += findings(of: await ServiceScaling(of: name, session, region: stack.place.region))
    }
    return result
  }

  /// What a service's readings say.
  func findings(of scaling: ServiceScaling) -> [Finding] {
    let subject = scaling.name.description
    let service: ElasticContainerService.Service?
    var findings: [Finding] = []
    switch scaling.service {
    case .failed(let error):
      findings.append(unreadable(.serviceUnreadable, subject, "the service", error))
      service = nil
    case .read(let there) where there?.status != "ACTIVE":
      return [
        ScalingFault.serviceMissing.finding(
          subject, "the service is in the stack, but not there any more", found: there?.status)
      ]
    case .read(let there):
      service = there
      findings += there.map { ServiceRules(subject: subject).findings(of: $0, scaling.target.value ?? nil) } ?? []
    }
    let rules = ScalingRules(expectations: expectations)
    switch scaling.target {
    case .failed(let error): findings.append(unreadable(.targetUnreadable, subject, "the scalable target", error))
    case .read(nil):
      // Without it there is nothing that could have policies and alarms.
      return findings + [ScalingFault.targetMissing.finding(subject, "the service is no scalable target")]
    case .read(let target?): findings += rules.findings(of: TargetFacts(target), subject)
    }
    switch scaling.policies {
    case .failed(let error): findings.append(unreadable(.policyUnreadable, subject, "the policies", error))
    case .read(let policies):
      findings += rules.findings(of: policies.map(PolicyFacts.init), subject, place: nil)
      findings += alarms(of: scaling, policies, rules, subject)
    }
    return findings + history(of: scaling, service, subject)
  }

  private func alarms(
    of scaling: ServiceScaling, _ policies: [ApplicationAutoScaling.Policy], _ rules: ScalingRules, _ subject: String
  ) -> [Finding] {
    guard let policy = rules.tracking(policies, PolicyFacts.init), policy.type == ScalingExpectations.policyType,
      policy.tracking?.metric == ScalingExpectations.metric
    else { return [] }
    switch scaling.alarms {
    case .failed(let error): return [unreadable(.alarmUnreadable, subject, "the alarms", error)]
    case .read(let alarms):
      return AlarmRules(expectations: expectations, service: scaling.name, subject: subject).findings(
        of: alarms, for: policy, policyAlarms: Set(policies.flatMap(\.alarmNames)))
    }
  }

  private func history(
    of scaling: ServiceScaling, _ service: ElasticContainerService.Service?, _ subject: String
  ) -> [Finding] {
    var findings: [Finding] = []
    let rules = ServiceRules(subject: subject)
    let own = Set((scaling.policies.value ?? []).flatMap(\.alarmNames))
    for alarm in scaling.alarms.value ?? [] where own.contains(alarm.name) {
      findings += rules.findings(of: alarm, service, scaling.target.value ?? nil)
      switch scaling.changes[alarm.name] {
      case .read(let changes)?: findings += rules.findings(of: changes, alarm.name)
      case .failed(let error)?:
        findings.append(unreadable(.historyUnreadable, subject, "the history of the alarm \(alarm.name)", error))
      case nil: break
      }
    }
    switch scaling.activities {
    case .read(let activities): findings += rules.findings(of: activities)
    case .failed(let error):
      findings.append(unreadable(.activitiesUnreadable, subject, "the scaling activities", error))
    }
    return findings
  }

  private func unreadable(_ fault: ScalingFault, _ subject: String, _ what: String, _ error: AWSError) -> Finding {
    fault.finding(subject, "\(what) could not be read: \(error)")
  }
}
