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
    case .include: list(["anyOf": [Self.text, object(IncludeKey.self, required: ["file"], schema(of:))]])
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
    case .needs, .steps, .finally: list(Self.reference("call"))
    case .env:
      mapping(of: Self.scalar, names: "^(?!UGC_)[A-Za-z_][A-Za-z0-9_]*$")
    case .dir: Self.scalar
    case .when: Self.reference("condition")
    case .preconditions:
      list(["anyOf": [Self.text, object(PreconditionKey.self, required: ["script"], schema(of:))]])
    case .sources, .generates: ["type": "array", "items": Self.text]
    case .matrix:
      named([
        "type": "array", "minItems": .integer(1), "uniqueItems": true,
        "items": ["type": ["string", "number", "boolean"], "minLength": .integer(1)],
      ])
    case .timeout: Self.duration
    case .retry: object(RetryKey.self, required: ["attempts"], schema(of:))
    case .allowFailure, .interactive, .private, .override: ["type": "boolean"]
    case .confirm: ["type": "string", "minLength": .integer(1)]
    case .aliases: list(["type": "string", "pattern": .string(Self.taskName)])
    case .secrets: list(Self.name)
    }
  }

  private func schema(of key: CallKey) -> JSONValue {
    switch key {
    case .task: Self.text
    case .id: ["type": ["string", "integer"], "pattern": "^[A-Za-z0-9_-]+$"]
    case .with: Self.reference("values")
    case .when: Self.reference("condition")
    }
  }

  private func schema(of key: IncludeKey) -> JSONValue {
    switch key {
    case .file: Self.text
    case .namespace: ["type": "string", "pattern": .string(Self.taskName)]
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
      let isOther: JSONValue = ["anyOf": [["required": ["uses"]], ["required": ["steps"]]]]
      return .init(
        plugin.manifest.name,
        [
          "description": .string(plugin.manifest.summary),
          "allOf": [
            Self.reference("task"),
            ["if": ["not": isOther], "then": ["properties": ["with": Self.reference("with-\(plugin.manifest.name)")]]],
          ],
        ])
    }
    return [
      "type": ["object", "null"], "properties": .object(own), "additionalProperties": Self.reference("task"),
      "propertyNames": ["pattern": .string(Self.taskName)],
    ]
  }

  private var definitions: JSONValue {
    let choices = plugins.map { plugin -> JSONValue in
      [
        "if": ["properties": ["uses": ["const": .string(plugin.manifest.name)]], "required": ["uses"]],
        "then": ["properties": ["with": Self.reference("with-\(plugin.manifest.name)")]],
      ]
    }
    let task = object(TaskKey.self, required: [], orNull: true, schema(of:)).adding([
      .init(
        "not", ["type": "object", "required": ["uses", "steps"], "properties": ["steps": ["minItems": .integer(1)]]]),
      .init("allOf", .array(choices)),
    ])
    let call: JSONValue = ["anyOf": [Self.text, object(CallKey.self, required: ["task"], schema(of:))]]
    let value: JSONValue = [
      "anyOf": [Self.scalarOrNull, ["type": "array", "items": Self.scalarOrNull]]
    ]
    return .object(
      [
        .init("task", task), .init("call", call), .init("value", value),
        .init("values", named(Self.reference("value"))),
        .init("condition", ["type": ["string", "boolean"], "minLength": .integer(1)]),
      ] + plugins.map { .init("with-\($0.manifest.name)", values(of: $0)) })
  }

  private func values(of plugin: PluginCatalog.Entry) -> JSONValue {
    let inputs = plugin.inputs.map { JSONValue.Member($0.name, $0.schema) }
    let others: JSONValue = plugin.manifest.runsScript ? Self.reference("value") : .boolean(false)
    return [
      "type": ["object", "null"], "properties": .object(inputs), "additionalProperties": others,
      "propertyNames": Self.name,
    ]
  }

  // MARK: Parts

  private static let taskName = "^[A-Za-z0-9_.][A-Za-z0-9_.:-]*$"
  private static let text: JSONValue = ["type": ["string", "number", "boolean"], "minLength": .integer(1)]
  fileprivate static let scalar: JSONValue = ["type": ["string", "number", "boolean", "null"]]
  private static let scalarOrNull = scalar
  private static let name: JSONValue = ["type": "string", "pattern": "^[a-z][A-Za-z0-9]*$"]
  private static let duration: JSONValue = ["type": "string", "pattern": #"^[0-9]+(\.[0-9]+)?(ms|s|m|h)$"#]

  private static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/definitions/\(name)")] }

  private func list(_ items: JSONValue) -> JSONValue { ["type": ["array", "null"], "items": items] }

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

extension InputDeclaration {
  /// What may be written in a task file: a value of the type, or a text with `${name}` that becomes one.
  fileprivate var schema: JSONValue {
    let details: [JSONValue.Member] =
      [.init("description", .string(help))]
      + (defaultContent.map { [.init("default", $0.schemaDefault)] } ?? [])
    var forms: [JSONValue] = [["type": "string", "pattern": #"\$\{"#]]
    if type.isOptional { forms.append(["enum": ["", .null]]) }
    switch type.kind {
    case .integer, .number:
      forms.insert(number, at: 0)
      forms.append(["type": "string", "pattern": #"^[+-]?[0-9]+(\.[0-9]+)?$"#])
    case .boolean:
      forms += [["type": "boolean"], ["enum": ["true", "false", "yes", "no", "1", "0", .integer(1), .integer(0)]]]
    case .list: forms = [["type": "array", "items": TaskFileSchema.scalar], ["type": "string"]]
    case .string:
      forms =
        type.choices.isEmpty
        ? [TaskFileSchema.scalar] : forms + [["enum": .array(type.choices.map(JSONValue.string))]]
    }
    let schema: JSONValue = forms.count == 1 ? forms[0] : ["anyOf": .array(forms)]
    return schema.adding(details)
  }

  private var number: JSONValue {
    var members: [JSONValue.Member] = [.init("type", .string(type.kind.rawValue))]
    for limit in limits {
      members.append(.init("minimum", .number(limit.lowest)))
      if let highest = limit.highest { members.append(.init("maximum", .number(highest))) }
    }
    return .object(members)
  }
}

extension InputContent {
  fileprivate var schemaDefault: JSONValue {
    switch self {
    case .text(let text): .string(text)
    case .list(let items): .array(items.map(JSONValue.string))
    }
  }
}

extension JSONValue {
  /// The object with more members.
  fileprivate func adding(_ more: [Member]) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members + more)
  }
}
