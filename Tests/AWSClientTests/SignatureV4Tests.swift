import FoundationEssentials
import NIOHTTP1
import Testing

@testable import AWSClient

/// The examples that AWS publishes: of the signing guide, and of its test suite.
@Suite struct SignatureV4Tests {
  private let date = Date(timeIntervalSince1970: 1_440_938_160)

  private func credentials(token: String? = nil) -> Credentials {
    Credentials(
      accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: token,
      source: "the test")
  }

  private func signature(of request: HTTPRequest, service: String = "service", token: String? = nil) throws -> String {
    var request = request
    SignatureV4(credentials: credentials(token: token), region: "us-east-1", service: service).sign(&request, at: date)
    let authorization = try #require(request.headers.first(name: "Authorization"))
    return String(try #require(authorization.split(separator: "Signature=").last))
  }

  private func get(_ query: [(name: String, value: String)] = []) throws -> HTTPRequest {
    HTTPRequest(method: .GET, endpoint: try #require(Endpoint("https://example.amazonaws.com/")), query: query)
  }

  @Test func `a plain GET`() throws {
    #expect(
      try signature(of: get()) == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
  }

  @Test func `a plain POST`() throws {
    var request = try get()
    request.method = .POST
    #expect(
      try signature(of: request) == "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")
  }

  @Test func `queries are put in order`() throws {
    #expect(
      try signature(of: get([("Param2", "value2"), ("Param1", "value1")]))
        == "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")
  }

  @Test func `the signing guide's call of IAM`() throws {
    var request = HTTPRequest(
      method: .GET, endpoint: try #require(Endpoint("https://iam.amazonaws.com/")),
      query: [("Action", "ListUsers"), ("Version", "2010-05-08")])
    request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")
    #expect(
      try signature(of: request, service: "iam")
        == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
  }

  @Test func `a POST with a form`() throws {
    var request = try get()
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
    request.body = Array("Param1=value1".utf8)
    #expect(
      try signature(of: request) == "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")
  }

  @Test func `the headers say who signs and what`() throws {
    var request = try get()
    request.headers.add(name: "My-Header", value: "  a   b  ")
    SignatureV4(credentials: credentials(token: "TOKEN"), region: "us-east-1", service: "dynamodb")
      .sign(&request, at: date)
    #expect(request.headers.first(name: "X-Amz-Date") == "20150830T123600Z")
    #expect(request.headers.first(name: "X-Amz-Security-Token") == "TOKEN")
    #expect(
      request.headers.first(name: "Authorization")?.hasPrefix(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/dynamodb/aws4_request, "
          + "SignedHeaders=host;my-header;x-amz-date;x-amz-security-token, Signature=") == true)
  }

  @Test func `signing anew replaces what was signed before`() throws {
    var request = try get()
    let signer = SignatureV4(credentials: credentials(token: "OLD"), region: "us-east-1", service: "service")
    signer.sign(&request, at: date.addingTimeInterval(-900))
    SignatureV4(credentials: credentials(), region: "us-east-1", service: "service").sign(&request, at: date)
    #expect(request.headers["Authorization"].count == 1)
    #expect(request.headers.first(name: "X-Amz-Security-Token") == nil)
    #expect(
      request.headers.first(name: "Authorization")?
        .hasSuffix("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31") == true)
  }
}
