/// A value that a task gives to what comes after it.
public enum OutputValue: Sendable, Hashable, CustomStringConvertible {
  case integer(Int)
  case string(String)
  case boolean(Bool)

  public var description: String {
    switch self {
    case .integer(let value): String(value)
    case .string(let value): value
    case .boolean(let value): String(value)
    }
  }
}

/// An output that a plugin promises.
public struct OutputDeclaration: Sendable {
  /// The type of an output.
  public enum Kind: String, Sendable {
    case integer
    case string
    case boolean
  }

  public let name: String
  public let kind: Kind
  public let summary: String

  public static func integer(_ name: String, _ summary: String) -> Self {
    Self(name: name, kind: .integer, summary: summary)
  }

  public static func string(_ name: String, _ summary: String) -> Self {
    Self(name: name, kind: .string, summary: summary)
  }

  public static func boolean(_ name: String, _ summary: String) -> Self {
    Self(name: name, kind: .boolean, summary: summary)
  }
}

/// The outputs of a task, in order.
public struct TaskOutputs: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  public private(set) var values: [(name: String, value: OutputValue)] = []

  public init() {}

  public init(dictionaryLiteral elements: (String, OutputValue)...) {
    values = elements.map { (name: $0.0, value: $0.1) }
  }

  /// An output's value; setting a new one appends it.
  public subscript(name: String) -> OutputValue? {
    get { values.first { $0.name == name }?.value }
    set {
      let index = values.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): values[index].value = value
      case (let index?, nil): values.remove(at: index)
      case (nil, let value?): values.append((name, value))
      case (nil, nil): break
      }
    }
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.values.elementsEqual(right.values) { $0.name == $1.name && $0.value == $1.value }
  }

  public func hash(into hasher: inout Hasher) {
    for (name, value) in values {
      hasher.combine(name)
      hasher.combine(value)
    }
  }
}

extension OutputValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
