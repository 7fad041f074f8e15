import TaskKit

/// How services of the platform are to scale.
struct ScalingExpectations: InputSet {
  @Input("The least number of tasks of a service.", .atLeast(0)) var minCapacity = 1
  @Input("The largest number of tasks of a service.", .atLeast(1)) var maxCapacity = 30
  @Input("The average CPU utilization that services are held at, in percent.", .between(1...100)) var cpuTarget = 70.0
  @Input("How long a service waits after scaling out.", .atLeast(.zero)) var scaleOutCooldown = Duration.seconds(60)
  @Input("How long a service waits after scaling in.", .atLeast(.zero)) var scaleInCooldown = Duration.seconds(60)
  @Input("How many minutes above the target make it scale out, as its alarm has it.", .atLeast(1))
  var scaleOutMinutes = 3
  @Input("How many minutes below make it scale in, as its alarm has it.", .atLeast(1)) var scaleInMinutes = 15
  @Input("Below what part of the target it scales in, in percent, as its alarm has it.", .between(1...100))
  var scaleInPercent = 90.0

  /// What is tracked.
  static let metric = "ECSServiceAverageCPUUtilization"
  static let policyType = "TargetTrackingScaling"

  func validate(_ problems: inout Problems) {
    if minCapacity > maxCapacity {
      problems.add("is \(minCapacity), which is more than maxCapacity (\(maxCapacity))", at: $minCapacity)
    }
  }
}
