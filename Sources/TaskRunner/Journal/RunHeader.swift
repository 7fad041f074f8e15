import FoundationEssentials
import Documents
public import TaskKit

/// What a run was asked for: enough to ask for it again.
public struct RunHeader: Sendable {
  /// A value that the user gave; of a secret only its hash is kept.
  struct KeptValue: Sendable, Hashable {
    let variable: String
    let value: String?
    let hash: String?
  }

  public let identity: RunIdentity
  public let tasks: [String]
  /// The path of the task file.
  public let file: String
  /// Where the user stood.
  public let directory: String
  public let profile: String?
  /// What was written after `--`; nil where a secret was in it.
  public let arguments: [String]?
  let assignments: [KeptValue]
  /// The variables that values were read from.
  let environment: [KeptValue]
  /// The names of all values that were read: those without a variable had none.
  let names: [String]
  let salt: String

  var hashing: SaltedHash { SaltedHash(salt: salt) }

  public init(
    identity: RunIdentity, tasks: [String], file: String, plan: Plan, given: GivenValues, arguments: [String]
  ) {
    self.identity = identity
    self.tasks = tasks
    self.file = file
    directory = given.directory
    profile = given.profile
    self.arguments = arguments.allSatisfy { plan.masker.mask($0) == $0 } ? arguments : nil
    let hashing = SaltedHash()
    salt = hashing.salt
    func kept(_ variable: String, _ value: String) -> KeptValue {
      let isSecret =
        InputName.name(for: variable).map(plan.isSecret) ?? false || plan.masker.mask(value) != value
      return isSecret
        ? KeptValue(variable: variable, value: nil, hash: hashing.hash(value))
        : KeptValue(variable: variable, value: value, hash: nil)
    }
    assignments = given.assignments.map { kept($0.variable, $0.value) }
    names = plan.names.sorted()
    environment = names.map(InputName.variable).compactMap { variable in
      given.environment[variable].map { kept(variable, $0) }
    }
  }
}

extension Plan {
  /// Whether a name is a secret's, whichever task says so.
  func isSecret(_ name: String) -> Bool {
    secretNames.contains(name)
  }
}

// MARK: As JSON

extension RunHeader {
  private static let format = 1

  var json: [JSONValue.Member] {
    [
      .init("event", "run"), .init("format", .integer(Self.format)), .init("run", .string(identity.id)),
      .init("started", .string(String(identity.startedAt.timeIntervalSince1970))),
      .init("seed", .string(String(identity.randomSeed))), .init("tasks", .texts(tasks)),
      .init("file", .string(file)), .init("directory", .string(directory)), .init("profile", .optional(profile)),
      .init("arguments", arguments.map(JSONValue.texts) ?? .null),
      .init("assignments", .array(assignments.map(\.json))), .init("environment", .array(environment.map(\.json))),
      .init("names", .texts(names)), .init("salt", .string(salt)),
    ]
  }

  /// Nil where the object is no header of this format.
  init?(_ json: JSONValue) {
    guard json["event"] == "run", json["format"] == .integer(Self.format), let id = json["run"]?.string,
      let started = json["started"]?.string.flatMap(Double.init), let seed = json["seed"]?.string.flatMap(UInt64.init),
      let tasks = json["tasks"]?.texts, let file = json["file"]?.string, let directory = json["directory"]?.string,
      let salt = json["salt"]?.string
    else { return nil }
    identity = RunIdentity(id: id, startedAt: Date(timeIntervalSince1970: started), randomSeed: seed)
    self.tasks = tasks
    self.file = file
    self.directory = directory
    self.salt = salt
    profile = json["profile"]?.string
    arguments = json["arguments"]?.texts
    assignments = json["assignments"]?.items.compactMap(KeptValue.init) ?? []
    environment = json["environment"]?.items.compactMap(KeptValue.init) ?? []
    names = json["names"]?.texts ?? []
  }
}

extension RunHeader.KeptValue {
  fileprivate var json: JSONValue {
    ["variable": .string(variable), "value": .optional(value), "hash": .optional(hash)]
  }

  fileprivate init?(_ json: JSONValue) {
    guard let variable = json["variable"]?.string else { return nil }
    self.init(variable: variable, value: json["value"]?.string, hash: json["hash"]?.string)
  }
}

extension JSONValue {
  static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

  /// The items where all are texts.
  var texts: [String]? {
    guard case .array(let items) = self else { return nil }
    let texts = items.compactMap(\.string)
    return texts.count == items.count ? texts : nil
  }
}
