import Testing
import UGCPlatform

@testable import UGCPlugins

@Suite struct EventPatternTests {
  private static let event = """
    {"source":"aws.ivs","detail-type":"IVS Stream State Change","resources":["arn:1","arn:2"],
     "detail":{"event_name":"Session Created","count":5,"flag":true,"nothing":null,"list":["a","b"]}}
    """

  private func takes(_ pattern: String) throws -> Bool {
    let event = try #require(JSONValue(parsing: Self.event.utf8))
    return try #require(EventPattern(pattern)).takes(event)
  }

  @Test(arguments: [
    "{}", #"{"source":["aws.ivs"]}"#, #"{"source":["aws.s3","aws.ivs"]}"#, #"{"source":[{"prefix":"aws."}]}"#,
    #"{"source":[{"prefix":{"equals-ignore-case":"AWS."}}]}"#, #"{"source":[{"suffix":".ivs"}]}"#,
    #"{"source":[{"anything-but":"aws.s3"}]}"#, #"{"source":[{"anything-but":["aws.s3","aws.ec2"]}]}"#,
    #"{"source":[{"anything-but":{"prefix":"gcp."}}]}"#, #"{"source":[{"equals-ignore-case":"AWS.IVS"}]}"#,
    #"{"source":[{"wildcard":"a*.i*s"}]}"#, #"{"resources":["arn:2"]}"#,
    #"{"detail":{"count":[{"numeric":[">",4,"<=",5]}]}}"#,
    #"{"detail":{"count":[5.0]}}"#, #"{"detail":{"flag":[true]}}"#, #"{"detail":{"nothing":[null]}}"#,
    #"{"detail":{"other":[{"exists":false}]}}"#, #"{"detail":{"event_name":[{"exists":true}]}}"#,
    #"{"detail":{"list":["b"]}}"#, #"{"$or":[{"source":["x"]},{"detail":{"flag":[true]}}]}"#,
  ])
  func `what EventBridge takes is taken`(pattern: String) throws {
    #expect(try takes(pattern))
  }

  @Test(arguments: [
    #"{"source":["aws.s3"]}"#, #"{"source":["aws.ivs"],"detail-type":["x"]}"#, #"{"source":[{"prefix":"ivs"}]}"#,
    #"{"source":[{"anything-but":"aws.ivs"}]}"#, #"{"source":[{"anything-but":{"suffix":"ivs"}}]}"#,
    #"{"source":[{"wildcard":"a*.s*s"}]}"#, #"{"source":[{"wildcard":"aws.ivs?"}]}"#, #"{"resources":["arn:3"]}"#,
    #"{"detail":{"count":[{"numeric":["<",5]}]}}"#, #"{"detail":{"flag":["true"]}}"#, #"{"detail":{"other":[null]}}"#,
    #"{"detail":{"event_name":[{"exists":false}]}}"#, #"{"$or":[{"source":["x"]},{"source":["y"]}]}"#,
    #"{"account":["1"]}"#,
  ])
  func `what it does not take is not`(pattern: String) throws {
    #expect(try !takes(pattern))
  }

  @Test func `a matcher that is not known says nothing`() throws {
    #expect(throws: EventPattern.UnknownMatcher.self) { try takes(#"{"source":[{"cidr":"10.0.0.0/24"}]}"#) }
    #expect(EventPattern("[]") == nil)
  }
}
