import AWSClient
import AsyncHTTPClient
package import Documents
import Foundation
import NIOCore
import NIOHTTP1

/// The platform's CloudFormation stack, as far as its tables go.
package enum PlatformTemplate {
  package static let channelsTable = table(
    key: ["id"], attributes: ["id", "channelArn", "email", "username"],
    global: [
      ("channelArnIndex", ["channelArn"]), ("emailIndex", ["email"]), ("usernameIndex", ["username"]),
    ], local: [])

  package static let streamsTable = table(
    key: ["channelArn", "id"], attributes: ["channelArn", "id", "isOpen", "startTime"],
    global: [("isOpenIndex", ["isOpen", "startTime"])], local: [("startTimeIndex", ["channelArn", "startTime"])])

  private static func table(
    key: [String], attributes: [String], global: [(String, [String])], local: [(String, [String])]
  ) -> JSONValue {
    func schema(_ names: [String]) -> JSONValue {
      .array(zip(names, ["HASH", "RANGE"]).map { ["AttributeName": .string($0), "KeyType": .string($1)] })
    }
    func indexes(_ indexes: [(String, [String])]) -> JSONValue {
      .array(
        indexes.map { name, key in
          ["IndexName": .string(name), "KeySchema": schema(key), "Projection": ["ProjectionType": "ALL"]]
        })
    }
    var members: [JSONValue.Member] = [
      .init("BillingMode", "PAY_PER_REQUEST"), .init("KeySchema", schema(key)),
      .init(
        "AttributeDefinitions",
        .array(attributes.map { ["AttributeName": .string($0), "AttributeType": "S"] })),
      .init("GlobalSecondaryIndexes", indexes(global)),
    ]
    if !local.isEmpty { members.append(.init("LocalSecondaryIndexes", indexes(local))) }
    return .object(members)
  }

  /// Makes the stack with its tables in nested stacks, and with the output that names them.
  ///
  /// - Parameters:
  ///   - stack: The stack's name.
  ///   - emulator: Where it is made.
  ///   - rules: The properties of its EventBridge rules.
  ///   - hasService: Whether it has an ECS service, in a nested stack.
  /// - Returns: The stack's tables.
  /// - Throws: What the emulator refused.
  package static func deploy(
    _ stack: String, on emulator: Emulator, rules: [JSONValue] = [], hasService: Bool = false
  ) async throws -> PlatformTables {
    let session = try emulator.session()
    let isNested = emulator != .strictMoto
    let streams = "\(stack)-Metrics-StreamsTable"
    let channelsResource: JSONValue = ["Type": "AWS::DynamoDB::Table", "Properties": channelsTable]
    let streamsResource: JSONValue = ["Type": "AWS::DynamoDB::Table", "Properties": streamsTable.named(streams)]
    let ruleResources = rules.enumerated().map { number, properties in
      JSONValue.Member("Rule\(number)", ["Type": "AWS::Events::Rule", "Properties": properties])
    }
    let template: JSONValue
    if isNested {
      template = [
        "Resources": [
          "ChannelsNestedStack": try await nested("ChannelsTable1034E317", channelsResource, [], stack, emulator),
          "MetricsNestedStack": try await nested(
            "StreamsTable6C3F8A70", streamsResource, ruleResources + (hasService ? service(of: stack) : []), stack,
            emulator),
        ],
        "Outputs": output(
          channels: ["Fn::GetAtt": ["ChannelsNestedStack", "Outputs.TableName"]],
          streams: ["Fn::GetAtt": ["MetricsNestedStack", "Outputs.TableName"]]),
      ]
    } else {
      template = [
        "Resources": ["ChannelsTable1034E317": channelsResource, "StreamsTable6C3F8A70": streamsResource],
        "Outputs": output(channels: ["Ref": "ChannelsTable1034E317"], streams: ["Ref": "StreamsTable6C3F8A70"]),
      ]
    }
    try await create(stack, template, on: emulator)
    let names = try await tableNames(session)
    let channels = names.first { $0.hasPrefix("\(stack)-") && $0 != streams }
    guard let channels else { throw MissingTable(stack: stack, names: names) }
    return PlatformTables(channels: channels, streams: streams, session: session)
  }

  /// Makes a stack, and waits until it is there.
  package static func create(_ stack: String, _ template: JSONValue, on emulator: Emulator) async throws {
    let session = try emulator.session()
    _ = try await session.query(
      .cloudFormation, "CreateStack", [("StackName", stack), ("TemplateBody", template.text)])
    let end = ContinuousClock.now + .seconds(120)
    while try await session.cloudFormation.stack(stack)?.status != "CREATE_COMPLETE", ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private static func tableNames(_ session: AWSSession) async throws -> [String] {
    var names: [String] = []
    var last: JSONValue?
    repeat {
      let input: JSONValue = last.map { ["ExclusiveStartTableName": $0] } ?? [:]
      let page = try await session.json(.dynamoDB, "ListTables", input)
      names += page["TableNames"]?.items.compactMap(\.string) ?? []
      last = page["LastEvaluatedTableName"]
    } while last != nil
    return names
  }

  package struct MissingTable: Error {
    let stack: String
    let names: [String]
  }

  /// As the platform's CDK writes it, in its order; `X_REGION` and the escaped quotes are traps.
  private static func output(channels: JSONValue, streams: JSONValue) -> JSONValue {
    let lines = [
      #"ACCOUNT_ID="${AWS::AccountId}""#, #"ALLOWED_ORIGINS="[\"*\"]""#, #"X_REGION="nowhere""#,
      #"REGION="${AWS::Region}""#, #"CHANNELS_TABLE_NAME="${Channels}""#,
      #"CHANNEL_MULTITRACK_INPUT_CONFIGURATION="{\"enabled\":false,\"policy\":\"ALLOW\"}""#, "PRODUCT_LINK=undefined",
      #"STREAM_TABLE_NAME="${Streams}""#, #"SERVICE_NAME="Metrics""#,
    ]
    let text = lines.joined(separator: " \\\n")
    return ["containerEnvStr": ["Value": ["Fn::Sub": [.string(text), ["Channels": channels, "Streams": streams]]]]]
  }

  /// A service with its cluster and its task.
  private static func service(of stack: String) -> [JSONValue.Member] {
    let container: JSONValue = ["Name": "app", "Image": "app", "Essential": true, "Memory": .integer(512)]
    return [
      .init(
        "Cluster", ["Type": "AWS::ECS::Cluster", "Properties": ["ClusterName": .string("\(stack)-Cluster")]]),
      .init(
        "Task",
        [
          "Type": "AWS::ECS::TaskDefinition",
          "Properties": ["Family": .string(stack), "ContainerDefinitions": [container], "Volumes": []],
        ]),
      .init(
        "StreamEventsService",
        [
          "Type": "AWS::ECS::Service",
          "Properties": [
            "ServiceName": .string("\(stack)-StreamEvents"), "Cluster": ["Ref": "Cluster"],
            "TaskDefinition": ["Ref": "Task"], "DesiredCount": .integer(1), "LaunchType": "FARGATE",
          ],
        ]),
    ]
  }

  /// A nested stack with one table and others; its template lies in the emulator's S3.
  private static func nested(
    _ id: String, _ resource: JSONValue, _ others: [JSONValue.Member], _ stack: String, _ emulator: Emulator
  ) async throws -> JSONValue {
    let template: JSONValue = [
      "Resources": .object([.init(id, resource)] + others), "Outputs": ["TableName": ["Value": ["Ref": .string(id)]]],
    ]
    // Moto knows a path-style address by the name of its host.
    let base = emulator.address.replacing("127.0.0.1", with: "localhost")
    let url = "\(base)/templates/\(stack)-\(id).json"
    try await put("\(base)/templates", "")
    try await put(url, template.text)
    return ["Type": "AWS::CloudFormation::Stack", "Properties": ["TemplateURL": .string(url)]]
  }

  /// S3 of the emulators asks for no signature.
  private static func put(_ url: String, _ body: String) async throws {
    var request = HTTPClientRequest(url: url)
    request.method = .PUT
    request.headers.add(
      name: "Authorization",
      value: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0")
    request.body = .bytes(ByteBuffer(string: body))
    _ = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
  }
}

extension JSONValue {
  fileprivate func named(_ name: String) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object([Member("TableName", .string(name))] + members)
  }
}
