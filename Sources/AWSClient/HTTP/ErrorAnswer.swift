import Documents
import NIOHTTP1

/// What a service says of a call that it refuses: in JSON or in XML, whatever its own protocol.
struct ErrorAnswer {
  let code: String
  let message: String
  let requestID: String?

  init(_ answer: HTTPAnswer) {
    let text = String(decoding: answer.body, as: UTF8.self)
    var (code, message): (String?, String?)
    var id = ["x-amzn-RequestId", "x-amz-request-id"].lazy.compactMap { answer.headers.first(name: $0) }.first
    switch text.first(where: { !$0.isWhitespace }) {
    case "{":
      let json = JSONValue(parsing: answer.body)
      code = json?["__type"]?.string ?? json?["code"]?.string
      message = ["message", "Message", "errorMessage"].lazy.compactMap { json?[$0]?.string }.first
    case "<":
      let root = XML.parse(answer.body)
      let error = root?["Error"] ?? root?["Errors"]?["Error"] ?? (root?.name == "Error" ? root : nil)
      code = error?.text(of: "Code")
      message = error?.text(of: "Message")
      id = root?.text(of: "RequestId") ?? root?.text(of: "RequestID") ?? id
    default: break
    }
    code = answer.headers.first(name: "x-amzn-ErrorType") ?? code
    self.code = code.map(Self.shortened) ?? "Status\(answer.status)"
    self.message = message ?? ""
    requestID = id
  }

  /// `com.amazonaws.dynamodb.v20120810#Name:http://…` is `Name`.
  private static func shortened(_ code: String) -> String {
    let name = code.split(separator: "#").last ?? ""
    return String(name.split(separator: ":").first ?? name)
  }
}
