import Documents

extension AWSService {
  package static let cloudFormation = AWSService(
    name: "CloudFormation", wire: .query(version: "2010-05-15"), endpointPrefix: "cloudformation",
    signingName: "cloudformation", environmentKey: "CLOUDFORMATION")
}

/// AWS CloudFormation, as far as stacks are looked at.
public struct CloudFormation: Sendable {
  /// A stack with its outputs.
  public struct Stack: Sendable, Hashable {
    /// The ARN.
    public let id: String
    public let name: String
    /// `CREATE_COMPLETE`, `DELETE_IN_PROGRESS` and the like.
    public let status: String
    public let outputs: [String: String]
  }

  /// A resource of a stack.
  public struct Resource: Sendable, Hashable {
    public let type: String
    public let logicalID: String
    /// Nil where it has not been made.
    public let physicalID: String?
  }

  let client: ServiceClient

  /// A stack by name or ARN.
  ///
  /// - Returns: The stack, or nil where there is none.
  /// - Throws: An `AWSError` for everything else.
  public func stack(_ name: String) async throws(AWSError) -> Stack? {
    do throws(AWSError) {
      let result = try await client.query("DescribeStacks", [("StackName", name)])
      return result.members(of: "Stacks").first.map(Stack.init)
    } catch {
      if case .refused("ValidationError", let message, _) = error.cause, message.contains("does not exist") {
        return nil
      }
      throw error
    }
  }

  /// All resources of a stack.
  public func resources(ofStack name: String) async throws(AWSError) -> [Resource] {
    var resources: [Resource] = []
    var page: String?
    repeat {
      let result = try await client.query(
        "ListStackResources", [("StackName", name)] + (page.map { [("NextToken", $0)] } ?? []))
      resources += result.members(of: "StackResourceSummaries").map(Resource.init)
      page = result.text(of: "NextToken")
    } while page != nil
    return resources
  }

  /// The names of stacks that are there, as far as some pages go; nested ones are left out.
  public func stackNames() async throws(AWSError) -> [String] {
    var names: [String] = []
    var pages = 0
    var page: String?
    repeat {
      let result = try await client.query("ListStacks", page.map { [("NextToken", $0)] } ?? [])
      names += result.members(of: "StackSummaries").compactMap { summary in
        let isGone = summary.text(of: "StackStatus") == "DELETE_COMPLETE"
        return isGone || summary.text(of: "ParentId") != nil ? nil : summary.text(of: "StackName")
      }
      page = result.text(of: "NextToken")
      pages += 1
    } while page != nil && pages < 10
    return names
  }
}

extension CloudFormation.Stack {
  init(_ element: XMLElement) {
    id = element.text(of: "StackId") ?? ""
    name = element.text(of: "StackName") ?? ""
    status = element.text(of: "StackStatus") ?? ""
    let pairs = element.members(of: "Outputs").compactMap { output in
      output.text(of: "OutputKey").map { ($0, output["OutputValue"]?.text ?? "") }
    }
    outputs = Dictionary(pairs) { first, _ in first }
  }
}

extension CloudFormation.Resource {
  init(_ element: XMLElement) {
    type = element.text(of: "ResourceType") ?? ""
    logicalID = element.text(of: "LogicalResourceId") ?? ""
    physicalID = element.text(of: "PhysicalResourceId")
  }
}
