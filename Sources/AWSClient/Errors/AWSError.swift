/// Why a call of a service failed, after all tries.
public struct AWSError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong.
  public enum Cause: Sendable, Hashable {
    /// The service refused it; the status is HTTP's.
    case refused(code: String, message: String, status: Int)
    /// No whole answer came: the text says why.
    case unreachable(String)
    /// An answer came that could not be read.
    case undecodable
    /// Nothing was sent: there are no credentials.
    case credentials(CredentialFault)
    /// Nothing was sent: the configuration is wrong.
    case configuration(ConfigurationFault)
    /// The task was cancelled.
    case cancelled
  }

  public let service: String
  public let operation: String
  public let cause: Cause
  /// Where the service was called.
  public let endpoint: String
  public let requestID: String?
  /// How often it was tried.
  public let attempts: Int
  /// Whether a try may have been carried out all the same: its answer was lost.
  public let mayBeDone: Bool
  /// Whether the same call may work later: the service was busy, in trouble or out of reach.
  public let isTransient: Bool
  /// Whether that is because the service was too busy.
  public let isThrottling: Bool

  /// The service's code, where it refused the call.
  public var code: String? {
    if case .refused(let code, _, _) = cause { code } else { nil }
  }

  /// One sentence, without a full stop.
  public var description: String {
    let call = "\(service) \(operation)"
    switch cause {
    case .refused(let code, let message, let status):
      let reason = message.isEmpty ? "status \(status)" : message.sentenceBody
      let id = requestID.map { ", request \($0)" } ?? ""
      return "\(call) was refused: \(reason) (\(code)\(id)\(tries))"
    case .unreachable(let reason): return "\(call) got no answer from \(endpoint): \(reason)\(triesInBrackets)"
    case .undecodable: return "\(call) got an answer from \(endpoint) that cannot be read\(triesInBrackets)"
    case .credentials(let fault): return fault.description
    case .configuration(let fault): return fault.description
    case .cancelled: return "\(call) was cancelled"
    }
  }

  /// What to do, where that is known.
  public var help: String? {
    switch cause {
    case .refused(let code, let message, _):
      Self.help[code] ?? (code.hasPrefix("Status") && message.isEmpty ? Self.notAWS : nil)
    case .unreachable: "check the network, the region and AWS_ENDPOINT_URL"
    case .undecodable: Self.notAWS
    case .credentials(let fault): fault.help
    case .configuration(let fault): fault.help
    case .cancelled: nil
    }
  }

  private var tries: String { attempts > 1 ? ", \(attempts) tries" : "" }
  private var triesInBrackets: String { attempts > 1 ? " (\(attempts) tries)" : "" }

  private static let notAWS = "what answers there may not be AWS: check AWS_ENDPOINT_URL and the proxy"

  private static let help: [String: String] = [
    "ExpiredToken": "get new credentials: `aws sso login`, or a new session token",
    "ExpiredTokenException": "get new credentials: `aws sso login`, or a new session token",
    "InvalidClientTokenId": "check the access key: AWS does not know it",
    "UnrecognizedClientException": "check the access key: AWS does not know it",
    "InvalidSignatureException": "check the secret access key",
    "SignatureDoesNotMatch": "check the secret access key",
    "AccessDenied": "the credentials' policy must allow it: `ugc-tasks plugins NAME` shows the least policy",
    "AccessDeniedException": "the credentials' policy must allow it: `ugc-tasks plugins NAME` shows the least policy",
    "RequestTimeTooSkewed": "set this machine's clock",
  ]
}

extension String {
  /// The sentence without its full stop, on one line.
  fileprivate var sentenceBody: String {
    let line = split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.hasSuffix(".") ? String(line.dropLast()) : line
  }
}
