import Diagnostics
import Documents
import Testing
import UGCPlatform

@Suite struct TemplateScopeTests {
  /// What a value is in a template; what only deploying tells is followed by the resources that it mentions.
  private func resolve(_ value: String) throws -> String {
    let text = """
      Parameters:
        Least: { Type: Number, Default: 2 }
        Open: { Type: String }
        Zones: { Type: CommaDelimitedList, Default: "a, b" }
        Secret: { Type: "AWS::SSM::Parameter::Value<String>", Default: /x }
      Mappings: { Sizes: { dev: { least: 1 } } }
      Conditions:
        Yes: !Equals [!Ref Least, 2]
        No: !Not [!Condition Yes]
        Both: !And [!Condition Yes, !Condition No]
        Either: !Or [!Condition Nobody, !Condition Yes]
        Nobody: !Equals [!Ref Open, x]
        Ring: !Not [!Condition Ring]
      Resources:
        A: { Type: X }
        B: { Type: X, Properties: { Value: \(value) } }
      """
    let source = SourceText(name: "t.yaml", path: "t.yaml", bytes: Array(text.utf8), lineBreaks: .yaml)
    let scope = try #require(try TemplateTree(source) { _ in nil }.scopes.first)
    let node = try #require(scope.template.resources.last?.properties?["Value"])
    return describe(scope.value(of: node))
  }

  private func describe(_ value: TemplateValue) -> String {
    switch value {
    case .text(let text, let mentions) where mentions.isEmpty: text
    case .text(let text, let mentions): "\(text) of \(mentions.sorted().joined(separator: ", "))"
    case .list(let items): "[\(items.map(describe).joined(separator: ", "))]"
    case .mapping: "a mapping"
    case .none: "nothing"
    case .unknown(let reason): "? \(reason)"
    }
  }

  @Test(arguments: [
    ("!Ref Least", "2"), ("!Ref Zones", "[a, b]"), ("!Ref Open", "${Open} of Open"),
    ("!Ref Secret", "${Secret} of Secret"), ("!Ref A", "${A} of A"),
    ("!Ref Nowhere", "? `Nowhere` is neither a parameter nor a resource of the template"),
    ("!Ref AWS::NoValue", "nothing"), ("!Ref AWS::Region", "${AWS::Region} of AWS::Region"),
    ("!GetAtt A.Name", "${A.Name} of A"), ("!GetAtt [A, Name]", "${A.Name} of A"),
    ("!GetAtt C.Name", "? `C` is no resource of the template"), ("!Sub 'x-${A.Name}-${Least}'", "x-${A.Name}-2 of A"),
    ("!Sub ['${k}${!k}', { k: !Ref Least }]", "2${k}"), ("!Sub '${Open}'", "${Open} of Open"),
    ("!Join [/, [service, !Ref A, !Ref AWS::NoValue, x]]", "service/${A}/x of A"),
    ("!Select [1, [a, b]]", "b"), ("!Select [!Ref Least, [a, b]]", "? Fn::Select takes what is not there"),
    ("!Select [1, !Split [/, a/b]]", "b"), ("!Select [1, !Split [/, !Ref A]]", "${Fn::Select(1, A)} of A"),
    ("!FindInMap [Sizes, dev, least]", "1"), ("!FindInMap [Sizes, prod, least]", "? Fn::FindInMap finds nothing"),
    ("!If [Yes, 1, 2]", "1"), ("!If [No, 1, 2]", "2"), ("!If [Both, 1, 2]", "2"), ("!If [Either, 1, 2]", "1"),
    ("!If [Nobody, 1, 2]", "? it depends on the condition `Nobody`"),
    ("!If [Ring, 1, 2]", "? it depends on the condition `Ring`"),
    ("!If [Missing, 1, 2]", "? it depends on the condition `Missing`"),
    ("!ImportValue x", "? it comes from Fn::ImportValue"), ("{ a: 1 }", "a mapping"), ("[1, !Ref A]", "[1, ${A} of A]"),
  ])
  func `values are resolved as far as a template tells`(value: String, expected: String) throws {
    #expect(try resolve(value) == expected)
  }
}
