public import Diagnostics

/// A template with those of the stacks nested in it.
public struct TemplateTree {
  /// A nested stack whose template could not be read.
  public struct Gap: Sendable {
    public let id: String
    /// `file:line:column`.
    public let place: String
    public let reason: String
  }

  /// More stacks than AWS lets a stack have are a ring.
  private static let mostStacks = 500

  public let scopes: [TemplateScope]
  public let gaps: [Gap]

  /// Reads a template, and the nested ones that lie beside it.
  ///
  /// - Parameters:
  ///   - source: The root's text.
  ///   - read: Reads a file by its path; nil where there is none.
  /// - Throws: A `DiagnosticError` where one of them is no template.
  public init(_ source: SourceText, read: @escaping (String) throws -> SourceText?) throws {
    let root = try CloudFormationTemplate(source)
    let loader = NestedTemplates(read)
    var scopes = [TemplateScope(root, load: loader.template)]
    var gaps: [Gap] = []
    var next = 0
    while next < scopes.count {
      let scope = scopes[next]
      next += 1
      for resource in scope.template.resources where Self.isOpaque(resource.type) && scope.isMade(resource) {
        gaps.append(
          Gap(
            id: scope.id(of: resource.logicalID), place: scope.place(resource.range),
            reason: "\(resource.type) is not looked into"))
      }
      for resource in scope.template.resources
      where resource.type == "AWS::CloudFormation::Stack" && scope.isMade(resource) {
        if scopes.count == Self.mostStacks {
          let reason = "more than \(Self.mostStacks) stacks are nested"
          gaps.append(Gap(id: scope.id(of: resource.logicalID), place: scope.place(resource.range), reason: reason))
          self.scopes = scopes
          self.gaps = gaps
          return
        }
        if let child = scope.child(resource) {
          scopes.append(child)
        } else {
          gaps.append(
            Gap(
              id: scope.id(of: resource.logicalID), place: scope.place(resource.range),
              reason: loader.reason(for: resource, in: scope)))
        }
        if let fault = loader.fault { throw fault }
      }
    }
    self.scopes = scopes
    self.gaps = gaps
  }
}

extension TemplateTree {
  /// Whether resources of a type stand for others, which only deploying tells.
  private static func isOpaque(_ type: String) -> Bool {
    type == "AWS::Serverless::Application" || type.hasSuffix("::MODULE")
  }
}

/// Finds the templates of nested stacks.
private final class NestedTemplates {
  private static let deepest = 10

  private let read: (String) throws -> SourceText?
  /// What was wrong with the first file that is no template.
  private(set) var fault: (any Error)?

  init(_ read: @escaping (String) throws -> SourceText?) {
    self.read = read
  }

  func template(of resource: CloudFormationTemplate.Resource, in scope: TemplateScope) -> CloudFormationTemplate? {
    guard let path = path(of: resource, in: scope), isShallow(resource, scope) else { return nil }
    do {
      return try read(path).map(CloudFormationTemplate.init)
    } catch {
      fault = fault ?? error
      return nil
    }
  }

  func reason(for resource: CloudFormationTemplate.Resource, in scope: TemplateScope) -> String {
    guard let path = path(of: resource, in: scope) else { return "neither its metadata nor TemplateURL names a file" }
    return isShallow(resource, scope) ? "there is no \(path)" : "stacks are nested more than \(Self.deepest) deep"
  }

  private func isShallow(_ resource: CloudFormationTemplate.Resource, _ scope: TemplateScope) -> Bool {
    scope.id(of: resource.logicalID).count(where: { $0 == "/" }) < Self.deepest
  }

  /// Where the CDK, or `aws cloudformation package`, has the file: beside the parent.
  private func path(of resource: CloudFormationTemplate.Resource, in scope: TemplateScope) -> String? {
    let url = resource.properties?["TemplateURL"].map(scope.value(of:))?.literal
    guard
      let name = resource.metadata?["aws:asset:path"]?.scalarText ?? url.flatMap({ $0.contains("://") ? nil : $0 })
    else { return nil }
    if name.hasPrefix("/") { return name }
    let parent = scope.template.source.path
    return parent.lastIndex(of: "/").map { "\(parent[...$0])\(name)" } ?? name
  }
}
