import UGCPlatform

/// Which events a rule of EventBridge takes, as EventBridge decides it.
struct EventPattern {
  /// A matcher that is not known here.
  struct UnknownMatcher: Error {
    let name: String
  }

  private let pattern: JSONValue

  /// Nil where the text is no JSON object.
  init?(_ text: String) {
    guard let pattern = JSONValue(parsing: text.utf8), case .object = pattern else { return nil }
    self.pattern = pattern
  }

  func takes(_ event: JSONValue) throws(UnknownMatcher) -> Bool {
    try Self.matches(event, pattern)
  }

  private static func matches(_ value: JSONValue?, _ pattern: JSONValue) throws(UnknownMatcher) -> Bool {
    switch pattern {
    case .object(let members):
      for member in members {
        if member.key == "$or" {
          guard try any(member.value.items, { alternative throws(UnknownMatcher) in try matches(value, alternative) })
          else { return false }
        } else {
          guard try matches(value?[member.key], member.value) else { return false }
        }
      }
      return true
    case .array(let alternatives):
      let values: [JSONValue?] =
        if case .array(let items)? = value, !items.isEmpty { items } else { [value] }
      return try any(alternatives) { alternative throws(UnknownMatcher) in
        try any(values) { value throws(UnknownMatcher) in try fits(value, alternative) }
      }
    default: return value == pattern
    }
  }

  private static func any<Item>(
    _ items: [Item], _ holds: (Item) throws(UnknownMatcher) -> Bool
  ) throws(UnknownMatcher) -> Bool {
    for item in items where try holds(item) { return true }
    return false
  }

  /// Whether a value fits a literal or a matcher such as `{"prefix": "IVS "}`.
  private static func fits(_ value: JSONValue?, _ matcher: JSONValue) throws(UnknownMatcher) -> Bool {
    guard case .object(let members) = matcher, let member = members.first else {
      if case .number(let left)? = value, case .number(let right) = matcher { return Double(left) == Double(right) }
      return value == matcher
    }
    let text = value?.string
    switch member.key {
    case "exists": return member.value == .boolean(value != nil)
    case "anything-but":
      guard let value else { return false }
      if case .object = member.value { return try !fits(value, member.value) }
      let literals: [JSONValue] =
        if case .array(let items) = member.value { items } else { [member.value] }
      return try !any(literals) { literal throws(UnknownMatcher) in try fits(value, literal) }
    case "numeric":
      guard case .number(let number)? = value, let number = Double(number) else { return false }
      return isIn(number, member.value.items)
    case "prefix", "suffix", "equals-ignore-case", "wildcard":
      // Some of them may be given several texts, and others are told to ignore the case by an object.
      let texts: [JSONValue] =
        if case .array(let items) = member.value { items } else { [member.value] }
      return try any(texts) { pattern throws(UnknownMatcher) in
        guard let text else { return false }
        if let pattern = pattern.string { return isLike(text, pattern, member.key) }
        guard let folded = pattern["equals-ignore-case"]?.string else { throw UnknownMatcher(name: member.key) }
        return isLike(text.lowercased(), folded.lowercased(), member.key)
      }
    default: throw UnknownMatcher(name: member.key)
    }
  }

  private static func isLike(_ text: String, _ pattern: String, _ matcher: String) -> Bool {
    switch matcher {
    case "prefix": text.hasPrefix(pattern)
    case "suffix": text.hasSuffix(pattern)
    case "equals-ignore-case": text.lowercased() == pattern.lowercased()
    default: isWild(text[...], pattern[...])
    }
  }

  private static func isWild(_ text: Substring, _ pattern: Substring) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return text == pattern }
    guard text.hasPrefix(first) else { return false }
    var rest = text.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.count >= last.count && rest.hasSuffix(last)
  }

  /// `[">", 0, "<=", 5]`.
  private static func isIn(_ number: Double, _ conditions: [JSONValue]) -> Bool {
    guard !conditions.isEmpty, conditions.count.isMultiple(of: 2) else { return false }
    return stride(from: 0, to: conditions.count, by: 2).allSatisfy { index in
      guard case .number(let bound) = conditions[index + 1], let bound = Double(bound) else { return false }
      return switch conditions[index].string {
      case "=": number == bound
      case "<": number < bound
      case "<=": number <= bound
      case ">": number > bound
      case ">=": number >= bound
      default: false
      }
    }
  }
}
