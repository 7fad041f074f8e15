public import AWSClient
import Foundation

/// An AWS emulator that listens on loopback; `Tests/Emulators/with-emulators` starts it.
public enum Emulator: String, CaseIterable, Sendable, CustomStringConvertible {
  case moto
  case ministack
  /// Moto with signatures and permissions checked.
  case strictMoto

  /// Those that take any credentials.
  public static let open: [Emulator] = [.moto, .ministack]

  /// Whether the emulators were started: without them, tests on AWS are skipped.
  public static var areThere: Bool { open.allSatisfy { $0.url != nil } && strictMoto.url != nil }

  public static let region = "us-west-2"

  private var variable: String {
    switch self {
    case .moto: "UGC_TEST_MOTO"
    case .ministack: "UGC_TEST_MINISTACK"
    case .strictMoto: "UGC_TEST_STRICT_MOTO"
    }
  }

  private var url: String? { ProcessInfo.processInfo.environment[variable] }

  public var address: String { url ?? "http://127.0.0.1:9" }

  public var account: String { self == .ministack ? "000000000000" : "123456789012" }

  public var description: String { rawValue }

  /// What a process needs in its environment to work on the emulator, called directly or at another address.
  public func environment(at address: String? = nil) -> [String: String] {
    let own = ProcessInfo.processInfo.environment
    return [
      "AWS_ENDPOINT_URL": address ?? self.address, "AWS_REGION": Self.region, "AWS_EC2_METADATA_DISABLED": "true",
      "AWS_ACCESS_KEY_ID": self == .strictMoto ? own["UGC_TEST_ACCESS_KEY_ID"] ?? "" : "test",
      "AWS_SECRET_ACCESS_KEY": self == .strictMoto ? own["UGC_TEST_SECRET_ACCESS_KEY"] ?? "" : "test",
    ]
  }

  public func session(at address: String? = nil) throws -> AWSSession {
    let environment = environment(at: address)
    return try AWSSession(AWSSession.Settings(environment: environment), http: Self.http)
  }

  /// What all tests send their requests with; it lives as long as the tests' process.
  public static let http = HTTPTransport(environment: [:])
}

extension AWSService {
  package static let iam = AWSService(
    name: "IAM", wire: .query(version: "2010-05-08"), endpointPrefix: "iam", signingName: "iam", environmentKey: "IAM")
}
