import Testing

@testable import TaskRunner

@Suite struct ConditionTests {
  @Test(arguments: [
    ("${ci} == 'true'", "(<ci:-> = true)"),
    ("${a} == 'x' && ${b} != \"y\" || !${c}", "((<a:-> = x) & !(<b:-> = y)) | !<c:->"),
    ("!(${a} == b)", "!(<a:-> = b)"),
    ("!!true", "!!true"),
    ("'${a}-${b:-z}' == 'x-y'", "(<a:->-<b:-z> = x-y)"),
    ("(((true)))", "true"),
    ("${a}==1.5", "(<a:-> = 1.5)"),
    ("'&& || ==' == ''", "(&& || == = )"),
  ])
  func `conditions are taken apart`(text: String, expected: String) throws {
    #expect(try Condition(text).term.short == expected)
  }

  @Test(arguments: [
    "", "  ", "${a} ==", "== 'x'", "${a} = 'x'", "'open", "(true", "true)", "true false", "${a} == 'x' and true", "!",
    "&& true", "${a", "${A} == 'x'", "a & b", String(repeating: "(", count: 60) + "true",
  ])
  func `what is no condition is refused`(text: String) {
    #expect(throws: Condition.Malformation.self) { try Condition(text) }
  }
}

extension Condition.Term {
  fileprivate var short: String {
    switch self {
    case .text(let template, _): template.short
    case .equal(let left, let right): "(\(left.short) = \(right.short))"
    case .not(let term): "!\(term.short)"
    case .all(let terms): "(" + terms.map(\.short).joined(separator: " & ") + ")"
    case .any(let terms): terms.map(\.short).joined(separator: " | ")
    }
  }
}
