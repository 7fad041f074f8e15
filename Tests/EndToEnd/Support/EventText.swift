import Foundation

/// The JSON text of an event, as EventBridge delivers it.
struct EventText {
  /// A channel of `seed.example.json` or of `channels(_:)`.
  var channel = "mock-harbour-radio"
  var session: String? = "st-1"
  var name = "Session Created"
  var type = "IVS Stream State Change"
  var id: String?
  /// Seconds after midnight.
  var seconds = 0

  var text: String {
    let time = Date(timeIntervalSince1970: 1_772_496_000 + Double(seconds)).formatted(.iso8601)
    let field =
      ["IVS Limit Breach": "limit_name", "IVS Recording State Change": "recording_status"][type] ?? "event_name"
    let stream = session.map { #","stream_id":"\#($0)""# } ?? ""
    return """
      {"version":"0","id":"\(id ?? "\(channel)-\(session ?? "")-\(name)-\(seconds)")","detail-type":"\(type)",\
      "source":"aws.ivs","account":"000000000000","time":"\(time)","region":"us-west-2",\
      "resources":["\(Self.arn(channel))"],"detail":{"\(field)":"\(name)","channel_name":"x"\(stream)}}
      """
  }

  static func arn(_ channel: String) -> String { "arn:aws:ivs:us-west-2:000000000000:channel/\(channel)" }

  /// A seed file of channels without sessions, named `mock-0` and so on.
  static func channels(_ count: Int) -> String {
    let users = (0..<count).map { number in
      """
      {"id":"\(number)","channelArn":"\(arn("mock-\(number)"))","email":"\(number)@example.com","username":"user\(number)"}
      """
    }
    return "{\"users\":[\(users.joined(separator: ",\n"))],\"streamSessions\":[]}"
  }
}
