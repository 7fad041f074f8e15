import Documents
import NIOHTTP1
import Testing

@testable import AWSClient

@Suite struct AnswerTests {
  private func error(_ body: String, status: Int = 400, headers: HTTPHeaders = [:]) -> ErrorAnswer {
    ErrorAnswer(HTTPAnswer(status: status, headers: headers, body: Array(body.utf8)))
  }

  @Test func `errors are read from JSON, XML and headers`() {
    let json = error(
      #"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"}"#,
      headers: ["x-amzn-RequestId": "id-1"])
    #expect((json.code, json.message, json.requestID) == ("ResourceNotFoundException", "no table", "id-1"))
    let xml = error(
      "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>no &lt;stack&gt;</Message></Error>"
        + "<RequestId>id-2</RequestId></ErrorResponse>")
    #expect((xml.code, xml.message, xml.requestID) == ("ValidationError", "no <stack>", "id-2"))
    let header = error(#"{"Message":"no"}"#, headers: ["x-amzn-ErrorType": "AccessDeniedException:http://a/"])
    #expect((header.code, header.message) == ("AccessDeniedException", "no"))
    let html = error("<html><p>Bad gateway", status: 502)
    #expect((html.code, html.message) == ("Status502", ""))
    #expect(error("", status: 503).code == "Status503")
  }

  @Test func `an answer whose checksum differs is not genuine`() {
    let body = Array("{}".utf8)
    #expect(AnswerCheck.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    let right = HTTPAnswer(status: 200, headers: ["x-amz-crc32": String(AnswerCheck.checksum(body))], body: body)
    #expect(AnswerCheck.isGenuine(right))
    #expect(!AnswerCheck.isGenuine(HTTPAnswer(status: 200, headers: ["x-amz-crc32": "7"], body: body)))
    #expect(AnswerCheck.isGenuine(HTTPAnswer(status: 200, headers: [:], body: body)))
  }

  @Test func `what a call was and why it failed is one sentence`() {
    func sentence(_ cause: AWSError.Cause, attempts: Int = 1) -> String {
      AWSError(
        service: "DynamoDB", operation: "Scan", cause: cause, endpoint: "http://a.test", requestID: "r-1",
        attempts: attempts, mayBeDone: false, isTransient: false, isThrottling: false
      ).description
    }
    #expect(
      sentence(.refused(code: "AccessDenied", message: "User x is not\nallowed.", status: 403))
        == "DynamoDB Scan was refused: User x is not allowed (AccessDenied, request r-1)")
    #expect(
      sentence(.unreachable("it took too long"), attempts: 4)
        == "DynamoDB Scan got no answer from http://a.test: it took too long (4 tries)")
  }
}

@Suite struct AttributeValueTests {
  @Test func `values become attributes and come back`() throws {
    let value = try #require(
      AttributeValueTests.parse(#"{"s":"","n":-1.50e3,"b":true,"z":null,"l":[1,"x",[]],"m":{"a":{}}}"#))
    let item = AttributeValue.encodedItem(value)
    #expect(
      item.text
        == #"{"s":{"S":""},"n":{"N":"-1.50e3"},"b":{"BOOL":true},"z":{"NULL":true},"l":{"L":[{"N":"1"},{"S":"x"},{"L":[]}]},"m":{"M":{"a":{"M":{}}}}}"#
    )
    #expect(AttributeValue.decodedItem(item) == value)
  }

  @Test func `sets become lists, and what is no attribute is nothing`() {
    #expect(
      AttributeValue.decoded(["NS": ["1", "2"]]) == .array([.number("1"), .number("2")]))
    #expect(AttributeValue.decoded(["SS": ["a"]]) == ["a"])
    #expect(AttributeValue.decoded(["X": "a"]) == nil)
    #expect(AttributeValue.decoded(["S": "a", "N": "1"]) == nil)
    #expect(AttributeValue.decodedItem(["a": ["L": [["X": "?"]]]]) == nil)
  }

  private static func parse(_ text: String) -> JSONValue? { JSONValue(parsing: text.utf8) }
}
