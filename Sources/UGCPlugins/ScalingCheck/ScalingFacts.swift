import AWSClient

/// What a deployed resource or a template says of something.
enum Fact<Value: Sendable & Equatable>: Sendable {
  case known(Value, place: String?)
  /// It says nothing; the place is that of the whole.
  case unset(place: String?)
  /// It depends on something that is not known.
  case unknown(reason: String, place: String?)

  init(_ value: Value?) {
    self = value.map { .known($0, place: nil) } ?? .unset(place: nil)
  }

  var value: Value? {
    if case .known(let value, _) = self { value } else { nil }
  }
}

/// What is said of a scalable target.
struct TargetFacts: Sendable {
  let minimum: Fact<Int>
  let maximum: Fact<Int>
  let isScaleInSuspended: Fact<Bool>
  let isScaleOutSuspended: Fact<Bool>
  let isScheduledScalingSuspended: Fact<Bool>
}

extension TargetFacts {
  init(_ target: ApplicationAutoScaling.ScalableTarget) {
    minimum = Fact(target.minimum)
    maximum = Fact(target.maximum)
    isScaleInSuspended = Fact(target.isScaleInSuspended)
    isScaleOutSuspended = Fact(target.isScaleOutSuspended)
    isScheduledScalingSuspended = Fact(target.isScheduledScalingSuspended)
  }
}

/// What is said of a scaling policy.
struct PolicyFacts: Sendable {
  let name: String
  let type: Fact<String>
  /// Unset where the metric is a customized one.
  let metric: Fact<String>
  let targetValue: Fact<Double>
  /// In seconds.
  let scaleInCooldown: Fact<Int>
  let scaleOutCooldown: Fact<Int>
  let isScaleInDisabled: Fact<Bool>
  /// Where it stands.
  let place: String?
}

extension PolicyFacts {
  init(_ policy: ApplicationAutoScaling.Policy) {
    name = policy.name
    type = Fact(policy.type)
    metric = Fact(policy.tracking?.metric)
    targetValue = Fact(policy.tracking?.targetValue)
    scaleInCooldown = Fact(policy.tracking?.scaleInCooldown)
    scaleOutCooldown = Fact(policy.tracking?.scaleOutCooldown)
    isScaleInDisabled = Fact(policy.tracking?.isScaleInDisabled)
    place = nil
  }
}
