public import Documents

extension AWSService {
  package static let dynamoDB = AWSService(
    name: "DynamoDB", wire: .json(version: "1.0", targetPrefix: "DynamoDB_20120810"), endpointPrefix: "dynamodb",
    signingName: "dynamodb", environmentKey: "DYNAMODB", attempts: 4, firstDelay: .milliseconds(25),
    transientCodes: ["InternalServerError", "ReplicatedWriteConflictException"])
}

/// Amazon DynamoDB.
public struct DynamoDB: Sendable {
  /// The most writes of one `BatchWriteItem`.
  public static let writesPerBatch = 25

  let client: ServiceClient
  /// How long reading is tried on.
  let persistence: Persistence
  /// How long writing is tried; whoever writes goes on with what is left.
  let writePersistence: Persistence

  /// A row to be put or deleted.
  public struct Write: Sendable, Hashable {
    /// What it does to its row.
    public enum Kind: Sendable, Hashable {
      case put
      case delete
    }

    public let table: String
    public let kind: Kind
    /// The row's key, as attributes.
    public let key: JSONValue
    /// The item of a put or the key of a deletion, as attributes.
    let content: JSONValue

    /// A row that replaces one of the same key; the item is JSON.
    public static func put(_ item: JSONValue, keyNames: [String], in table: String) -> Write {
      let content = AttributeValue.encodedItem(item)
      return Write(table: table, kind: .put, key: content.only(keyNames), content: content)
    }

    /// A row that is removed; the item is the row or a part of it, as attributes.
    public static func delete(_ item: JSONValue, keyNames: [String], in table: String) -> Write {
      let key = item.only(keyNames)
      return Write(table: table, kind: .delete, key: key, content: key)
    }

    fileprivate var request: JSONValue {
      switch kind {
      case .put: ["PutRequest": ["Item": content]]
      case .delete: ["DeleteRequest": ["Key": content]]
      }
    }
  }

  /// What has become of a batch.
  public struct WriteReply: Sendable {
    /// The writes that DynamoDB did not get to.
    public let unprocessed: [Write]
    /// Whether they may have been carried out all the same, by a call whose answer was lost.
    public let mayBeDone: Bool
    /// Whether DynamoDB was too busy for an earlier try.
    public let wasThrottled: Bool
  }

  /// Carries out at most 25 writes of distinct rows; of any tables.
  ///
  /// - Returns: What has become of them.
  /// - Throws: An `AWSError`, which says whether any of the writes may have been carried out.
  public func write(_ writes: [Write]) async throws(AWSError) -> WriteReply {
    var tables: [JSONValue.Member] = []
    for write in writes {
      if let index = tables.firstIndex(where: { $0.key == write.table }),
        case .array(let requests) = tables[index].value
      {
        tables[index].value = .array(requests + [write.request])
      } else {
        tables.append(.init(write.table, .array([write.request])))
      }
    }
    let reply = try await client.json(
      "BatchWriteItem", ["RequestItems": .object(tables)], writePersistence, requiring: "UnprocessedItems")
    let left = reply.output["UnprocessedItems"]
    let unprocessed = writes.filter { write in
      left?[write.table]?.items.contains { write.isSame(as: $0) } ?? false
    }
    // What is no object, or names rows that were not asked for, is not understood: all may be done, or not.
    guard case .object(let tables)? = left,
      unprocessed.count == tables.reduce(0, { $0 + $1.value.items.count })
    else {
      return WriteReply(unprocessed: writes, mayBeDone: true, wasThrottled: true)
    }
    return WriteReply(
      unprocessed: unprocessed, mayBeDone: reply.mayBeRepeated, wasThrottled: reply.wasThrottled)
  }

  /// One part of a table's rows, read page by page.
  public struct Scan: Sendable {
    public let table: String
    /// Which part of how many.
    public let segment: (number: Int, of: Int)
    /// The attributes that are read; all where there are none.
    public var attributes: [String] = []
    /// Only rows are read whose attribute begins with a text.
    public var prefix: (attribute: String, text: String)?
    /// Or whose other attribute begins with another.
    public var otherPrefix: (attribute: String, text: String)?
    /// Whether rows are only counted.
    public var counts = false

    public init(table: String, segment: (number: Int, of: Int) = (0, 1)) {
      self.table = table
      self.segment = segment
    }
  }

  /// A page of a scan.
  public struct Page: Sendable {
    /// As attributes.
    public let items: [JSONValue]
    /// How many rows matched, and how many were looked at.
    public let count: Int
    public let scannedCount: Int
    /// Where the next page begins; nil on the last one.
    public let next: JSONValue?
  }

  /// Reads a page, consistently.
  public func page(of scan: Scan, from start: JSONValue?) async throws(AWSError) -> Page {
    Page(try await client.json("Scan", scan.input(from: start), persistence, requiring: "Count").output)
  }
}

extension DynamoDB.Page {
  init(_ answer: JSONValue) {
    items = answer["Items"]?.items ?? []
    count = answer["Count"]?.integer ?? items.count
    scannedCount = answer["ScannedCount"]?.integer ?? items.count
    next = answer["LastEvaluatedKey"]
  }
}

extension DynamoDB.Scan {
  fileprivate func input(from start: JSONValue?) -> JSONValue {
    var members: [JSONValue.Member] = [.init("TableName", .string(table)), .init("ConsistentRead", true)]
    if segment.of > 1 {
      members += [.init("Segment", .integer(segment.number)), .init("TotalSegments", .integer(segment.of))]
    }
    var names = ExpressionAttributes()
    if counts { members.append(.init("Select", "COUNT")) }
    if !attributes.isEmpty {
      let projection = attributes.map { names.alias($0) }.joined(separator: ", ")
      members.append(.init("ProjectionExpression", .string(projection)))
    }
    let filters = [prefix, otherPrefix].compactMap { $0 }.map { attribute, text in
      "begins_with(\(names.alias(attribute)), \(names.placeholder(["S": .string(text)])))"
    }
    if !filters.isEmpty { members.append(.init("FilterExpression", .string(filters.joined(separator: " OR ")))) }
    if let start { members.append(.init("ExclusiveStartKey", start)) }
    return .object(members + names.members)
  }
}

extension DynamoDB.Write {
  /// Whether a request of an answer is this one.
  fileprivate func isSame(as request: JSONValue) -> Bool {
    guard let other = request["PutRequest"]?["Item"] ?? request["DeleteRequest"]?["Key"],
      case .object(let members) = key
    else { return false }
    return members.allSatisfy { other[$0.key] == $0.value }
  }
}

extension JSONValue {
  /// The object's members of some names.
  fileprivate func only(_ names: [String]) -> JSONValue {
    .object(names.compactMap { name in self[name].map { Member(name, $0) } })
  }
}
