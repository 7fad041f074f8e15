/// How many channels of each kind a seed makes.
struct SeedCounts: Equatable {
  let fromFile: Int
  let offline: Int
  let live: Int

  /// - Parameters:
  ///   - total: How many channels are wanted in all.
  ///   - fromFile: How many the JSON file has; they are all created.
  ///   - offline: How many of the others are to be offline, where there are as many.
  init(total: Int, fromFile: Int, offline: Int) {
    self.fromFile = fromFile
    let generated = max(0, total - fromFile)
    self.offline = min(offline, generated)
    live = generated - self.offline
  }

  var generated: Int { offline + live }
  var channels: Int { fromFile + generated }
}
