/// Where a deployed stack keeps its rows.
public struct DeployedStack: Sendable, Hashable {
  public let name: StackName
  public let place: PlatformPlace
  public let channelsTable: String
  public let streamsTable: String

  public init(name: StackName, place: PlatformPlace, channelsTable: String, streamsTable: String) {
    self.name = name
    self.place = place
    self.channelsTable = channelsTable
    self.streamsTable = streamsTable
  }
}
