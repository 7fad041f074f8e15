public import Diagnostics
public import Documents

/// A template where it is deployed: with its parameters, and below its parent.
public final class TemplateScope {
  public let template: CloudFormationTemplate
  /// The logical ids of the nested stacks that lead here, each with a slash.
  private let path: String
  private let parameters: [String: TemplateValue]
  private var children: [String: TemplateScope] = [:]
  /// What conditions came to.
  private var conditions: [String: Bool?] = [:]
  /// Nested stacks whose parameters are being resolved, and conditions that are being evaluated: none may need itself.
  private var open: Set<String> = []
  private let load: (CloudFormationTemplate.Resource, TemplateScope) -> CloudFormationTemplate?

  /// - Parameters:
  ///   - template: The template.
  ///   - path: The nested stacks that lead to it.
  ///   - parameters: What its parent gives it.
  ///   - load: Gives the template of a nested stack; nil where there is none to read.
  init(
    _ template: CloudFormationTemplate, path: String = "", parameters: [String: TemplateValue] = [:],
    load: @escaping (CloudFormationTemplate.Resource, TemplateScope) -> CloudFormationTemplate?
  ) {
    self.template = template
    self.path = path
    self.parameters = parameters
    self.load = load
  }

  /// What a resource is called among those of all templates.
  public func id(of logicalID: String) -> String { path + logicalID }

  /// `file:line:column`.
  public func place(_ range: SourceRange) -> String {
    SourceLocation(source: template.source, range: range).description
  }

  /// Whether a resource is made; what depends on something that is not known may be.
  public func isMade(_ resource: CloudFormationTemplate.Resource) -> Bool {
    resource.condition.flatMap(holds) ?? true
  }

  /// Whether it is known that a resource is made.
  public func isCertain(_ resource: CloudFormationTemplate.Resource) -> Bool {
    resource.condition == nil || resource.condition.flatMap(holds) != nil
  }

  /// The scope of a nested stack; nil where there is no template to read.
  public func child(_ resource: CloudFormationTemplate.Resource) -> TemplateScope? {
    if let child = children[resource.logicalID] { return child }
    guard open.insert(resource.logicalID).inserted else { return nil }
    defer { open.remove(resource.logicalID) }
    guard let template = load(resource, self) else { return nil }
    var given: [String: TemplateValue] = [:]
    if case .mapping(let entries)? = resource.properties?["Parameters"]?.content {
      for entry in entries { given[entry.key] = value(of: entry.value) }
    }
    let child = TemplateScope(template, path: "\(id(of: resource.logicalID))/", parameters: given, load: load)
    children[resource.logicalID] = child
    return child
  }

  /// What a value is.
  public func value(of node: Node) -> TemplateValue {
    switch node.content {
    case .null: return .none
    case .boolean(let value, _): return .text(value ? "true" : "false", mentions: [])
    case .integer, .decimal, .string: return .text(node.scalarText ?? "", mentions: [])
    case .sequence(let items): return .list(items.map(value(of:)))
    case .mapping(let entries):
      if entries.contains(where: { $0.key == "Fn::Transform" }) {
        return .unknown(reason: "it comes from Fn::Transform")
      }
      guard entries.count == 1, let call = entries.first, call.key == "Ref" || call.key.hasPrefix("Fn::") else {
        return .mapping(node)
      }
      return result(of: call.key, call.value)
    }
  }

  private func result(of function: String, _ argument: Node) -> TemplateValue {
    let items: [Node] = if case .sequence(let items) = argument.content { items } else { [] }
    switch (function, items.count) {
    case ("Ref", _): return reference(to: argument.scalarText ?? "")
    case ("Fn::GetAtt", 2...):
      return attribute(items.dropFirst().compactMap(\.scalarText).joined(separator: "."), of: items[0].scalarText ?? "")
    case ("Fn::GetAtt", _): return attribute(argument.scalarText ?? "")
    case ("Fn::Join", 2): return joined(value(of: items[1]), by: items[0].scalarText ?? "")
    case ("Fn::Sub", 2): return substituted(items[0].scalarText ?? "", items[1])
    case ("Fn::Sub", _): return substituted(argument.scalarText ?? "", nil)
    case ("Fn::Select", 2): return selected(value(of: items[0]), from: value(of: items[1]))
    case ("Fn::Split", 2): return split(value(of: items[1]), at: items[0].scalarText ?? "")
    case ("Fn::FindInMap", 3...): return found(items.prefix(3).map(value(of:)))
    case ("Fn::If", 3):
      let name = items[0].scalarText ?? ""
      return switch holds(name) {
      case true?: value(of: items[1])
      case false?: value(of: items[2])
      case nil: .unknown(reason: "it depends on the condition `\(name)`")
      }
    default: return .unknown(reason: "it comes from \(function)")
    }
  }

  private func reference(to name: String) -> TemplateValue {
    if name == "AWS::NoValue" { return .none }
    if name.hasPrefix("AWS::") { return .text("${\(name)}", mentions: [name]) }
    if let given = parameters[name] { return given }
    if let parameter = template.parameters?[name] {
      let isFromSSM = parameter["Type"]?.scalarText?.hasPrefix("AWS::SSM::") ?? false
      guard let standard = parameter["Default"], !isFromSSM else { return placeholder(name) }
      let isList = parameter["Type"]?.scalarText.map { $0.hasPrefix("List<") || $0 == "CommaDelimitedList" } ?? false
      let text = standard.scalarText ?? ""
      return isList
        ? .list(text.split(separator: ",").map { .text($0.trimmingPrefix(" ").description, mentions: []) })
        : .text(text, mentions: [])
    }
    guard template.resourcesByID[name] != nil else {
      return .unknown(reason: "`\(name)` is neither a parameter nor a resource of the template")
    }
    return placeholder(name)
  }

  /// What only deploying tells of a resource or a parameter.
  private func placeholder(_ name: String, _ attribute: String = "") -> TemplateValue {
    // Slashes are left to texts: resource ids are taken apart at them.
    .text("${\(id(of: name).replacing("/", with: ":"))\(attribute)}", mentions: [id(of: name)])
  }

  /// What `RESOURCE.ATTRIBUTE`, or a name alone, refers to.
  private func attribute(_ name: String) -> TemplateValue {
    guard let dot = name.firstIndex(of: ".") else { return reference(to: name) }
    return attribute(String(name[name.index(after: dot)...]), of: String(name[..<dot]))
  }

  private func attribute(_ attribute: String, of name: String) -> TemplateValue {
    guard let resource = template.resourcesByID[name] else {
      return .unknown(reason: "`\(name)` is no resource of the template")
    }
    if resource.type == "AWS::CloudFormation::Stack", attribute.hasPrefix("Outputs."), let child = child(resource),
      let output = child.template.outputs?[String(attribute.dropFirst("Outputs.".count))]?["Value"]
    {
      return child.value(of: output)
    }
    return placeholder(name, ".\(attribute)")
  }

  private func joined(_ list: TemplateValue, by separator: String) -> TemplateValue {
    guard case .list(let items) = list else { return opaque(list, "Fn::Join") }
    var texts: [String] = []
    var mentions: Set<String> = []
    for item in items {
      switch item {
      case .text(let text, let more):
        texts.append(text)
        mentions.formUnion(more)
      case .none: continue
      case .unknown: return item
      case .list, .mapping: return .unknown(reason: "it joins what is no text")
      }
    }
    return .text(texts.joined(separator: separator), mentions: mentions)
  }

  private func substituted(_ text: String, _ map: Node?) -> TemplateValue {
    var result = ""
    var mentions: Set<String> = []
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      result += rest[..<start.lowerBound]
      rest = rest[start.upperBound...]
      guard let end = rest.firstIndex(of: "}") else { break }
      let name = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
      if name.hasPrefix("!") {
        result += "${\(name.dropFirst())}"
        continue
      }
      let value = map?[name].map(value(of:)) ?? attribute(name)
      switch value {
      case .text(let text, let more):
        result += text
        mentions.formUnion(more)
      case .unknown: return value
      case .none: continue
      case .list, .mapping: return .unknown(reason: "it puts what is no text in a text")
      }
    }
    return .text(result + rest, mentions: mentions)
  }

  private func selected(_ index: TemplateValue, from list: TemplateValue) -> TemplateValue {
    guard case .list(let items) = list else { return opaque(list, "Fn::Select", "\(index.literal ?? ""), ") }
    guard let index = index.literal.flatMap({ Int($0) }), items.indices.contains(index) else {
      return .unknown(reason: "Fn::Select takes what is not there")
    }
    return items[index]
  }

  private func split(_ text: TemplateValue, at separator: String) -> TemplateValue {
    // What only deploying tells may hold the separator.
    guard let literal = text.literal, !separator.isEmpty else { return opaque(text, "Fn::Split") }
    return .list(
      literal.split(separator: separator, omittingEmptySubsequences: false).map { .text(String($0), mentions: []) })
  }

  /// What a function makes of something that only deploying tells.
  private func opaque(_ value: TemplateValue, _ function: String, _ details: String = "") -> TemplateValue {
    switch value {
    case .unknown: value
    default:
      value.mentions.isEmpty
        ? .unknown(reason: "it comes from \(function)")
        : .text(
          "${\(function)(\(details)\(value.mentions.sorted().joined(separator: ", ")))}", mentions: value.mentions)
    }
  }

  private func found(_ keys: [TemplateValue]) -> TemplateValue {
    var node = template.mappings
    for key in keys {
      if case .unknown = key { return key }
      guard let text = key.literal else { return .unknown(reason: "Fn::FindInMap looks for what only deploying tells") }
      node = node?[text]
    }
    switch node?.content {
    // No function can stand in a mapping.
    case .mapping?: return .unknown(reason: "Fn::FindInMap finds no value")
    case .sequence(let items)?: return .list(items.map { .text($0.scalarText ?? "", mentions: []) })
    case nil: return .unknown(reason: "Fn::FindInMap finds nothing")
    default: return .text(node?.scalarText ?? "", mentions: [])
    }
  }

  /// Whether a condition holds; nil where that is not known.
  private func holds(_ name: String) -> Bool? {
    if let known = conditions[name] { return known }
    guard let condition = template.conditions?[name], open.insert("condition \(name)").inserted else { return nil }
    defer { open.remove("condition \(name)") }
    let result = isTrue(condition)
    conditions[name] = .some(result)
    return result
  }

  private func isTrue(_ node: Node) -> Bool? {
    guard case .mapping(let entries) = node.content, let call = entries.first, entries.count == 1 else { return nil }
    let items: [Node] = if case .sequence(let items) = call.value.content { items } else { [] }
    switch call.key {
    case "Condition": return call.value.scalarText.flatMap(holds)
    case "Fn::Not": return items.first.flatMap(isTrue).map { !$0 }
    case "Fn::And":
      let parts = items.map(isTrue)
      return parts.contains(false) ? false : parts.contains(nil) ? nil : true
    case "Fn::Or":
      let parts = items.map(isTrue)
      return parts.contains(true) ? true : parts.contains(nil) ? nil : false
    case "Fn::Equals":
      guard items.count == 2, let left = value(of: items[0]).literal, let right = value(of: items[1]).literal else {
        return nil
      }
      return left == right
    default: return nil
    }
  }
}
