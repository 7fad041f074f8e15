import FoundationEssentials

/// What the file system says of a path.
enum FileStatus {
  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }
}
