import TaskKit

/// What can be wrong with the scaling of a service; the raw values are the findings' codes.
enum ScalingFault: String, CaseIterable {
  case serviceMissing = "service-missing"
  case serviceUnreadable = "service-unreadable"
  case desiredOutOfBounds = "desired-out-of-bounds"
  case tasksMissing = "tasks-missing"
  case deploymentInProgress = "deployment-in-progress"
  case deploymentFailed = "deployment-failed"
  case targetMissing = "target-missing"
  case targetUnreadable = "target-unreadable"
  case minCapacity = "min-capacity"
  case maxCapacity = "max-capacity"
  case scaleInSuspended = "scale-in-suspended"
  case scaleOutSuspended = "scale-out-suspended"
  case scheduledScalingSuspended = "scheduled-scaling-suspended"
  case policyMissing = "policy-missing"
  case policyUnreadable = "policy-unreadable"
  case policyType = "policy-type"
  case policyMetric = "policy-metric"
  case policyTarget = "policy-target"
  case scaleInCooldown = "scale-in-cooldown"
  case scaleOutCooldown = "scale-out-cooldown"
  case scaleInDisabled = "scale-in-disabled"
  case policyExtra = "policy-extra"
  case alarmMissing = "alarm-missing"
  case alarmUnreadable = "alarm-unreadable"
  case alarmEdited = "alarm-edited"
  case alarmEditedHarmlessly = "alarm-edited-harmlessly"
  case alarmOfAnotherPolicy = "alarm-of-another-policy"
  case alarmHandMade = "alarm-hand-made"
  case alarmLeftover = "alarm-leftover"
  case alarmWithoutData = "alarm-without-data"
  case alarmUpdated = "alarm-updated"
  case historyUnreadable = "history-unreadable"
  case atMaxCapacity = "at-max-capacity"
  case activityFailed = "activity-failed"
  case activityFailedBefore = "activity-failed-before"
  case notScaled = "not-scaled"
  case activitiesUnreadable = "activities-unreadable"
  case templateUnresolved = "template-unresolved"
  case nestedTemplateUnreadable = "nested-template-unreadable"
  case scaleOutMissed = "scale-out-missed"
  case scaleInMissed = "scale-in-missed"
  case metricUnreadable = "metric-unreadable"

  var severity: Finding.Severity {
    switch self {
    case .tasksMissing, .deploymentInProgress, .scheduledScalingSuspended, .policyExtra, .alarmEditedHarmlessly,
      .alarmLeftover, .alarmWithoutData, .atMaxCapacity, .activityFailed, .notScaled:
      .warning
    case .alarmUpdated, .activityFailedBefore: .info
    case .serviceUnreadable, .targetUnreadable, .policyUnreadable, .alarmUnreadable, .historyUnreadable,
      .activitiesUnreadable, .templateUnresolved, .nestedTemplateUnreadable, .metricUnreadable:
      .unknown
    default: .error
    }
  }

  /// Whether not to know it is as bad as an error.
  var isNeeded: Bool { severity == .unknown && self != .historyUnreadable && self != .activitiesUnreadable }

  /// What it means, for the reference page.
  var meaning: String {
    switch self {
    case .serviceMissing: "The stack has no ECS service, or one that is not there."
    case .serviceUnreadable: "The service could not be read."
    case .desiredOutOfBounds: "The service's desired count is not between the capacities of its scalable target."
    case .tasksMissing: "Not as many tasks run as are desired."
    case .deploymentInProgress: "A deployment is under way: the service does not scale in meanwhile."
    case .deploymentFailed: "The service's newest deployment has failed."
    case .targetMissing: "The service is no scalable target: it does not scale."
    case .targetUnreadable: "The scalable target could not be read."
    case .minCapacity: "The scalable target's minimum is not the expected one."
    case .maxCapacity: "The scalable target's maximum is not the expected one."
    case .scaleInSuspended: "Scaling in is suspended."
    case .scaleOutSuspended: "Scaling out is suspended."
    case .scheduledScalingSuspended: "Scheduled scaling is suspended."
    case .policyMissing: "The service has no scaling policy."
    case .policyUnreadable: "The scaling policies could not be read."
    case .policyType: "The service's policy does not track a target."
    case .policyMetric: "The policy does not track the service's average CPU utilization."
    case .policyTarget: "The policy tracks another value."
    case .scaleInCooldown: "The policy's cooldown after scaling in is not the expected one."
    case .scaleOutCooldown: "The policy's cooldown after scaling out is not the expected one."
    case .scaleInDisabled: "The policy never scales in."
    case .policyExtra: "The service has a further policy: what it does is the larger of both."
    case .alarmMissing: "An alarm that the policy needs is not there."
    case .alarmUnreadable: "The alarms could not be read."
    case .alarmEdited: "A field of an alarm is not as Application Auto Scaling set it."
    case .alarmEditedHarmlessly: "An alarm was saved in the console, which changed nothing of what it does."
    case .alarmOfAnotherPolicy:
      "An alarm does not act on the service's policy, or not on the same version of it as the other."
    case .alarmHandMade: "An alarm for target tracking was made by hand."
    case .alarmLeftover: "An alarm of target tracking belongs to no policy any more."
    case .alarmWithoutData: "An alarm has no data, though tasks run."
    case .alarmUpdated: "An alarm's configuration was changed after it was made."
    case .historyUnreadable: "The history of an alarm could not be read."
    case .atMaxCapacity: "The service would scale out, but is at its maximum."
    case .activityFailed: "Scaling has failed since it last worked."
    case .activityFailedBefore: "Scaling failed, but has worked since."
    case .notScaled: "The service did not scale, for a reason that Application Auto Scaling tells."
    case .activitiesUnreadable: "What Application Auto Scaling did could not be read."
    case .templateUnresolved: "What a template says depends on something that is only known when it is deployed."
    case .nestedTemplateUnreadable: "A nested template could not be found or read."
    case .scaleOutMissed: "While it was watched, the service did not scale out though it should have."
    case .scaleInMissed: "While it was watched, the service did not scale in though it should have."
    case .metricUnreadable: "While it was watched, the service's CPU utilization could not be read."
    }
  }

  /// What to do.
  var help: String? {
    switch self {
    case .serviceMissing: "deploy the stack again, or check STACK"
    case .serviceUnreadable, .targetUnreadable, .policyUnreadable, .alarmUnreadable, .historyUnreadable,
      .activitiesUnreadable, .metricUnreadable:
      "`ugc-tasks plugins scaling-check` shows the IAM policy that is needed"
    case .desiredOutOfBounds: "set the desired count within the bounds; a scale-out lifts it to the minimum first"
    case .tasksMissing: "look at the service's events: aws ecs describe-services"
    case .deploymentInProgress: "check again when it is done"
    case .deploymentFailed: "look at the service's events, and deploy again"
    case .targetMissing, .policyMissing: "deploy the stack again; the service scales with scaleOnCpuUtilization"
    case .minCapacity, .maxCapacity, .policyType, .policyMetric, .policyTarget, .scaleInCooldown, .scaleOutCooldown,
      .scaleInDisabled:
      "change it in the stack's code and deploy, or give the check what you expect"
    case .scaleInSuspended, .scaleOutSuspended, .scheduledScalingSuspended:
      "aws application-autoscaling register-scalable-target --suspended-state …"
    case .policyExtra: "delete the policy that the stack does not know"
    case .alarmMissing, .alarmEdited, .alarmOfAnotherPolicy:
      "deploy the policy anew, which makes its alarms anew; never create, edit or delete them by hand"
    case .alarmEditedHarmlessly: "hide the alarms in the console instead of editing them"
    case .alarmHandMade: "delete it: Application Auto Scaling makes, edits and deletes its alarms itself"
    case .alarmLeftover: "delete it, if no policy of another stack needs it"
    case .alarmWithoutData: "new services have no data for some minutes; else look at the metric in CloudWatch"
    case .atMaxCapacity: "raise the maximum, if the load is wanted"
    case .activityFailed: "read the reason; often a quota, or tasks that do not start"
    case .templateUnresolved: "give the parameter a default, or check the stack as deployed with BACKEND=aws"
    case .nestedTemplateUnreadable: "synthesize the stack again, so that its nested templates lie beside it"
    case .scaleOutMissed, .scaleInMissed: "check the stack as deployed, and look at the activities"
    case .alarmUpdated, .activityFailedBefore, .notScaled: nil
    }
  }

  /// What is reported.
  func finding(
    _ subject: String, _ message: String, expected: String? = nil, found: String? = nil, place: String? = nil
  ) -> Finding {
    Finding(
      code: rawValue, severity: severity, subject: subject, message: message, expected: expected, found: found,
      help: help, place: place)
  }
}
