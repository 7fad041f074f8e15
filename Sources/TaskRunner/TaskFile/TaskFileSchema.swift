public import Documents
import TaskKit

/// The JSON Schema (draft 7, which editors know best) of task files, for a set of plugins.
///
/// It is what can be said without following names: which keys there are, of which kinds their values are, and which
/// inputs each plugin has.
public struct TaskFileSchema {
  private let plugins: [PluginCatalog.Entry]

  /// - Throws: A `DiagnosticError` where a plugin is declared wrongly.
  public init(_ catalog: PluginCatalog) throws(DiagnosticError) {
    var plugins: [PluginCatalog.Entry] = []
    for name in catalog.names {
      if let plugin = try catalog.plugin(named: name) { plugins.append(plugin) }
    }
    self.plugins = plugins
  }

  public var json: JSONValue {
    var file = object(FileKey.self, required: ["version"], schema(of:))
    file = file.adding([
      .init("$schema", "http://json-schema.org/draft-07/schema#"), .init("title", "tasks.yaml"),
      .init("anyOf", [["required": ["tasks"]], ["required": ["include"]]]),
      .init("definitions", definitions),
    ])
    return file
  }

  // MARK: Keys

  private func schema(of key: FileKey) -> JSONValue {
    switch key {
    case .version: ["const": .integer(1)]
    case .include: list(["anyOf": [Self.string, object(IncludeKey.self, required: ["file"], schema(of:))]])
    case .defaults: Self.reference("values")
    case .profiles: mapping(of: Self.reference("values"))
    case .dotenv: list(["anyOf": [Self.text, object(DotenvKey.self, required: ["file"], schema(of:))]])
    case .protected: named(list(Self.text))
    case .secrets: list(Self.name)
    case .tasks: tasks
    }
  }

  private func schema(of key: TaskKey) -> JSONValue {
    switch key {
    case .description: Self.text
    case .uses: ["enum": .array(plugins.map { .string($0.manifest.name) })]
    case .with: Self.reference("values")
    case .needs, .steps: list(Self.reference("call"))
    // Nothing could read its outputs by an id.
    case .finally: list(["allOf": [Self.reference("call"), ["properties": ["id": .boolean(false)]]]])
    case .env:
      mapping(of: Self.scalar, names: "^(?!UGC_)[A-Za-z_][A-Za-z0-9_]*$")
    case .dir: Self.scalar
    case .when: Self.reference("condition")
    case .preconditions:
      list(["anyOf": [Self.text, object(PreconditionKey.self, required: ["script"], schema(of:))]])
    case .sources, .generates:
      [
        "type": "array", "items": Self.text,
        "not": ["minItems": .integer(1), "items": ["type": "string", "pattern": "^!"]],
      ]
    case .matrix:
      named(
        except: [],
        [
          "type": "array", "minItems": .integer(1), "uniqueItems": true,
          "items": [
            "type": ["string", "number", "boolean"], "pattern": .string(#"^[^\[\]{},=$"'`\\\s\u0000-\u001f\u007f]+$"#),
          ],
        ])
    case .timeout: Self.duration
    case .retry: object(RetryKey.self, required: ["attempts"], schema(of:))
    case .allowFailure, .interactive, .private, .override: ["type": "boolean"]
    case .confirm: ["type": "string", "minLength": .integer(1)]
    case .aliases: list(["type": ["string", "number", "boolean"], "pattern": .string(Self.taskName)])
    case .secrets: list(Self.name)
    }
  }

  private func schema(of key: CallKey) -> JSONValue {
    switch key {
    case .task: Self.text
    case .id: ["type": ["string", "integer", "boolean"], "pattern": "^[A-Za-z0-9_-]+$"]
    case .with: Self.reference("values")
    case .when: Self.reference("condition")
    }
  }

  private func schema(of key: IncludeKey) -> JSONValue {
    switch key {
    case .file: Self.text
    case .namespace: ["type": ["string", "number", "boolean"], "pattern": .string(Self.taskName)]
    case .optional: ["type": "boolean"]
    }
  }

  private func schema(of key: DotenvKey) -> JSONValue {
    switch key {
    case .file: Self.text
    case .optional: ["type": "boolean"]
    }
  }

  private func schema(of key: RetryKey) -> JSONValue {
    switch key {
    case .attempts: ["type": "integer", "minimum": .integer(1), "maximum": .integer(RetryReader.mostAttempts)]
    case .backoff: Self.duration
    }
  }

  private func schema(of key: PreconditionKey) -> JSONValue {
    switch key {
    case .script: Self.text
    case .message: ["type": "string", "minLength": .integer(1)]
    }
  }

  // MARK: Tasks and plugins

  /// A task that is named as a plugin, and says nothing else, is one of it.
  private var tasks: JSONValue {
    let own = plugins.map { plugin -> JSONValue.Member in
      .init(
        plugin.manifest.name,
        [
          "description": .string(plugin.manifest.summary),
          "allOf": [
            Self.reference("task"),
            [
              "if": ["required": ["uses"]], "else": ["if": Self.hasSteps, "then": callsOnly, "else": work(of: plugin)],
            ],
          ],
        ])
    }
    let other: JSONValue = [
      "allOf": [Self.reference("task"), ["if": ["required": ["uses"]], "else": callsOnly]],
      "type": "object", "anyOf": .array(["uses", "steps", "needs"].map { ["required": [$0]] }),
    ]
    return [
      "type": ["object", "null"], "properties": .object(own), "additionalProperties": other,
      "propertyNames": ["pattern": .string(Self.taskName)],
    ]
  }

  private static let hasSteps: JSONValue = [
    "required": ["steps"], "properties": ["steps": ["type": "array", "minItems": .integer(1)]],
  ]

  /// What only a task with work of its own can have.
  private var callsOnly: JSONValue {
    let fields: [TaskKey] = [.retry, .sources, .generates]
    let none = fields.map { JSONValue.Member($0.rawValue, .boolean(false)) }
    return ["properties": .object(none + [Self.withoutTerminal])]
  }

  private func work(of plugin: PluginCatalog.Entry) -> JSONValue {
    let values = JSONValue.Member("with", Self.reference("with-\(plugin.manifest.name)"))
    return ["properties": .object([values] + (plugin.manifest.runsScript ? [] : [Self.withoutTerminal]))]
  }

  private static let withoutTerminal = JSONValue.Member(
    TaskKey.interactive.rawValue, ["enum": [.boolean(false)]])

  private var definitions: JSONValue {
    let choices = plugins.map { plugin -> JSONValue in
      [
        "if": ["properties": ["uses": ["const": .string(plugin.manifest.name)]], "required": ["uses"]],
        "then": work(of: plugin),
      ]
    }
    let isUpToDateByNothing: JSONValue = [
      "required": ["sources"], "properties": ["sources": ["maxItems": .integer(0)], "generates": .boolean(false)],
    ]
    let task = object(TaskKey.self, required: [], orNull: true, schema(of:)).adding([
      .init(
        "not", ["type": "object", "anyOf": [["allOf": [["required": ["uses"]], Self.hasSteps]], isUpToDateByNothing]]),
      .init("allOf", .array(choices)),
    ])
    let call: JSONValue = ["anyOf": [Self.string, object(CallKey.self, required: ["task"], schema(of:))]]
    let value: JSONValue = [
      "anyOf": [Self.scalarOrNull, ["type": "array", "items": Self.scalarOrNull]]
    ]
    return .object(
      [
        .init("task", task), .init("call", call), .init("value", value),
        .init("values", named(except: fileOnlyNames, Self.reference("value"))),
        .init("condition", ["anyOf": [["type": "boolean"], ["type": "string", "pattern": .string(Self.condition)]]]),
      ] + plugins.map { .init("with-\($0.manifest.name)", values(of: $0)) })
  }

  private func values(of plugin: PluginCatalog.Entry) -> JSONValue {
    let inputs = plugin.inputs.map { JSONValue.Member($0.name, $0.schema) }
    let others: JSONValue = plugin.manifest.runsScript ? Self.reference("value") : .boolean(false)
    return [
      "type": ["object", "null"], "properties": .object(inputs), "additionalProperties": others,
      "propertyNames": Self.nameOfValue(except: plugin.inputs.map(\.name)),
    ]
  }

  /// The inputs that scripts do not find in their environment.
  private var fileOnlyNames: [String] { plugins.flatMap { $0.inputs.filter(\.isFileOnly).map(\.name) } }

  // MARK: Parts

  private static let taskName = "^[A-Za-z0-9_.][A-Za-z0-9_.:-]*$"
  private static let string: JSONValue = ["type": "string", "minLength": .integer(1)]
  static let text: JSONValue = [
    "type": ["string", "number", "boolean"], "minLength": .integer(1), "pattern": #"^[^\u0000]*$"#,
  ]
  /// No value can hold a null character.
  static let scalar: JSONValue = [
    "type": ["string", "number", "boolean", "null"], "pattern": #"^[^\u0000]*$"#,
  ]
  private static let scalarOrNull = scalar
  private static let name: JSONValue = ["type": "string", "pattern": "^[a-z][a-z0-9]*([A-Z][a-z0-9]+)*[A-Z]?$"]
  /// A condition reads a value, or is one of the words that YAML knows too.
  private static let condition = #"\$\{|^\s*([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])\s*$"#
  private static let duration: JSONValue = [
    "type": "string", "pattern": #"^(?=[0-9.]*[1-9])([0-9]+\.?[0-9]*|\.[0-9]+)(ms|s|m|h)$"#,
  ]

  private static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/definitions/\(name)")] }

  private func list(_ items: JSONValue) -> JSONValue { ["type": ["array", "null"], "items": items] }

  /// A name that a value can have: one whose variable does not steer every script, or one that becomes no variable.
  private static func nameOfValue(except names: [String]) -> JSONValue {
    let isReserved: JSONValue = ["pattern": .string(InputName.reservedPattern)]
    return name.adding([
      .init("not", ["allOf": [isReserved, ["not": ["enum": .array(Set(names).sorted().map(JSONValue.string))]]]])
    ])
  }

  private func named(except names: [String], _ value: JSONValue) -> JSONValue {
    ["type": ["object", "null"], "propertyNames": Self.nameOfValue(except: names), "additionalProperties": value]
  }

  private func named(_ value: JSONValue) -> JSONValue {
    ["type": ["object", "null"], "propertyNames": Self.name, "additionalProperties": value]
  }

  private func mapping(of value: JSONValue, names: String? = nil) -> JSONValue {
    let members = names.map { [JSONValue.Member("propertyNames", ["pattern": .string($0)])] } ?? []
    let mapping: JSONValue = ["type": ["object", "null"], "additionalProperties": value]
    return mapping.adding(members)
  }

  private func object<Key: TaskFileKey>(
    _ keys: Key.Type, required: [String], orNull: Bool = false, _ schema: (Key) -> JSONValue
  ) -> JSONValue {
    let properties = Key.allCases.map { key in
      JSONValue.Member(key.rawValue, schema(key).adding([.init("description", .string(key.meaning))]))
    }
    return [
      "type": orNull ? ["object", "null"] : "object", "properties": .object(properties),
      "required": .array(required.map(JSONValue.string)), "additionalProperties": false,
    ]
  }
}

extension JSONValue {
  /// The object with more members.
  func adding(_ more: [Member]) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members + more)
  }
}
