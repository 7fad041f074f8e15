/// A service as the wire knows it.
package struct AWSService: Sendable {
  /// How requests and answers are written.
  package enum Wire: Sendable, Hashable {
    /// JSON documents; the operation is in `X-Amz-Target`, after a prefix.
    case json(version: String, targetPrefix: String)
    /// Forms, answered in XML.
    case query(version: String)
  }

  /// As users know it: "DynamoDB".
  let name: String
  let wire: Wire
  let endpointPrefix: String
  let signingName: String
  /// The end of `AWS_ENDPOINT_URL_…`; in lower case the key of a profile's `services` section.
  let environmentKey: String
  /// Tries of the standard retry mode, and the delay that they start from.
  let attempts: Int
  let firstDelay: Duration
  /// Codes that are worth another try, beyond those of every service.
  let transientCodes: Set<String>

  package init(
    name: String, wire: Wire, endpointPrefix: String, signingName: String, environmentKey: String, attempts: Int = 3,
    firstDelay: Duration = .milliseconds(50), transientCodes: Set<String> = []
  ) {
    self.name = name
    self.wire = wire
    self.endpointPrefix = endpointPrefix
    self.signingName = signingName
    self.environmentKey = environmentKey
    self.attempts = attempts
    self.firstDelay = firstDelay
    self.transientCodes = transientCodes
  }
}
