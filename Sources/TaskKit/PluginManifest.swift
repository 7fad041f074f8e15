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
  /// Further parts of the plugin's page, such as the permissions that it needs elsewhere.
  public let appendices: [ManifestAppendix]
  /// Whether it runs a script of the user, its input `script`.
  ///
  /// Then `with` may hold free values, what is written after `--` reaches it, and preconditions are run by it.
  public let runsScript: Bool

  /// The input that holds a script.
  public static let scriptInput = "script"

  public init(
    name: String, version: Int, effects: Effects, summary: String, outputs: [OutputDeclaration] = [], example: String,
    appendices: [ManifestAppendix] = [], runsScript: Bool = false
  ) {
    self.name = name
    self.version = version
    self.effects = effects
    self.summary = summary
    self.outputs = outputs
    self.example = example
    self.appendices = appendices
    self.runsScript = runsScript
  }
}

/// A part of a plugin's page.
public struct ManifestAppendix: Sendable {
  /// What follows the summary.
  public enum Content: Sendable {
    case nothing
    /// A text to be copied; the language as Markdown names it: `json`.
    case listing(String, language: String)
    case table(columns: [String], rows: [[String]])
  }

  /// In lower case but for names, without a full stop: "IAM policy".
  public let title: String
  /// Some sentences.
  public let summary: String
  public let content: Content

  public init(title: String, summary: String, content: Content = .nothing) {
    self.title = title
    self.summary = summary
    self.content = content
  }
}
