/// An input with its value and where that came from.
public struct SettledInput: Sendable {
  public let name: String
  public let value: any InputValue
  /// The value as the user wrote it; a path is not made absolute in it.
  public let written: String
  public let origin: Origin
  public let isSecret: Bool

  public init(name: String, value: any InputValue, written: String, origin: Origin, isSecret: Bool) {
    self.name = name
    self.value = value
    self.written = written
    self.origin = origin
    self.isSecret = isSecret
  }
}

/// Hands each `Input` of a plugin its settled value; the plugin's `Decodable` conformance is synthesized.
struct SettledInputDecoder: Decoder {
  let inputs: [String: SettledInput]
  var codingPath: [any CodingKey] = []
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// The input that is being decoded.
  var current: SettledInput? {
    codingPath.last.flatMap { inputs[$0.stringValue] }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Container<Key>(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Self.unsupported(codingPath) }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Self.unsupported(codingPath) }

  static func unsupported(_ codingPath: [any CodingKey]) -> DecodingError {
    .dataCorrupted(.init(codingPath: codingPath, debugDescription: "inputs are decoded from settled inputs only"))
  }

  private struct Container<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: SettledInputDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { decoder.inputs.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
      var inner = decoder
      inner.codingPath.append(key)
      return try T(from: inner)
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw unsupported(codingPath) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      throw unsupported(codingPath)
    }
    func superDecoder() throws -> any Decoder { throw unsupported(codingPath) }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw unsupported(codingPath) }
  }
}
