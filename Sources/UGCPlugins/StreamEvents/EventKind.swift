import UGCPlatform

/// The kinds of events that IVS tells of channels.
struct EventKind: Sendable {
  let type: String
  let name: String
  private let nameField: String

  static let all: [EventKind] =
    [
      (
        "IVS Stream State Change", "event_name",
        [
          "Session Created", "Session Ended", "Stream Start", "Stream End", "Stream Failure", "Stream Takeover",
          "Stream Takeover Failure",
        ]
      ),
      ("IVS Stream Health Change", "event_name", ["Starvation Start", "Starvation End"]),
      ("IVS Limit Breach", "limit_name", ["Ingest Bitrate", "Ingest Resolution"]),
      (
        "IVS Recording State Change", "recording_status",
        [
          "Recording Start", "Recording End", "Recording Start Failure", "Recording End Failure",
        ]
      ),
    ].flatMap { type, field, names in names.map { EventKind(type: type, name: $0, nameField: field) } }

  private init(type: String, name: String, nameField: String) {
    self.type = type
    self.name = name
    self.nameField = nameField
  }

  /// An event of the kind, as EventBridge has it.
  func sample(at place: PlatformPlace) -> JSONValue {
    [
      "version": "0", "id": "00000000-0000-4000-8000-000000000000", "detail-type": .string(type), "source": "aws.ivs",
      "account": .string(place.account), "time": "2026-01-01T00:00:00Z", "region": .string(place.region),
      "resources": [.string(place.channelArn("mock"))],
      "detail": .object([
        .init(nameField, .string(name)), .init("channel_name", "mock"), .init("stream_id", "st-mock"),
      ]),
    ]
  }
}
