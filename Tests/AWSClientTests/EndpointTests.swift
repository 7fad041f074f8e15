import Testing

@testable import AWSClient

@Suite struct EndpointTests {
  private func endpoint(
    _ environment: [String: String] = [:], config: String = "", region: String = "us-west-2",
    service: AWSService = .dynamoDB
  ) throws -> String {
    try EndpointResolver(environment: environment, config: SharedConfig(config: config), profile: "default")
      .endpoint(of: service, region: region).description
  }

  @Test func `services listen in their region and its partition`() throws {
    #expect(try endpoint() == "https://dynamodb.us-west-2.amazonaws.com")
    #expect(try endpoint(region: "cn-north-1") == "https://dynamodb.cn-north-1.amazonaws.com.cn")
    #expect(try endpoint(service: .securityTokenService) == "https://sts.us-west-2.amazonaws.com")
  }

  @Test func `a service's own address beats that of all, and the environment beats the profile`() throws {
    let config = """
      [default]
      endpoint_url = http://127.0.0.1:4
      services = local
      [services local]
      dynamodb =
        endpoint_url = http://127.0.0.1:3
      """
    #expect(try endpoint(config: config) == "http://127.0.0.1:3")
    #expect(try endpoint(config: config, service: .cloudFormation) == "http://127.0.0.1:4")
    var environment = ["AWS_ENDPOINT_URL": "http://127.0.0.1:2"]
    #expect(try endpoint(environment, config: config) == "http://127.0.0.1:2")
    environment["AWS_ENDPOINT_URL_DYNAMODB"] = "http://127.0.0.1:1/db"
    #expect(try endpoint(environment, config: config) == "http://127.0.0.1:1/db")
    environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
    #expect(try endpoint(environment, config: config) == "https://dynamodb.us-west-2.amazonaws.com")
  }

  @Test(arguments: ["127.0.0.1:4566", "ftp://x", "http://", "http://x/?a=b", "http://127.0.0.1:99999"])
  func `what is no address is an error that names its place`(text: String) {
    let error = #expect(throws: ConfigurationFault.self) { try endpoint(["AWS_ENDPOINT_URL": text]) }
    #expect(error?.description == "the endpoint `\(text)` of AWS_ENDPOINT_URL is no address")
  }

  @Test func `the port is named where it is not the scheme's own`() {
    #expect(Endpoint("https://a.test:443/")?.authority == "a.test")
    #expect(Endpoint("http://a.test:443/")?.authority == "a.test:443")
    #expect(Endpoint("http://[::1]:80")?.authority == "[::1]")
    #expect(Endpoint("http://[fd00:ec2::254]:81/a")?.description == "http://[fd00:ec2::254]:81/a")
  }

  @Test func `a proxy is asked where the environment names one, but not for this machine`() throws {
    let far = try #require(Endpoint("https://dynamodb.us-west-2.amazonaws.com"))
    let near = try #require(Endpoint("http://127.0.0.1:8000"))
    let environment = ["HTTPS_PROXY": "http://user:word@proxy.test:3128", "HTTP_PROXY": "proxy.test"]
    let proxy = try #require(HTTPProxy(for: far, in: environment))
    #expect(proxy.host == "proxy.test" && proxy.port == 3128)
    #expect(HTTPProxy(for: near, in: environment) == nil)
    #expect(HTTPProxy(for: far, in: environment.merging(["NO_PROXY": "a.test, .amazonaws.com"]) { $1 }) == nil)
    #expect(HTTPProxy(for: far, in: environment.merging(["no_proxy": "aws.com"]) { $1 }) != nil)
    #expect(HTTPProxy(for: far, in: ["HTTPS_PROXY": ""]) == nil)
  }
}
