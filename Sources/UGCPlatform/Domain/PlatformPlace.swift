/// The region and account that a stack's ARNs name.
public struct PlatformPlace: Sendable, Hashable {
  public let region: String
  public let account: String

  public init(region: String, account: String) {
    self.region = region
    self.account = account
  }

  /// `aws`, or the partition of China's or the US government's regions.
  public var partition: String {
    if region.hasPrefix("cn-") { return "aws-cn" }
    return region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
  }

  /// `arn:aws:ivs:us-west-2:111122223333:channel/NAME`.
  public func channelArn(_ name: String) -> String {
    "arn:\(partition):ivs:\(region):\(account):channel/\(name)"
  }
}
