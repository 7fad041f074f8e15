import Documents
import TaskKit

extension InputDeclaration {
  /// The JSON Schema of what may be written in a task file: a value of the type, or a text with `${name}` that becomes
  /// one.
  var schema: JSONValue {
    let details: [JSONValue.Member] =
      [.init("description", .string(help))]
      + (defaultContent.map { [.init("default", $0.schemaDefault)] } ?? [])
    var forms: [JSONValue] = [["type": "string", "pattern": #"\$\{"#]]
    if type.isOptional { forms.append(["enum": ["", .null]]) }
    switch type.kind {
    case .integer, .number:
      forms.insert(number, at: 0)
      let sign = limits.contains { Double($0.lowest).map { $0 >= 0 } ?? false } ? "[+]?" : "[+-]?"
      let digits = type.kind == .integer ? "[0-9]+" : #"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"#
      forms.append(["type": "string", "pattern": .string("^\(sign)\(digits)$")])
    case .boolean:
      forms += [
        ["type": "boolean"], ["enum": [.integer(1), .integer(0)]],
        ["type": "string", "pattern": "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[10])$"],
      ]
    case .list: forms = [["type": "array", "items": TaskFileSchema.scalar]]
    case .string:
      if !type.choices.isEmpty {
        forms.append(["enum": .array(type.choices.map(JSONValue.string))])
      } else if let pattern = type.pattern {
        forms.append(["type": "string", "pattern": .string(pattern)])
      } else {
        forms = [type.isOptional ? TaskFileSchema.scalar : TaskFileSchema.text]
      }
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
