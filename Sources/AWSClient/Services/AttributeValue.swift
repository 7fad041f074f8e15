public import Documents

/// DynamoDB's typed values on the wire, `{"S":"text"}`, for JSON values.
public enum AttributeValue {
  /// A JSON value as an attribute.
  public static func encoded(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null: ["NULL": true]
    case .boolean(let value): ["BOOL": .boolean(value)]
    case .number(let text): ["N": .string(text)]
    case .string(let text): ["S": .string(text)]
    case .array(let items): ["L": .array(items.map(encoded))]
    case .object: ["M": encodedItem(value)]
    }
  }

  /// A JSON object as an item: each of its values as an attribute.
  public static func encodedItem(_ object: JSONValue) -> JSONValue {
    guard case .object(let members) = object else { return [:] }
    return .object(members.map { JSONValue.Member($0.key, encoded($0.value)) })
  }

  /// An attribute as a JSON value; sets become lists, and binary data its base64 text.
  ///
  /// Nil where it is no attribute.
  public static func decoded(_ attribute: JSONValue) -> JSONValue? {
    guard case .object(let members) = attribute, let member = members.first, members.count == 1 else { return nil }
    switch (member.key, member.value) {
    case ("S", .string), ("B", .string), ("BOOL", .boolean), ("SS", .array), ("BS", .array): return member.value
    case ("N", .string(let text)): return .number(text)
    case ("NULL", _): return .null
    case ("NS", .array(let items)): return .array(items.compactMap { $0.string.map(JSONValue.number) })
    case ("L", .array(let items)):
      let values = items.compactMap(decoded)
      return values.count == items.count ? .array(values) : nil
    case ("M", .object): return decodedItem(member.value)
    default: return nil
    }
  }

  /// An item as a JSON object; nil where one of its values is no attribute.
  public static func decodedItem(_ item: JSONValue) -> JSONValue? {
    guard case .object(let members) = item else { return nil }
    var values: [JSONValue.Member] = []
    for member in members {
      guard let value = decoded(member.value) else { return nil }
      values.append(.init(member.key, value))
    }
    return .object(values)
  }
}
