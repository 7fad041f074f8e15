import Configuration
public import TaskKit

/// The layers that a value can come from, strongest first.
public enum LayerKind: String, Sendable, CaseIterable {
  case matrix
  case commandLine = "command-line"
  case step
  case environment
  case dotenv
  case profile
  case task
  case defaults
  case plugin

  /// Whether the layer's values are written in tasks.yaml.
  var isYAML: Bool {
    switch self {
    case .matrix, .step, .profile, .task, .defaults: true
    case .commandLine, .environment, .dotenv, .plugin: false
    }
  }
}

/// A value as one layer gives it.
public struct LayerValue: Sendable {
  public let layer: LayerKind
  public let content: InputContent
  public let origin: Origin
  /// The absolute path of the folder that a relative path in it starts from.
  public let directory: String
  /// Whether the value is to be masked, whatever its name.
  public let isSecret: Bool
  /// Whether `${name}` in it is still to be expanded.
  let isTemplate: Bool
  /// Whether it becomes known only while the run goes on.
  let isDeferred: Bool
}

/// One layer: a configuration provider asked for texts, beside a table of where each came from.
struct Layer: Sendable {
  let kind: LayerKind
  private let provider: any ConfigProvider
  private let directory: String
  private let places: [String: Place]
  private let keys: Keys

  private struct Place {
    let origin: Origin
    var isTemplate = true
    var isDeferred = false
  }

  /// How the layer's keys are spelt.
  private enum Keys {
    case names
    case variables
  }

  /// Values of tasks.yaml, by input name.
  init(_ kind: LayerKind, written values: WrittenValues, directory: String) {
    self.init(
      kind, directory: directory,
      values: values.map { name, value in
        (name, ConfigValue(value.content.configContent, isSecret: false), Place(origin: .source(value.location)))
      })
  }

  /// Values of a call's `with`, already expanded where they were written.
  init(step values: [(name: String, value: LayerValue)], directory: String) {
    self.init(
      .step, directory: directory,
      values: values.map { name, value in
        (
          name, ConfigValue(value.content.configContent, isSecret: value.isSecret),
          Place(origin: value.origin, isTemplate: false, isDeferred: value.isDeferred)
        )
      })
  }

  private init(_ kind: LayerKind, directory: String, values: [(name: String, value: ConfigValue, place: Place)]) {
    self.kind = kind
    self.directory = directory
    keys = .names
    let pairs = values.map { (AbsoluteConfigKey([$0.name]), $0.value) }
    provider = InMemoryProvider(name: kind.rawValue, values: Dictionary(pairs) { first, _ in first })
    places = Dictionary(values.map { ($0.name, $0.place) }) { first, _ in first }
  }

  /// Values by variable name: the command line, the process environment, `.env` files.
  init(_ kind: LayerKind, variables: [String: String], origins: [String: Origin], directory: String) {
    self.kind = kind
    self.directory = directory
    keys = .variables
    provider = EnvironmentVariablesProvider(environmentVariables: variables)
    places = origins.mapValues { Place(origin: $0, isTemplate: false) }
  }

  /// What the layer gives for an input name, or nil.
  func value(for name: String) -> LayerValue? {
    let key = keys == .names ? name : InputName.variable(for: name)
    guard let value = lookUp(key) else { return nil }
    let content = InputContent(value.content)
    let place = places[key] ?? Place(origin: .environment(variable: key, value: content.text), isTemplate: false)
    return LayerValue(
      layer: kind, content: content, origin: place.origin, directory: directory, isSecret: value.isSecret,
      isTemplate: place.isTemplate, isDeferred: place.isDeferred)
  }

  var hasDeferredValues: Bool {
    places.values.contains(where: \.isDeferred)
  }

  /// The input names that the layer has, sorted, where it is keyed by them.
  var writtenNames: [String] {
    keys == .names ? places.keys.sorted() : []
  }

  /// A provider has a name either as text or as a list, and throws where it is asked for the other.
  private func lookUp(_ key: String) -> ConfigValue? {
    let key = AbsoluteConfigKey([key])
    if let text = try? provider.value(forKey: key, type: .string).value { return text }
    guard keys == .names else { return nil }
    return try? provider.value(forKey: key, type: .stringArray).value
  }
}

extension InputContent {
  fileprivate var configContent: ConfigContent {
    switch self {
    case .text(let text): .string(text)
    case .list(let items): .stringArray(items)
    }
  }

  fileprivate init(_ content: ConfigContent) {
    self =
      switch content {
      case .stringArray(let items): .list(items)
      case .string(let text): .text(text)
      default: .text("")
      }
  }

  /// The text, or a list's items one after another.
  public var text: String {
    switch self {
    case .text(let text): text
    case .list(let items): items.joined(separator: " ")
    }
  }
}
