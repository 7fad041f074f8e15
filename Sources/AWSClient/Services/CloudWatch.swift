public import Documents

extension AWSService {
  package static let cloudWatch = AWSService(
    name: "CloudWatch", wire: .json(version: "1.0", targetPrefix: "GraniteServiceVersion20100801"),
    endpointPrefix: "monitoring", signingName: "monitoring", environmentKey: "CLOUDWATCH")
}

/// Amazon CloudWatch, as far as the alarms and the metrics of services are looked at.
public struct CloudWatch: Sendable {
  /// An alarm on one metric.
  public struct Alarm: Sendable, Hashable {
    public let name: String
    public let description: String?
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    public let state: String
    /// The configuration's fields, by CloudWatch's names; those that are not set are missing.
    public let fields: [String: JSONValue]
  }

  /// A change of an alarm's configuration.
  public struct Change: Sendable, Hashable {
    /// `Create`, `Update` or `Delete`.
    public let type: String
    /// What CloudWatch says of it.
    public let summary: String
    /// Since 1970, in seconds.
    public let time: Double?
  }

  /// A value of a metric.
  public struct Datapoint: Sendable, Hashable {
    /// Since 1970, in seconds.
    public let time: Double
    public let value: Double
  }

  private static let namesPerCall = 100

  let client: ServiceClient

  /// The alarms that have one of these names; those that are not there are missing.
  public func alarms(named names: [String]) async throws(AWSError) -> [Alarm] {
    var alarms: [Alarm] = []
    for start in stride(from: 0, to: names.count, by: Self.namesPerCall) {
      let part = names[start..<min(start + Self.namesPerCall, names.count)]
      alarms += try await self.alarms([.init("AlarmNames", .array(part.map(JSONValue.string)))])
    }
    return alarms
  }

  /// All alarms whose names begin so.
  public func alarms(withPrefix prefix: String) async throws(AWSError) -> [Alarm] {
    try await alarms([.init("AlarmNamePrefix", .string(prefix))])
  }

  private func alarms(_ members: [JSONValue.Member]) async throws(AWSError) -> [Alarm] {
    try await client.items("DescribeAlarms", members, list: "MetricAlarms").compactMap(Alarm.init)
  }

  /// The newest changes of an alarm's configuration.
  public func changes(of alarm: String, atMost most: Int) async throws(AWSError) -> [Change] {
    let members: [JSONValue.Member] = [
      .init("AlarmName", .string(alarm)), .init("HistoryItemType", "ConfigurationUpdate"),
      .init("MaxRecords", .integer(min(most, 100))),
    ]
    return try await client.items("DescribeAlarmHistory", members, list: "AlarmHistoryItems", atMost: most)
      .prefix(most).map(Change.init)
  }

  /// A metric's averages, a value a minute.
  ///
  /// - Parameters:
  ///   - metric: Its name.
  ///   - namespace: Its namespace.
  ///   - dimensions: All of its dimensions.
  ///   - range: From when to when, since 1970, in seconds.
  /// - Returns: The values in the order of time.
  /// - Throws: An `AWSError`.
  public func averages(
    of metric: String, in namespace: String, _ dimensions: [(name: String, value: String)], _ range: Range<Int>
  ) async throws(AWSError) -> [Datapoint] {
    let stat: JSONValue = [
      "Metric": [
        "Namespace": .string(namespace), "MetricName": .string(metric),
        "Dimensions": .array(dimensions.map { ["Name": .string($0.name), "Value": .string($0.value)] }),
      ],
      "Period": .integer(60), "Stat": "Average",
    ]
    let members: [JSONValue.Member] = [
      .init("MetricDataQueries", [["Id": "average", "MetricStat": stat]]),
      .init("StartTime", .integer(range.lowerBound)), .init("EndTime", .integer(range.upperBound)),
      .init("ScanBy", "TimestampAscending"),
    ]
    return try await client.items("GetMetricData", members, list: "MetricDataResults").flatMap { result in
      zip(result["Timestamps"]?.items ?? [], result["Values"]?.items ?? []).compactMap { time, value in
        guard let time = time.double, let value = value.double else { return nil }
        return Datapoint(time: time, value: value)
      }
    }
  }
}

extension CloudWatch.Alarm {
  init?(_ json: JSONValue) {
    guard case .object(let members) = json, let name = json["AlarmName"]?.string else { return nil }
    self.name = name
    description = json["AlarmDescription"]?.string
    state = json["StateValue"]?.string ?? ""
    fields = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
  }
}

extension CloudWatch.Change {
  init(_ json: JSONValue) {
    let data = json["HistoryData"]?.string.flatMap { JSONValue(parsing: $0.utf8) }
    type = data?["type"]?.string ?? ""
    summary = json["HistorySummary"]?.string ?? ""
    time = json["Timestamp"]?.double
  }
}
