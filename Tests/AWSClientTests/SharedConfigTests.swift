import Testing

@testable import AWSClient

@Suite struct SharedConfigTests {
  private let config = SharedConfig(
    config: """
      # a comment
      [default]
      region = eu-west-1   # where most of it is
      output=json

      [profile  ops]
      region=us-west-2
      role_arn = arn:aws:iam::111122223333:role/ops;x
      services = here
      s3 =
        addressing_style = path

      [profile "with space"]
      AWS_ACCESS_KEY_ID = AKIDSPACE
      aws_secret_access_key = a#b;c
      [services here]
      dynamodb =
        endpoint_url = http://127.0.0.1:8000
      sqs =
        endpoint_url = http://127.0.0.1:9000
      """,
    credentials: """
      [default]
      aws_access_key_id = AKID
      region = ap-south-1
      [ops]
      aws_access_key_id=
      """)

  @Test func `settings are read as the AWS CLI reads them`() throws {
    #expect(config.value("output", ofProfile: "default") == "json")
    #expect(config.value("region", ofProfile: "ops") == "us-west-2")
    #expect(config.value("role_arn", ofProfile: "ops") == "arn:aws:iam::111122223333:role/ops;x")
    #expect(config.value("aws_access_key_id", ofProfile: "with space") == "AKIDSPACE")
    let section = try #require(config.configSection(ofProfile: "with space"))
    #expect(section.values["aws_secret_access_key"] == "a#b;c")
    #expect(config.profiles == ["default", "ops", "with space"])
  }

  @Test func `the credentials file wins, and what is empty is not there`() {
    #expect(config.value("region", ofProfile: "default") == "ap-south-1")
    #expect(config.value("aws_access_key_id", ofProfile: "ops") == nil)
    #expect(config.value("region", ofProfile: "nobody") == nil)
  }

  @Test func `what is indented belongs to the setting above`() {
    #expect(config.endpoint(of: "dynamodb", inServices: "here") == "http://127.0.0.1:8000")
    #expect(config.endpoint(of: "sqs", inServices: "here") == "http://127.0.0.1:9000")
    #expect(config.endpoint(of: "ecs", inServices: "here") == nil)
    #expect(config.value("addressing_style", ofProfile: "ops") == nil)
  }

  @Test func `files that are not there are empty`() throws {
    let config = try SharedConfig(environment: ["HOME": "/nonexistent"])
    #expect(config.profiles == [])
    #expect(config.configPath == "/nonexistent/.aws/config")
  }
}
