/// Why an event is acknowledged without anything being done.
public enum EventSkip: String, Sendable, Hashable, CaseIterable {
  /// It is not from `aws.ivs`.
  case notIVS = "not-ivs"
  /// IVS has no such kind of event that is known here.
  case unknownType = "unknown-type"
  /// A limit of the account, not of a channel.
  case accountLevel = "account-level"
  /// Of a stage, its participants or a composition, which have no channel.
  case stage
  /// A call of IVS's API, told by CloudTrail.
  case apiCall = "api-call"
  /// The channel is not in the stack.
  case unknownChannel = "unknown-channel"
  /// The event names no session, and the channel had none by then.
  case noSession = "no-session"
  /// The session has as many events as are kept, all of them newer.
  case olderThanKept = "older-than-kept"

  /// In a sentence: "2 of unknown channels".
  public var description: String {
    switch self {
    case .notIVS: "not from IVS"
    case .unknownType: "of an unknown type"
    case .accountLevel: "of the account"
    case .stage: "of stages"
    case .apiCall: "calls of the API"
    case .unknownChannel: "of unknown channels"
    case .noSession: "of no session"
    case .olderThanKept: "older than what is kept"
    }
  }
}
