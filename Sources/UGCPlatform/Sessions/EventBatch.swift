import Instants
import OrderedCollections

/// Events by channel and session, so that each session's row is read and written once.
///
/// Their order does not matter for what the rows come to; those that name no session are for last, when the others'
/// sessions are there.
struct EventBatch {
  /// A channel's events, as their places in what was given.
  struct Channel: Sendable {
    let arn: String
    fileprivate(set) var sessions: [Session] = []
    /// Of those that name no session.
    fileprivate(set) var nameless: [Int] = []

    var places: [Int] { sessions.flatMap(\.places) + nameless }
  }

  /// A session's events; there is at least one.
  struct Session: Sendable {
    let id: String
    let places: [Int]
    /// When the first of them was.
    let time: Instant
  }

  let channels: [Channel]

  init(_ events: [StreamEvent]) {
    var channels: OrderedDictionary<String, (sessions: OrderedDictionary<String, [Int]>, nameless: [Int])> = [:]
    for (place, event) in events.enumerated() {
      if let id = event.streamID {
        channels[event.channelArn, default: ([:], [])].sessions[id, default: []].append(place)
      } else {
        channels[event.channelArn, default: ([:], [])].nameless.append(place)
      }
    }
    self.channels = channels.map { arn, group in
      let sessions = group.sessions.map { id, places in
        Session(id: id, places: places, time: events[places[0]].event.time ?? Instant(millisecondsSince1970: 0))
      }
      return Channel(arn: arn, sessions: sessions, nameless: group.nameless)
    }
  }
}
