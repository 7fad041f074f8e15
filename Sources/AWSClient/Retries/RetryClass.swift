/// What a failed try means for the next.
enum RetryClass: Sendable {
  case transient
  case throttling
  /// The credentials have ended: new ones may help.
  case expiredCredentials
  /// The request's time was refused: the server's clock may help.
  case clock
  case permanent

  /// Whether time may help.
  var isTransient: Bool {
    switch self {
    case .transient, .throttling: true
    case .expiredCredentials, .clock, .permanent: false
    }
  }

  /// What a retry costs.
  var cost: Int { self == .throttling ? 5 : 14 }

  init(_ cause: AWSError.Cause, of service: AWSService) {
    switch cause {
    case .unreachable, .undecodable: self = .transient
    case .credentials, .configuration, .cancelled: self = .permanent
    case .refused("TransactionCanceledException", let message, _):
      // The reasons of all its items: time helps only where no item was refused for what it is.
      let isConflict = message.contains("ConditionalCheckFailed") || message.contains("TransactionConflict")
      let isThrottled = ["ThrottlingError", "ProvisionedThroughputExceeded"].contains { message.contains($0) }
      self = isThrottled && !isConflict ? .throttling : .permanent
    case .refused(let code, _, let status):
      if Self.throttlingCodes.contains(code) || status == 429 {
        self = .throttling
      } else if Self.transientCodes.contains(code) || service.transientCodes.contains(code)
        || [500, 502, 503, 504].contains(status)
      {
        self = .transient
      } else if Self.expiredCodes.contains(code) {
        self = .expiredCredentials
      } else if Self.clockCodes.contains(code) {
        self = .clock
      } else {
        self = .permanent
      }
    }
  }

  private static let throttlingCodes: Set<String> = [
    "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException",
    "SlowDown", "ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException",
    "TransactionInProgressException",
  ]

  private static let transientCodes: Set<String> = [
    "PriorRequestNotComplete", "RequestTimeout", "RequestTimeoutException",
  ]

  private static let expiredCodes: Set<String> = ["ExpiredToken", "ExpiredTokenException"]

  private static let clockCodes: Set<String> = [
    "InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch",
  ]
}
