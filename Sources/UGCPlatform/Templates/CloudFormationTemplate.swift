public import Diagnostics
public import Documents

/// A CloudFormation template, in JSON or YAML.
public struct CloudFormationTemplate: Sendable {
  /// A resource that it declares.
  public struct Resource: Sendable {
    public let logicalID: String
    public let type: String
    /// Where its logical id stands.
    public let range: SourceRange
    public let properties: Node?
    public let metadata: Node?
    /// The name of the condition under which it is made.
    public let condition: String?
  }

  public let source: SourceText
  public let resources: [Resource]
  /// By their logical ids.
  let resourcesByID: [String: Resource]
  /// Resources that a function makes, by the function's key.
  public let generated: [Node.Entry]
  let parameters: Node?
  let mappings: Node?
  let conditions: Node?
  let outputs: Node?

  /// Reads a template.
  ///
  /// - Throws: A `DiagnosticError` with the place where it is no template.
  public init(_ source: SourceText) throws(DiagnosticError) {
    let isJSON = source.bytes.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
    let document =
      isJSON
      ? try JSON.parse(source, limits: .taskFile)
      : try YAML.parse(source, limits: .taskFile, tagKey: Self.function(ofTag:))
    guard document.problems.isEmpty else { throw DiagnosticError(document.problems) }
    func fault(_ message: String, _ range: SourceRange, help: String? = nil) -> DiagnosticError {
      DiagnosticError(message, at: .source(SourceLocation(source: source, range: range)), help: help)
    }
    let root = document.root
    guard case .mapping = root.content else {
      throw fault("a template is a mapping with `Resources`, not \(root.kindName)", root.range)
    }
    guard let declared = root["Resources"] else {
      throw fault(
        "the template has no `Resources`", root.range, help: "`cdk synth` writes templates to cdk.out")
    }
    guard case .mapping(let entries) = declared.content else {
      throw fault("`Resources` is a mapping, not \(declared.kindName)", declared.range)
    }
    var resources: [Resource] = []
    for entry in entries where !entry.key.hasPrefix("Fn::") {
      guard case .mapping = entry.value.content else {
        throw fault(
          "the resource `\(entry.key)` is a mapping with `Type`, not \(entry.value.kindName)", entry.value.range)
      }
      guard case .string(let type)? = entry.value["Type"]?.content else {
        throw fault("the resource `\(entry.key)` has no `Type`", entry.keyRange)
      }
      resources.append(
        Resource(
          logicalID: entry.key, type: type, range: entry.keyRange, properties: entry.value["Properties"],
          metadata: entry.value["Metadata"], condition: entry.value["Condition"]?.scalarText))
    }
    self.source = source
    self.resources = resources
    resourcesByID = Dictionary(resources.map { ($0.logicalID, $0) }) { first, _ in first }
    generated = entries.filter { $0.key.hasPrefix("Fn::") }
    parameters = root["Parameters"]
    mappings = root["Mappings"]
    conditions = root["Conditions"]
    outputs = root["Outputs"]
  }

  /// `!Ref` is short for `Ref`, `!GetAtt` for `Fn::GetAtt`.
  private static func function(ofTag tag: String) -> String? {
    guard tag.hasPrefix("!"), tag.count > 1 else { return nil }
    let name = String(tag.dropFirst())
    return name == "Ref" || name == "Condition" ? name : "Fn::\(name)"
  }
}
