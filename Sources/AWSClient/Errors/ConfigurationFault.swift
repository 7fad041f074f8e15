/// What is wrong with how AWS is configured on this machine: found before anything is sent.
public struct ConfigurationFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence, without a full stop.
  public let description: String
  /// What to do.
  public let help: String?

  init(_ description: String, help: String? = nil) {
    self.description = description
    self.help = help
  }
}
