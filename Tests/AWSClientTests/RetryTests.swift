import FoundationEssentials
import Testing

@testable import AWSClient

@Suite struct RetryTests {
  @Test func `retries cost tokens, and success gives them back`() {
    let bucket = RetryBucket()
    for _ in 0..<35 { #expect(bucket.take(14)) }
    #expect(!bucket.take(14))
    #expect(bucket.take(5))
    bucket.give(14)
    #expect(bucket.take(14))
    bucket.give(10_000)
    #expect(bucket.take(500))
    #expect(!bucket.take(1))
  }

  private func delay(
    _ attempt: Int, _ kind: RetryClass = .transient, of service: AWSService = .cloudFormation, asked: Duration? = nil
  ) -> Duration {
    RetryDelay.before(retryAfter: attempt, kind, of: service, asked: asked, share: 1)
  }

  @Test func `delays double up to 20 s`() {
    #expect([1, 2, 3].map { delay($0) } == [.milliseconds(50), .milliseconds(100), .milliseconds(200)])
    #expect([1, 2].map { delay($0, of: .dynamoDB) } == [.milliseconds(25), .milliseconds(50)])
    #expect([1, 2].map { delay($0, .throttling) } == [.seconds(1), .seconds(2)])
    #expect(delay(60) == .seconds(20))
  }

  @Test func `a service may ask for more, within reason`() {
    #expect(delay(1, asked: .milliseconds(20)) == .milliseconds(50))
    #expect(delay(1, asked: .seconds(2)) == .seconds(2))
    #expect(delay(1, asked: .seconds(60)) == .seconds(5.05))
  }

  @Test(arguments: [
    ("ProvisionedThroughputExceededException", 400, RetryClass.throttling), ("Throttling", 400, .throttling),
    ("Unheard", 429, .throttling), ("Unheard", 503, .transient), ("RequestTimeout", 400, .transient),
    ("ExpiredTokenException", 400, .expiredCredentials), ("SignatureDoesNotMatch", 403, .clock),
    ("ValidationException", 400, .permanent), ("AccessDenied", 403, .permanent), ("Unheard", 501, .permanent),
  ])
  func `codes and statuses say whether another try is worth it`(code: String, status: Int, kind: RetryClass) {
    #expect(RetryClass(.refused(code: code, message: "", status: status), of: .dynamoDB) == kind)
  }

  @Test func `a code may be transient for one service`() {
    let cause = AWSError.Cause.refused(code: "IDPCommunicationError", message: "", status: 400)
    #expect(RetryClass(cause, of: .securityTokenService) == .transient)
    #expect(RetryClass(cause, of: .dynamoDB) == .permanent)
  }

  @Test func `the server's date corrects the clock, once it is far off`() {
    let skew = ClockSkew()
    let now = Date(timeIntervalSince1970: 784_111_777)
    skew.learn(from: "Sun, 06 Nov 1994 08:50:00 GMT", now: now)
    #expect(skew.correction == 0 && !skew.hasMoved(since: 0))
    skew.learn(from: "Sun, 06 Nov 1994 09:49:37 GMT", now: now)
    #expect(skew.correction == 3600 && skew.hasMoved(since: 0))
    for header in ["yesterday", nil] { skew.learn(from: header, now: now) }
    #expect(!skew.hasMoved(since: 3600))
  }

  @Test func `AWS_MAX_ATTEMPTS beats the profile`() {
    let config = SharedConfig(config: "[default]\nmax_attempts = 7\n")
    #expect(RetrySettings([:], config, "default").attempts == 7)
    #expect(RetrySettings(["AWS_MAX_ATTEMPTS": "2"], config, "default").attempts == 2)
    #expect(RetrySettings(["AWS_MAX_ATTEMPTS": "0"], config, "default").attempts == nil)
  }
}
