/// Paths as texts.
public enum Path {
  /// The path made absolute, its `.` and `..` resolved by name.
  public static func absolute(_ path: String, from directory: String) -> String {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : "\(directory)/\(path)").split(separator: "/") {
      switch part {
      case ".": continue
      case "..": _ = parts.popLast()
      default: parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The folder of a file's absolute path.
  public static func parent(of path: String) -> String {
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    return "/" + parent
  }

  /// A path without `folder/..` in it.
  public static func shortened(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// The path as short as a user would write it: relative where that does not climb far.
  public static func shown(_ path: String, from directory: String) -> String {
    let target = path.split(separator: "/")
    let base = directory.split(separator: "/")
    let common = zip(target, base).prefix { $0 == $1 }.count
    let climbs = base.count - common
    guard climbs <= 3, common > 0 else { return path }
    return (Array(repeating: "..", count: climbs) + target[common...].map(String.init)).joined(separator: "/")
  }
}
