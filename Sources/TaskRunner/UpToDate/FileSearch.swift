import Glibc

/// Finds the files that patterns match.
struct FileSearch {
  /// Folders that no wildcard leads into.
  private static let hidden: Set<String> = [".git", ".ugc"]

  private let directory: String
  private let inclusions: [FilePattern]
  private let exclusions: [FilePattern]

  /// The files with their stamps, by path: relative to the folder, or absolute where the pattern is.
  private(set) var files: [String: FileStamp] = [:]
  /// The patterns that match no file.
  private(set) var unmatched: [FilePattern] = []
  /// Folders that were gone into, for a pattern's component.
  private var visited: Set<Visit> = []

  private struct Visit: Hashable {
    let folder: String
    let component: Int
  }

  /// - Parameters:
  ///   - patterns: What to find.
  ///   - directory: The absolute path of the folder that relative patterns start from.
  ///   - others: Patterns of files to leave out.
  init(_ patterns: [FilePattern], in directory: String, leavingOut others: [FilePattern] = []) {
    self.directory = directory
    inclusions = patterns.filter { !$0.isExclusion }
    exclusions = patterns.filter(\.isExclusion) + others.filter { !$0.isExclusion }
    for pattern in inclusions {
      visited = []
      let count = files.count
      var matches = 0
      descend(pattern, 0, pattern.isAbsolute ? "/" : "", &matches)
      if files.count == count, matches == 0 { unmatched.append(pattern) }
    }
  }

  private mutating func descend(_ pattern: FilePattern, _ index: Int, _ folder: String, _ matches: inout Int) {
    guard index < pattern.components.count else { return takeAll(below: folder, &matches) }
    let component = pattern.components[index]
    if component == .anyFolders || index > 0, !visited.insert(Visit(folder: folder, component: index)).inserted {
      return
    }
    switch component {
    case .name(let name):
      take(path(name, in: folder), pattern, index, &matches)
    case .wildcard:
      for name in names(in: folder) where !Self.hidden.contains(name) && component.matches(name) {
        take(path(name, in: folder), pattern, index, &matches)
      }
    case .anyFolders:
      guard index + 1 < pattern.components.count else { return takeAll(below: folder, &matches) }
      descend(pattern, index + 1, folder, &matches)
      for name in names(in: folder) where !Self.hidden.contains(name) {
        let path = path(name, in: folder)
        if isFolder(path), !isExcluded(path) { descend(pattern, index, path, &matches) }
      }
    }
  }

  private mutating func take(_ path: String, _ pattern: FilePattern, _ index: Int, _ matches: inout Int) {
    let isLast = index == pattern.components.count - 1
    switch FileStamp.look(at: absolute(path)) {
    case .file(let stamp)? where isLast: add(path, stamp, &matches)
    case .folder?: if !isExcluded(path) { descend(pattern, index + 1, path, &matches) }
    default: break
    }
  }

  private mutating func takeAll(below folder: String, _ matches: inout Int) {
    var pending = [folder]
    while let folder = pending.popLast() {
      for name in names(in: folder) where !Self.hidden.contains(name) {
        let path = path(name, in: folder)
        switch FileStamp.look(at: absolute(path)) {
        case .file(let stamp)?: add(path, stamp, &matches)
        case .folder?: if isFolder(path), !isExcluded(path) { pending.append(path) }
        default: break
        }
      }
    }
  }

  private mutating func add(_ path: String, _ stamp: FileStamp, _ matches: inout Int) {
    guard !isExcluded(path) else { return }
    matches += 1
    files[path] = stamp
  }

  private func isExcluded(_ path: String) -> Bool {
    guard !exclusions.isEmpty else { return false }
    let parts = path.split(separator: "/")
    let isAbsolute = path.hasPrefix("/")
    return exclusions.contains { $0.isAbsolute == isAbsolute && $0.covers(parts) }
  }

  /// A folder that is no link: those could lead in circles.
  private func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(absolute(path), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private func path(_ name: String, in folder: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : path.isEmpty ? directory : "\(directory)/\(path)"
  }

  private func names(in folder: String) -> [String] {
    guard let stream = opendir(absolute(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
