import Documents

extension AWSService {
  package static let simpleQueueService = AWSService(
    name: "SQS", wire: .json(version: "1.0", targetPrefix: "AmazonSQS"), endpointPrefix: "sqs", signingName: "sqs",
    environmentKey: "SQS")
}

/// Amazon Simple Queue Service.
public struct SimpleQueueService: Sendable {
  /// The most messages of one call.
  public static let messagesPerCall = 10
  /// The longest that a call waits for messages.
  public static let longestWait = Duration.seconds(20)

  /// A message that was received, and comes again where it is not deleted in time.
  public struct Message: Sendable, Hashable {
    public let id: String
    /// What it is deleted by.
    public let receipt: String
    public let body: String
  }

  let client: ServiceClient
  /// How long calls are tried on.
  let callTimeout: Duration

  /// Receives messages.
  ///
  /// - Parameters:
  ///   - queue: The queue's URL.
  ///   - most: How many at most, up to ten.
  ///   - wait: How long to wait where there are none, up to 20 s.
  /// - Returns: The messages.
  /// - Throws: An `AWSError`.
  public func receive(from queue: String, atMost most: Int, wait: Duration) async throws(AWSError) -> [Message] {
    let input: JSONValue = [
      "QueueUrl": .string(queue), "MaxNumberOfMessages": .integer(most),
      "WaitTimeSeconds": .integer(Int(wait.components.seconds)),
    ]
    let output = try await client.json("ReceiveMessage", input, .lasting(callTimeout + wait)).output
    return (output["Messages"]?.items ?? []).compactMap { message in
      guard let id = message["MessageId"]?.string, let receipt = message["ReceiptHandle"]?.string else { return nil }
      return Message(id: id, receipt: receipt, body: message["Body"]?.string ?? "")
    }
  }

  /// Deletes at most ten messages.
  ///
  /// - Returns: Those that could not be deleted.
  public func delete(_ messages: [Message], from queue: String) async throws(AWSError) -> [Message] {
    let entries = messages.enumerated().map { number, message -> JSONValue in
      ["Id": .string(String(number)), "ReceiptHandle": .string(message.receipt)]
    }
    let output = try await client.json(
      "DeleteMessageBatch", ["QueueUrl": .string(queue), "Entries": .array(entries)], .lasting(callTimeout)
    ).output
    let failed = Set((output["Failed"]?.items ?? []).compactMap { $0["Id"]?.string })
    return messages.enumerated().filter { failed.contains(String($0.offset)) }.map(\.element)
  }

  /// Where messages go that come too often; nil where the queue keeps them.
  public func redrivePolicy(of queue: String) async throws(AWSError) -> String? {
    let input: JSONValue = ["QueueUrl": .string(queue), "AttributeNames": ["RedrivePolicy"]]
    return try await client.json("GetQueueAttributes", input).output["Attributes"]?["RedrivePolicy"]?
      .string
  }
}
