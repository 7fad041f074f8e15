import FoundationEssentials

/// What the file system says of a path.
enum FileStatus {
  /// Which file stands at a path.
  struct Identity: Sendable, Hashable {
    let device: Int
    let number: Int
  }

  /// Nil where there is none.
  static func identity(_ path: String) -> Identity? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let device = attributes[.systemNumber] as? Int, let number = attributes[.systemFileNumber] as? Int
    else { return nil }
    return Identity(device: device, number: number)
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }
}
