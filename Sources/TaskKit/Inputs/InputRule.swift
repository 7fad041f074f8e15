/// What an input admits, and how its values are treated.
public struct InputRule<Value>: Sendable {
  enum Kind: Sendable {
    case bounds(InputBounds, admits: @Sendable (Value) -> Bool)
    case defaultText(String)
    case path
    case fileOnly
    case verbatim
    case secret
  }

  let kind: Kind

  /// A relative path starts where its value was written: at the user's folder, or at the file's.
  public static var path: Self { Self(kind: .path) }

  /// The value comes from tasks.yaml only, and no script sees it.
  public static var fileOnly: Self { Self(kind: .fileOnly) }

  /// `${name}` in the value is not expanded: the value is a text of another language.
  public static var verbatim: Self { Self(kind: .verbatim) }

  /// The value is masked wherever it would be shown.
  public static var secret: Self { Self(kind: .secret) }

  /// The default is made of other values: `.defaultText("UGC-${stage}")`.
  public static func defaultText(_ text: String) -> Self { Self(kind: .defaultText(text)) }
}

/// The values between which an input's must be, as users write them.
public struct InputBounds: Sendable, Hashable {
  public let lowest: String
  public var highest: String?

  /// `between 0 and 9`, `at least 1`.
  var text: String {
    highest.map { "between \(lowest) and \($0)" } ?? "at least \(lowest)"
  }
}

extension InputRule where Value: Comparable & Sendable {
  public static func between(_ range: ClosedRange<Value>) -> Self {
    Self(
      kind: .bounds(InputBounds(lowest: written(range.lowerBound), highest: written(range.upperBound))) {
        range.contains($0)
      })
  }

  public static func atLeast(_ bound: Value) -> Self {
    Self(kind: .bounds(InputBounds(lowest: written(bound))) { $0 >= bound })
  }
}

extension InputRule {
  public static func between<Wrapped: Comparable & Sendable>(_ range: ClosedRange<Wrapped>) -> Self
  where Value == Wrapped? {
    Self(
      kind: .bounds(InputBounds(lowest: written(range.lowerBound), highest: written(range.upperBound))) {
        $0.map(range.contains) ?? true
      })
  }

  public static func atLeast<Wrapped: Comparable & Sendable>(_ bound: Wrapped) -> Self where Value == Wrapped? {
    Self(kind: .bounds(InputBounds(lowest: written(bound))) { $0.map { $0 >= bound } ?? true })
  }
}

/// A bound as users write it.
private func written<Bound>(_ bound: Bound) -> String {
  (bound as? any InputValue)?.inputText ?? "\(bound)"
}
