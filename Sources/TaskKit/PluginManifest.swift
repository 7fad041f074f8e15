/// What a plugin says of itself.
public struct PluginManifest: Sendable {
  /// What running the plugin does to the world.
  public enum Effects: String, Sendable {
    /// It only reads.
    case reads
    /// It changes something: protected input values are refused.
    case writes
  }

  /// The name that `uses` gives.
  public let name: String
  /// Raised when the plugin's results change for the same inputs.
  public let version: Int
  public let effects: Effects
  /// One line, without a full stop.
  public let summary: String
  public let outputs: [OutputDeclaration]
  /// The body of a task in tasks.yaml, in flow style: `with: { seedCount: 10 }`.
  public let example: String
  /// Whether it runs a script of the user: `with` may hold free values, and what is written after `--` reaches it.
  public let runsScript: Bool

  public init(
    name: String, version: Int, effects: Effects, summary: String, outputs: [OutputDeclaration] = [], example: String,
    runsScript: Bool = false
  ) {
    self.name = name
    self.version = version
    self.effects = effects
    self.summary = summary
    self.outputs = outputs
    self.example = example
    self.runsScript = runsScript
  }
}
