public import Documents

extension DynamoDB {
  /// A change of one row that is made only where the row is as expected; a missing row is made.
  public struct Change: Sendable, Hashable {
    public let table: String
    /// As attributes.
    public let key: JSONValue
    /// The attributes that are set; nil removes one.
    public var sets: [(name: String, value: JSONValue?)]
    /// The attributes that the row must have; nil for those that it must not have.
    public var expects: [(name: String, value: JSONValue?)]

    public init(
      table: String, key: JSONValue, sets: [(name: String, value: JSONValue?)],
      expects: [(name: String, value: JSONValue?)]
    ) {
      self.table = table
      self.key = key
      self.sets = sets
      self.expects = expects
    }
  }

  /// What has become of changes.
  public enum ChangeReply: Sendable, Hashable {
    case done
    /// A row is not as expected, or another call is changing it; an earlier try may have been carried out.
    case conflict(mayBeDone: Bool)
  }

  /// The most rows of one transaction.
  public static let changesPerTransaction = 100

  /// A row, read consistently.
  ///
  /// - Returns: Its attributes, or nil where there is none.
  public func row(_ key: JSONValue, of table: String) async throws(AWSError) -> JSONValue? {
    let input: JSONValue = ["TableName": .string(table), "Key": key, "ConsistentRead": true]
    return try await client.json("GetItem", input, persistence).output["Item"]
  }

  /// The rows of a partition, by the table's sort key or by that of an index.
  public struct Query: Sendable {
    public let table: String
    public let partition: (attribute: String, value: String)
    public var index: String?
    /// Whether it reads what was written just before; global indexes cannot.
    public var isConsistent = true
    public var bound: (attribute: String, comparison: Comparison, value: String)?
    public var isDescending = false
    /// Only rows are given that have this attribute.
    public var having: String?
    /// How many rows a page looks at.
    public var pageSize: Int?

    public enum Comparison: String, Sendable {
      case below = "<"
      case from = ">="
    }

    public init(table: String, partition: (attribute: String, value: String)) {
      self.table = table
      self.partition = partition
    }
  }

  /// Reads a page.
  public func page(of query: Query, from start: JSONValue?) async throws(AWSError) -> Page {
    Page(try await client.json("Query", query.input(from: start), persistence, requiring: "Count").output)
  }

  /// Makes changes of distinct rows, all of them or none.
  ///
  /// - Parameters:
  ///   - changes: At most a hundred.
  ///   - token: What the same changes are known by where the call is repeated.
  /// - Returns: What has become of them.
  /// - Throws: An `AWSError` for everything but a conflict.
  public func make(_ changes: [Change], token: String) async throws(AWSError) -> ChangeReply {
    guard changes.count != 1 else { return try await make(changes[0]) }
    let items = changes.map { change -> JSONValue in ["Update": change.input] }
    do throws(AWSError) {
      _ = try await client.json(
        "TransactWriteItems", ["TransactItems": .array(items), "ClientRequestToken": .string(token)], writePersistence)
      return .done
    } catch {
      guard error.isConflict else { throw error }
      return .conflict(mayBeDone: error.mayBeDone)
    }
  }

  private func make(_ change: Change) async throws(AWSError) -> ChangeReply {
    do throws(AWSError) {
      _ = try await client.json("UpdateItem", change.input, writePersistence)
      return .done
    } catch {
      guard error.isConflict else { throw error }
      return .conflict(mayBeDone: error.mayBeDone)
    }
  }
}

extension DynamoDB.Change {
  public static func == (left: Self, right: Self) -> Bool { left.input == right.input }

  public func hash(into hasher: inout Hasher) { hasher.combine(input) }

  fileprivate var input: JSONValue {
    var attributes = ExpressionAttributes()
    let set = sets.compactMap { name, value in
      value.map { "\(attributes.alias(name)) = \(attributes.placeholder($0))" }
    }
    let removed = sets.compactMap { name, value in value == nil ? attributes.alias(name) : nil }
    let clauses = [("SET", set), ("REMOVE", removed)].compactMap { keyword, parts in
      parts.isEmpty ? nil : "\(keyword) \(parts.joined(separator: ", "))"
    }
    let conditions = expects.map { name, value in
      guard let value else { return "attribute_not_exists(\(attributes.alias(name)))" }
      return "\(attributes.alias(name)) = \(attributes.placeholder(value))"
    }
    return .object(
      [
        .init("TableName", .string(table)), .init("Key", key),
        .init("UpdateExpression", .string(clauses.joined(separator: " "))),
        .init("ConditionExpression", .string(conditions.joined(separator: " AND "))),
      ] + attributes.members)
  }
}

extension DynamoDB.Query {
  fileprivate func input(from start: JSONValue?) -> JSONValue {
    var attributes = ExpressionAttributes()
    func text(_ value: String) -> String { attributes.placeholder(["S": .string(value)]) }
    var condition = "\(attributes.alias(partition.attribute)) = \(text(partition.value))"
    if let bound {
      condition += " AND \(attributes.alias(bound.attribute)) \(bound.comparison.rawValue) \(text(bound.value))"
    }
    var members: [JSONValue.Member] = [
      .init("TableName", .string(table)), .init("ConsistentRead", .boolean(isConsistent)),
      .init("KeyConditionExpression", .string(condition)), .init("ScanIndexForward", .boolean(!isDescending)),
    ]
    if let index { members.append(.init("IndexName", .string(index))) }
    if let having {
      members.append(.init("FilterExpression", .string("attribute_exists(\(attributes.alias(having)))")))
    }
    if let pageSize { members.append(.init("Limit", .integer(pageSize))) }
    if let start { members.append(.init("ExclusiveStartKey", start)) }
    return .object(members + attributes.members)
  }
}

extension AWSError {
  /// Whether a row was not as expected, or was being changed by another call.
  fileprivate var isConflict: Bool {
    guard case .refused(let code, let message, _) = cause else { return false }
    switch code {
    case "ConditionalCheckFailedException", "TransactionConflictException": return true
    case "TransactionCanceledException":
      return ["ConditionalCheckFailed", "TransactionConflict"].contains { message.contains($0) }
    default: return false
    }
  }
}
