import AWSClient
import Instants
import TaskKit

/// What a service's own state and its past say of its scaling.
struct ServiceRules {
  let subject: String

  func findings(
    of service: ElasticContainerService.Service, _ target: ApplicationAutoScaling.ScalableTarget?
  ) -> [Finding] {
    var findings: [Finding] = []
    if let minimum = target?.minimum, let maximum = target?.maximum,
      service.desired < minimum || service.desired > maximum
    {
      findings.append(
        ScalingFault.desiredOutOfBounds.finding(
          subject, "\(service.desired) tasks are desired, but the scalable target is from \(minimum) to \(maximum)",
          expected: "\(minimum) to \(maximum)", found: "\(service.desired)"))
    }
    let newest = service.deployments.first { $0.status == "PRIMARY" }
    let isDeploying = service.deployments.contains { $0.rolloutState == "IN_PROGRESS" } || service.deployments.count > 1
    if newest?.rolloutState == "FAILED" {
      findings.append(
        ScalingFault.deploymentFailed.finding(
          subject, "the newest deployment has failed\(newest?.rolloutReason.map { ": \($0)" } ?? "")"))
    } else if isDeploying {
      findings.append(
        ScalingFault.deploymentInProgress.finding(
          subject, "a deployment is under way: the service does not scale in meanwhile"))
    }
    if service.running < service.desired, !isDeploying {
      findings.append(
        ScalingFault.tasksMissing.finding(
          subject, "\(service.running) of \(service.desired) desired tasks run (\(service.pending) pending)",
          expected: "\(service.desired)", found: "\(service.running)"))
    }
    return findings
  }

  /// An alarm's state; AlarmLow in ALARM is what a service without load looks like.
  func findings(
    of alarm: CloudWatch.Alarm, _ service: ElasticContainerService.Service?,
    _ target: ApplicationAutoScaling.ScalableTarget?
  ) -> [Finding] {
    guard let service else { return [] }
    if alarm.state == "INSUFFICIENT_DATA", service.running > 0 {
      return [
        ScalingFault.alarmWithoutData.finding(
          subject, "the alarm \(alarm.name) has no data, though \(service.running.counted("task")) run",
          found: alarm.state)
      ]
    }
    if alarm.state == "ALARM", alarm.name.contains("-\(AlarmRules.Side.high.rawValue)-"),
      let maximum = target?.maximum, service.desired >= maximum
    {
      return [
        ScalingFault.atMaxCapacity.finding(
          subject, "the CPU is above the target, and the service is at its maximum of \(maximum)", found: "\(maximum)")
      ]
    }
    return []
  }

  /// What the changes of an alarm's configuration tell, the newest first.
  func findings(of changes: [CloudWatch.Change], _ alarm: String) -> [Finding] {
    guard let update = changes.first(where: { $0.type == "Update" }) else { return [] }
    return [
      ScalingFault.alarmUpdated.finding(
        subject, "the alarm \(alarm) was changed\(Self.at(update.time)): \(update.summary)")
    ]
  }

  /// What the activities tell, the newest first.
  func findings(of activities: [ApplicationAutoScaling.Activity]) -> [Finding] {
    var findings: [Finding] = []
    // What was not scaled has any of the statuses.
    let failed = { (activity: ApplicationAutoScaling.Activity) in
      activity.notScaledReasons.isEmpty && ["Failed", "Unfulfilled"].contains(activity.status)
    }
    let sinceSuccess = activities.prefix { $0.status != "Successful" || !$0.notScaledReasons.isEmpty }
    if let newest = activities.first(where: failed) {
      let isCurrent = sinceSuccess.contains(where: failed)
      let count = (isCurrent ? Array(sinceSuccess) : activities).count(where: failed)
      findings.append(
        (isCurrent ? ScalingFault.activityFailed : .activityFailedBefore).finding(
          subject,
          "\(count.counted("scaling activity", plural: "scaling activities")) failed, the last\(Self.at(newest.start)): "
            + "\(newest.statusMessage ?? newest.description)",
          found: newest.status))
    }
    for reason in Self.distinct(sinceSuccess.flatMap(\.notScaledReasons)) {
      switch reason {
      case "AlreadyAtMaxCapacity":
        findings.append(
          ScalingFault.atMaxCapacity.finding(
            subject, "the service did not scale out: it is at its maximum", found: reason))
      case "AlreadyAtMinCapacity", "AlreadyAtDesiredCapacity": break
      default:
        findings.append(ScalingFault.notScaled.finding(subject, "the service did not scale: \(reason)", found: reason))
      }
    }
    return findings
  }

  private static func distinct(_ texts: [String]) -> [String] {
    var known: Set<String> = []
    return texts.filter { known.insert($0).inserted }
  }

  private static func at(_ seconds: Double?) -> String {
    guard let seconds, abs(seconds) < 1e11 else { return "" }
    return " at \(Instant(millisecondsSince1970: Int(seconds) * 1000).iso8601)"
  }
}
