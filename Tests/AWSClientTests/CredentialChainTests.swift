import AWSTestSupport
import Foundation
import NIOHTTP1
import Synchronization
import Testing

@testable import AWSClient

@Suite final class CredentialChainTests {
  private let folder = "/tmp/ugc-tasks-credentials-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func find(
    _ environment: [String: String] = [:], config: String = "", credentials: String = "",
    profile: ProfileChoice = ProfileChoice(name: "default", isExplicit: false), chain: CredentialChain = .standard
  ) async throws(CredentialFault) -> Credentials {
    var environment = ["AWS_EC2_METADATA_DISABLED": "true", "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    environment["HOME"] = folder
    let situation = CredentialSituation(
      environment: environment, config: SharedConfig(config: config, credentials: credentials), profile: profile,
      region: "us-west-2", http: Emulator.http, now: { Date() })
    return try await chain.credentials(in: situation)
  }

  private func file(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
    let path = "\(folder)/\(name)"
    try Data(text.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  private let keys = ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "env-secret"]

  @Test func `keys in the environment win, but not over a profile that was asked for`() async throws {
    let file = "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n"
    let found = try await find(
      keys.merging(["AWS_SESSION_TOKEN": "token"]) { $1 }, credentials: file)
    #expect(found.accessKeyID == "AKIDENV" && found.sessionToken == "token" && found.source == "the environment")
    let asked = try await find(
      keys, credentials: file, profile: ProfileChoice(name: "default", isExplicit: true))
    #expect(asked.accessKeyID == "AKIDFILE")
  }

  @Test func `credentials never show their secrets`() async throws {
    let found = try await find(keys)
    for text in ["\(found)", String(reflecting: found), String(describing: [found])] {
      #expect(!text.contains("env-secret"))
    }
    var dumped = ""
    dump(found, to: &dumped)
    #expect(!dumped.contains("env-secret"))
  }

  @Test func `half of a pair of keys is an error`() async throws {
    let environment = await #expect(throws: CredentialFault.self) { try await find(["AWS_ACCESS_KEY_ID": "A"]) }
    #expect(environment?.description == "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not")
    let secret = await #expect(throws: CredentialFault.self) { try await find(["AWS_SECRET_ACCESS_KEY": "A"]) }
    #expect(secret?.description == "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not")
    let broken = await #expect(throws: CredentialFault.self) {
      try await find(keys.merging(["AWS_SESSION_TOKEN": "a\r"]) { $1 })
    }
    #expect(broken?.description == "AWS_SESSION_TOKEN holds a line break")
    let file = await #expect(throws: CredentialFault.self) {
      try await find(credentials: "[default]\naws_access_key_id = A\n")
    }
    #expect(file?.description.hasSuffix("has an aws_access_key_id, but no aws_secret_access_key") == true)
  }

  @Test func `the credentials file beats the process, which beats the config file`() async throws {
    let program = try self.file(
      "give",
      "#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"AKIDPROC\",\"SecretAccessKey\":\"s\",\"Expiration\":\"2030-01-01T00:00:00Z\"}'\n",
      mode: 0o700)
    let keys = "aws_access_key_id = AKIDCONF\naws_secret_access_key = s\n"
    let config = "[default]\ncredential_process = '\(program)' \"two words\"\n\(keys)"
    let process = try await find(config: config)
    #expect(process.accessKeyID == "AKIDPROC")
    #expect(process.expiration == Date(timeIntervalSince1970: 1_893_456_000))
    let both = try await find(
      config: config, credentials: "[default]\n\(keys.replacing("CONF", with: "FILE"))")
    #expect(both.accessKeyID == "AKIDFILE")
    #expect(try await find(config: "[default]\n\(keys)").accessKeyID == "AKIDCONF")
  }

  @Test(arguments: [
    ("echo no such role >&2; exit 3", "failed: no such role"),
    ("echo hello", "printed no credentials (JSON of Version 1)"),
    (
      "echo '{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\",\"Expiration\":\"2001-01-01T00:00:00Z\"}'",
      "printed credentials that ended at 2001-01-01T00:00:00Z"
    ),
    ("echo '{\"Version\":2}'", "printed no credentials (JSON of Version 1)"), ("exit 1", "failed: it said nothing"),
  ])
  func `a process that gives none is an error`(script: String, message: String) async throws {
    let program = try file("fail", "#!/bin/sh\n\(script)\n", mode: 0o700)
    let fault = await #expect(throws: CredentialFault.self) {
      try await find(config: "[default]\ncredential_process = \(program)\n")
    }
    #expect(fault?.description == "the credential_process of the profile `default` \(message)")
  }

  @Test func `a process that hangs ends where the search is cancelled`() async throws {
    let program = try file("hang", "#!/bin/sh\necho >> \(folder)/begun\nexec sleep 1000\n", mode: 0o700)
    let config = SharedConfig(config: "[default]\ncredential_process = \(program)\n")
    let situation = CredentialSituation(
      environment: ["PATH": "/usr/bin:/bin"], config: config,
      profile: ProfileChoice(name: "default", isExplicit: false), region: nil, http: Emulator.http, now: { Date() })
    let source = CredentialSource(situation: situation)
    func begun() -> Int {
      (try? String(contentsOfFile: "\(folder)/begun", encoding: .utf8))?.count ?? 0
    }
    func waitForSearch(_ number: Int) async throws {
      let end = ContinuousClock.now + .seconds(120)
      while begun() < number, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(5)) }
      #expect(begun() == number)
    }
    let first = Task { try await source.credentials() }
    try await waitForSearch(1)
    first.cancel()
    let fault = await #expect(throws: CredentialFault.self) { try await first.value }
    #expect(fault?.description == "the credential_process of the profile `default` was stopped")
    let second = Task { try await source.credentials() }
    try await waitForSearch(2)
    second.cancel()
    await #expect(throws: CredentialFault.self) { try await second.value }
  }

  @Test func `profiles that assume each other's roles are told as a ring`() async throws {
    let config = """
      [profile a]
      role_arn = arn:aws:iam::1:role/a
      source_profile = b
      [profile b]
      role_arn = arn:aws:iam::1:role/b
      source_profile = a
      [profile c]
      role_arn = arn:aws:iam::1:role/c
      source_profile = nobody
      [profile d]
      role_arn = arn:aws:iam::1:role/d
      """
    func fault(_ name: String) async -> CredentialFault? {
      await #expect(throws: CredentialFault.self) {
        try await find(config: config, profile: ProfileChoice(name: name, isExplicit: true))
      }
    }
    #expect(await fault("a")?.description == "the profiles assume each other's roles in a ring: a → b → a")
    #expect(await fault("c")?.description == "the profile `c` names the source_profile `nobody`, which is in no file")
    #expect(
      await fault("d")?.description
        == "the profile `d` has a role_arn, but neither source_profile nor credential_source")
  }

  @Test(.enabled(if: Emulator.areThere))
  func `a role is assumed with another profile's keys, through as many roles as it takes`() async throws {
    let config = """
      [profile top]
      role_arn = arn:aws:iam::123456789012:role/top
      source_profile = middle
      external_id = 77
      duration_seconds = 900
      [profile middle]
      role_arn = arn:aws:iam::123456789012:role/middle
      source_profile = base
      [profile base]
      aws_access_key_id = AKIDBASE
      aws_secret_access_key = s
      """
    let found = try await find(
      ["AWS_ENDPOINT_URL": Emulator.moto.address], config: config,
      profile: ProfileChoice(name: "top", isExplicit: false))
    #expect(found.source == "the role of the profile `top`")
    #expect(found.sessionToken != nil && found.accessKeyID.hasPrefix("ASIA"))
    let left = try #require(found.expiration).timeIntervalSinceNow
    #expect(left > 800 && left < 1_000)
  }

  @Test(.enabled(if: Emulator.areThere))
  func `a role is assumed with the environment's keys, or a token file`() async throws {
    let config = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\ncredential_source = Environment\n"
    let source = try await find(
      keys.merging(["AWS_ENDPOINT_URL": Emulator.moto.address]) { $1 }, config: config,
      profile: ProfileChoice(name: "default", isExplicit: true))
    #expect(source.source == "the role of the profile `default`")
    let token = try file("token", "header.payload.signature\n")
    let web = try await find([
      "AWS_ENDPOINT_URL": Emulator.moto.address, "AWS_WEB_IDENTITY_TOKEN_FILE": token,
      "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/web",
    ])
    #expect(web.source == "a web identity" && web.sessionToken != nil)
  }

  @Test func `the AWS CLI exports what profiles sign in for`() async throws {
    _ = try file(
      "aws",
      "#!/bin/sh\necho \"$*\" > \"$HOME/asked\"\necho '{\"Version\":1,\"AccessKeyId\":\"AKIDSSO\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\"}'\n",
      mode: 0o700)
    let config = """
      [profile sso]
      sso_session = work
      sso_account_id = 1
      [profile mfa]
      role_arn = arn:aws:iam::1:role/r
      source_profile = base
      mfa_serial = arn:aws:iam::1:mfa/me
      """
    for name in ["sso", "mfa"] {
      let found = try await find(
        ["PATH": "\(folder):/usr/bin:/bin"], config: config, profile: ProfileChoice(name: name, isExplicit: true))
      #expect(found.accessKeyID == "AKIDSSO" && found.sessionToken == "t")
      #expect(
        try String(contentsOfFile: "\(folder)/asked", encoding: .utf8)
          == "configure export-credentials --profile \(name) --format process\n")
    }
    let fault = await #expect(throws: CredentialFault.self) {
      try await find(
        ["PATH": "/nonexistent"], config: config, profile: ProfileChoice(name: "sso", isExplicit: true))
    }
    #expect(
      fault?.description
        == "the profile `sso` signs in with SSO, for which the AWS CLI is needed, and there is no `aws` on the PATH")
  }

  @Test func `a container's agent is asked with its token`() async throws {
    let peer = try await HTTPPeer { request in
      guard request.head.uri == "/role", request.head.headers.first(name: "Authorization") == "secret-token" else {
        return .text("no", .forbidden)
      }
      return .text(
        #"{"AccessKeyId":"AKIDBOX","SecretAccessKey":"s","Token":"t","Expiration":"2030-01-01T00:00:00Z"}"#)
    }
    let token = try file("token", "secret-token\n")
    let environment = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(peer.url)/role"]
    let patient = CredentialChain(providers: [ContainerCredentials(timeout: .seconds(60))])
    let found = try await find(
      environment.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token]) { $1 }, chain: patient)
    #expect(found.accessKeyID == "AKIDBOX" && found.sessionToken == "t" && found.source == "the container")
    let fault = await #expect(throws: CredentialFault.self) {
      try await find(environment, chain: patient)
    }
    #expect(fault?.description.hasSuffix("it answered with status 403") == true)
    let far = await #expect(throws: CredentialFault.self) {
      try await find(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.test/role"])
    }
    #expect(far?.description.hasSuffix("which is neither https nor an address of this machine") == true)
    await peer.close()
  }

  @Test func `an instance's metadata service is asked with a session`() async throws {
    let asked = Mutex(0)
    let peer = try await HTTPPeer { request in
      let number = asked.withLock { asked in
        asked += 1
        return asked
      }
      if number == 1 { return .text("", .serviceUnavailable) }
      let isToken = request.head.method == .PUT && request.head.uri == "/latest/api/token"
      if isToken { return .text("session") }
      guard request.head.headers.first(name: "X-aws-ec2-metadata-token") == "session" else {
        return .text("", .unauthorized)
      }
      return request.head.uri.hasSuffix("/security-credentials/")
        ? .text("my-role\n")
        : .text(#"{"Code":"Success","AccessKeyId":"AKIDEC2","SecretAccessKey":"s","Token":"t"}"#)
    }
    let found = try await find([
      "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": peer.url,
      "AWS_METADATA_SERVICE_TIMEOUT": "60", "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3",
    ])
    #expect(found.accessKeyID == "AKIDEC2" && found.source == "the EC2 instance")
    await peer.close()
    let fault = await #expect(throws: CredentialFault.self) {
      try await find(["AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9"])
    }
    #expect(
      fault?.attempts.map(\.source) == [
        "the environment", "an assumed role", "a web identity", "the AWS CLI's sign-in", "the credentials file",
        "credential_process", "the config file", "the container", "the EC2 instance",
      ])
    #expect(fault?.attempts.last?.reason == "the metadata service gives nothing: the connection was refused")
  }

  @Test func `credentials are looked for once, and again before they end`() async throws {
    let count = Mutex(0)
    let clock = Mutex(Date(timeIntervalSince1970: 1_000_000))
    struct Counting: CredentialProvider {
      let source = "the test"
      let make: @Sendable () -> Credentials?

      func credentials(in situation: CredentialSituation) async throws(CredentialFault) -> CredentialAnswer {
        make().map { .found($0) } ?? .absent("it is closed")
      }
    }
    let provider = Counting {
      count.withLock { $0 += 1 }
      guard count.withLock({ $0 < 4 }) else { return nil }
      return Credentials(
        accessKeyID: "K\(count.withLock { $0 })", secretAccessKey: "s", sessionToken: nil,
        expiration: clock.withLock { $0.addingTimeInterval(3600) }, source: "the test")
    }
    let situation = CredentialSituation(
      environment: [:], config: SharedConfig(), profile: ProfileChoice(name: "default", isExplicit: false), region: nil,
      http: Emulator.http, now: { clock.withLock { $0 } })
    let source = CredentialSource(chain: CredentialChain(providers: [provider]), situation: situation)
    let all = await withTaskGroup(of: String?.self) { group in
      for _ in 0..<20 { group.addTask { try? await source.credentials().accessKeyID } }
      return await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(all == ["K1"])
    clock.withLock { $0 += 3600 - 901 }
    #expect(try await source.credentials().accessKeyID == "K1")
    clock.withLock { $0 += 2 }
    #expect(try await source.credentials().accessKeyID == "K2")
    // One that a service called expired is replaced, if there is another.
    let second = try await source.credentials()
    #expect(await source.hasOther(than: second))
    #expect(try await source.credentials().accessKeyID == "K3")
    // Those that last some minutes are used where there are no others.
    clock.withLock { $0 += 3600 - 700 }
    #expect(try await source.credentials().accessKeyID == "K3")
    clock.withLock { $0 += 699 }
    #expect(try await source.credentials().accessKeyID == "K3")
    clock.withLock { $0 += 2 }
    await #expect(throws: CredentialFault.self) { try await source.credentials() }
  }

  @Test(arguments: [
    ("a b", ["a", "b"]), (#"'a b' "c \" d" e\ f"#, ["a b", #"c " d"#, "e f"]), (#"a"" '' "x\y""#, ["a", "", #"x\y"#]),
    ("  ", []),
  ])
  func `a command is split as a shell splits it`(line: String, words: [String]) {
    #expect(CommandLineSplitter.words(of: line) == words)
  }

  @Test func `a quote that is not closed is no command`() {
    #expect(CommandLineSplitter.words(of: "a 'b") == nil)
    #expect(CommandLineSplitter.words(of: "a \\") == nil)
  }
}
