/// A type whose stored properties are inputs.
public protocol InputSet: Sendable, Decodable {
  init()
}

extension InputSet {
  /// The inputs, in the order they are declared, groups flattened.
  public static var inputs: [InputDeclaration] {
    members.compactMap { if case .input(let declaration) = $0 { declaration } else { nil } }
  }

  /// Stored properties that are no inputs: a mistake of the author.
  static var strayProperties: [String] {
    members.compactMap { if case .stray(let name) = $0 { name } else { nil } }
  }

  fileprivate static var members: [InputSetMember] {
    Mirror(reflecting: Self()).children.flatMap { label, value -> [InputSetMember] in
      // A wrapped property is stored under its name with an underscore before it.
      let name = String((label ?? "").drop { $0 == "_" })
      return switch value {
      case let input as any DeclaredInput: [.input(input.declaration(named: name))]
      case let group as any DeclaredInputGroup: group.members
      default: [.stray(name)]
      }
    }
  }

  /// Makes a plugin, or a group of inputs, from settled inputs.
  ///
  /// - Throws: A `DecodingError` where an input has no settled value of its type.
  public init(settled inputs: [SettledInput]) throws {
    let byName = Dictionary(inputs.map { ($0.name, $0) }) { first, _ in first }
    self = try Self(from: SettledInputDecoder(inputs: byName))
  }
}

private enum InputSetMember {
  case input(InputDeclaration)
  case stray(String)
}

private protocol DeclaredInput {
  func declaration(named name: String) -> InputDeclaration
}

extension Input: DeclaredInput {
  fileprivate func declaration(named name: String) -> InputDeclaration {
    InputDeclaration(name: name, help: help, defaultValue: defaultValue, rules: rules)
  }
}

private protocol DeclaredInputGroup {
  var members: [InputSetMember] { get }
}

extension InputGroup: DeclaredInputGroup {
  fileprivate var members: [InputSetMember] { Group.members }
}
