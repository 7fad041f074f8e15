import Documents

/// The names and values that DynamoDB's expressions stand for: an attribute may bear a reserved word's name.
struct ExpressionAttributes {
  private var names: [JSONValue.Member] = []
  private var values: [JSONValue.Member] = []

  /// What stands for an attribute's name.
  mutating func alias(_ attribute: String) -> String {
    if let known = names.first(where: { $0.value == .string(attribute) }) { return known.key }
    names.append(.init("#\(names.count)", .string(attribute)))
    return "#\(names.count - 1)"
  }

  /// What stands for a value, given as an attribute.
  mutating func placeholder(_ value: JSONValue) -> String {
    values.append(.init(":\(values.count)", value))
    return ":\(values.count - 1)"
  }

  /// The members of a call's input.
  var members: [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    if !names.isEmpty { members.append(.init("ExpressionAttributeNames", .object(names))) }
    if !values.isEmpty { members.append(.init("ExpressionAttributeValues", .object(values))) }
    return members
  }
}
