/// Puts names in an order in which each comes after those that it reads.
struct ReadingOrder {
  private(set) var names: [String] = []
  /// Those that read themselves, by whatever way.
  private(set) var circular: Set<String> = []
  /// The steps that lead back, in the order in which they were met.
  private(set) var closing: [(from: String, to: String)] = []

  private enum State {
    case open, done
  }

  /// - Parameters:
  ///   - roots: All names, in the order that stays where nothing else matters.
  ///   - reads: What each of them reads.
  init(_ roots: [String], reads: [String: [String]]) {
    var states: [String: State] = [:]
    for root in roots where states[root] == nil {
      var path: [(name: String, next: Int)] = [(root, 0)]
      states[root] = .open
      while let (name, next) = path.last {
        let read = reads[name] ?? []
        guard next < read.count else {
          states[name] = .done
          names.append(name)
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        switch states[read[next]] {
        case nil:
          states[read[next]] = .open
          path.append((read[next], 0))
        case .open:
          circular.insert(name)
          closing.append((name, read[next]))
        case .done: break
        }
      }
    }
  }
}
