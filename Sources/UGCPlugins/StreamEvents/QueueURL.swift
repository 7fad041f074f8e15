import TaskKit

/// The address of an SQS queue: `https://sqs.us-west-2.amazonaws.com/111122223333/events`.
struct QueueURL: Sendable, Hashable, InputValue {
  let text: String

  static var inputType: InputType {
    InputType(.string, expectation: "a queue's URL, such as https://sqs.us-west-2.amazonaws.com/111122223333/events")
  }

  init?(inputText: String) {
    let parts = inputText.split(separator: "/", omittingEmptySubsequences: false)
    guard inputText.hasPrefix("https://") || inputText.hasPrefix("http://"), parts.count >= 4,
      parts.dropFirst(2).allSatisfy({ !$0.isEmpty })
    else { return nil }
    text = inputText
  }

  var inputText: String? { text }

  /// The region that the host's name tells.
  var region: String? {
    let host = text.split(separator: "/", omittingEmptySubsequences: false)[2].split(separator: ".")
    guard host.count > 2, host[0] == "sqs" else { return nil }
    return String(host[1])
  }
}
