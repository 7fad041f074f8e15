import AWSClient

/// What a service did in one minute.
struct ScalingSample: Sendable, Hashable {
  var desired: Int
  var running: Int
  /// The newest average, in percent; nil where there is none, or none since the minute before.
  var cpu: Double?
  /// The states of its alarms.
  var high: String?
  var low: String?
  var isDeploying = false
}

/// What a policy promises of the services that it scales, held against what they did.
struct ScalingPromise {
  /// Minutes that metrics and alarms may come late.
  private static let lateness = 5

  let expectations: ScalingExpectations
  let minimum: Int
  let maximum: Int

  /// What became of a service while it was watched.
  struct Verdict: Sendable, Hashable {
    var mostOut = 0
    var mostIn = 0
    /// Minutes, counted from 0, at which it should have scaled and did not.
    var missedOut: Int?
    var missedIn: Int?
  }

  func verdict(on samples: [ScalingSample]) -> Verdict {
    var verdict = Verdict()
    for (before, after) in zip(samples, samples.dropFirst()) {
      verdict.mostOut += max(0, after.desired - before.desired)
      verdict.mostIn += max(0, before.desired - after.desired)
    }
    let low = expectations.cpuTarget * expectations.scaleInPercent / 100
    verdict.missedOut = samples.indices.first { minute in
      let sample = samples[minute]
      return sample.desired < maximum && wanted(sample) > sample.desired && isAlarming(sample.high)
        && isLasting(samples, to: minute, expectations.scaleOutMinutes) { $0 > expectations.cpuTarget }
        && isIgnored(samples, from: minute, patience(expectations.scaleOutCooldown)) { $0.desired > sample.desired }
    }
    verdict.missedIn = samples.indices.first { minute in
      let sample = samples[minute]
      return max(wanted(sample), minimum) < sample.desired && isAlarming(sample.low)
        && isLasting(samples, to: minute, expectations.scaleInMinutes) { $0 < low }
        && isIgnored(samples, from: minute, patience(expectations.scaleInCooldown)) {
          // A service that is being deployed does not scale in.
          $0.desired < sample.desired || $0.isDeploying
        }
    }
    return verdict
  }

  /// How many minutes must be watched until anything can be judged.
  var shortest: Int { expectations.scaleOutMinutes + patience(expectations.scaleOutCooldown) }

  /// Minutes that may pass until a service does what is due.
  private func patience(_ cooldown: Duration) -> Int {
    Self.lateness + Int((cooldown / .seconds(60)).rounded(.up)) - 1
  }

  /// As many tasks as would bring the CPU to the target.
  private func wanted(_ sample: ScalingSample) -> Int {
    Int((Double(sample.running) * (sample.cpu ?? 0) / expectations.cpuTarget).rounded(.up))
  }

  private func isAlarming(_ state: String?) -> Bool { state == nil || state == "ALARM" }

  /// Whether the CPU was so for some minutes on end.
  private func isLasting(
    _ samples: [ScalingSample], to minute: Int, _ minutes: Int, _ isBreach: (Double) -> Bool
  ) -> Bool {
    // Minutes without a new value are left out, as alarms do.
    let values = samples[...minute].suffix(minutes + 2).compactMap(\.cpu).suffix(minutes)
    return values.count == minutes && values.allSatisfy(isBreach)
  }

  /// Whether what is due was not done in time; what was not watched long enough is not judged.
  private func isIgnored(
    _ samples: [ScalingSample], from minute: Int, _ patience: Int, _ isDone: (ScalingSample) -> Bool
  ) -> Bool {
    guard minute + patience < samples.count else { return false }
    return !samples[minute...(minute + patience)].contains(where: isDone)
  }
}
