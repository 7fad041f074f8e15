import Glibc

/// A path below a task's folder, byte for byte: two forms of one letter are two names.
struct FoundPath: Hashable, Comparable, Sendable {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}

extension FoundPath: ExpressibleByStringLiteral {
  init(stringLiteral text: String) {
    self.init(text)
  }
}

/// Finds the files that patterns match.
struct FileSearch {
  /// Folders that no wildcard leads into.
  private static let hidden: Set<String> = [".git", ".ugc"]

  private let directory: String
  private let exclusions: [FilePattern]
  /// Files that these match, unless their own exclusions do, are left out.
  private let others: [FilePattern]
  private let exclusionsOfOthers: [FilePattern]

  /// The files with their stamps, by path: relative to the folder, or absolute where the pattern is.
  private(set) var files: [FoundPath: FileStamp] = [:]
  /// The patterns that match no file.
  private(set) var unmatched: [FilePattern] = []
  /// Why nothing can be told of some of the files.
  private(set) var problem: String?

  private let isStopped: () -> Bool
  private var isCancelled = false
  private var matches = 0
  private var folderCount = 0
  /// Links can multiply folders; beyond this they do.
  private static let mostFolders = 500_000
  /// Folders that were gone into, for a pattern's component.
  private var visited: Set<Visit> = []

  private struct Visit: Hashable {
    let folder: FileStamp.Folder
    let component: Int
  }

  /// Where the search stands.
  private struct Place {
    var path: String
    /// The folders on the way here: a link back to one leads in a circle.
    var ancestors: Set<FileStamp.Folder>
  }

  /// - Parameters:
  ///   - patterns: What to find.
  ///   - directory: The absolute path of the folder that relative patterns start from.
  ///   - others: Patterns of files to leave out.
  ///   - isStopped: Whether nobody wants to know any more.
  /// - Throws: A `CancellationError` where it is stopped.
  init(
    _ patterns: [FilePattern], in directory: String, leavingOut others: [FilePattern] = [],
    isStopped: @escaping () -> Bool = { false }
  ) throws(CancellationError) {
    self.isStopped = isStopped
    self.directory = directory
    exclusions = patterns.filter(\.isExclusion)
    self.others = others.filter { !$0.isExclusion }
    exclusionsOfOthers = others.filter(\.isExclusion)
    for pattern in patterns where !pattern.isExclusion {
      visited = []
      matches = 0
      let path = pattern.isAbsolute ? "/" : ""
      var ancestors: Set<FileStamp.Folder> = []
      if case .folder(let folder)? = FileStamp.look(at: absolute(path)) { ancestors.insert(folder) }
      descend(pattern, 0, Place(path: path, ancestors: ancestors))
      if matches == 0 { unmatched.append(pattern) }
    }
    if isCancelled { throw CancellationError() }
  }

  private mutating func descend(_ pattern: FilePattern, _ index: Int, _ place: Place) {
    guard index < pattern.components.count else { return takeAll(below: place) }
    switch pattern.components[index] {
    case .name(let name):
      take(name, pattern, index, place)
    case .wildcard:
      for name in names(in: place.path) where pattern.components[index].matches(name) {
        take(name, pattern, index, place)
      }
    case .anyFolders:
      guard index + 1 < pattern.components.count else { return takeAll(below: place) }
      descend(pattern, index + 1, place)
      for name in names(in: place.path) {
        if let below = folder(name, in: place, component: index) { descend(pattern, index, below) }
      }
    }
  }

  private mutating func take(_ name: String, _ pattern: FilePattern, _ index: Int, _ place: Place) {
    let path = path(name, in: place.path)
    switch FileStamp.look(at: absolute(path)) {
    case .file(let stamp)?:
      if index == pattern.components.count - 1 { add(path, stamp) }
    case .folder(let folder)?:
      // A name may lead anywhere, also up; what comes after it decides.
      if !isExcluded(folder: path) {
        descend(pattern, index + 1, Place(path: path, ancestors: place.ancestors.union([folder])))
      }
    case .other?, nil: break
    }
  }

  private mutating func takeAll(below place: Place) {
    var pending = [place]
    while let place = pending.popLast() {
      for name in names(in: place.path) {
        let path = path(name, in: place.path)
        if case .file(let stamp)? = FileStamp.look(at: absolute(path)) {
          add(path, stamp)
        } else if let below = folder(name, in: place, component: -1) {
          pending.append(below)
        }
      }
    }
  }

  /// A folder to go into: once, and not in circles.
  private mutating func folder(_ name: String, in place: Place, component: Int) -> Place? {
    let path = path(name, in: place.path)
    guard case .folder(let folder)? = FileStamp.look(at: absolute(path)), !isExcluded(folder: path),
      !place.ancestors.contains(folder)
    else { return nil }
    // By another name, other files of it may be left out.
    let isPlain = exclusions.isEmpty && others.isEmpty
    guard !isPlain || visited.insert(Visit(folder: folder, component: component)).inserted else { return nil }
    return Place(path: path, ancestors: place.ancestors.union([folder]))
  }

  private mutating func add(_ path: String, _ stamp: FileStamp) {
    let parts = path.pathComponents
    guard !covers(exclusions, parts, path), !covers(others, parts, path) || covers(exclusionsOfOthers, parts, path)
    else { return }
    matches += 1
    files[FoundPath(path)] = stamp
  }

  /// Whether nothing in a folder can be wanted.
  private func isExcluded(folder path: String) -> Bool {
    let parts = path.pathComponents
    return covers(exclusions, parts, path) || exclusionsOfOthers.isEmpty && covers(others, parts, path)
  }

  private func covers(_ patterns: [FilePattern], _ parts: [Substring], _ path: String) -> Bool {
    !patterns.isEmpty && patterns.contains { $0.isAbsolute == path.hasPrefix("/") && $0.covers(parts) }
  }

  private func path(_ name: String, in folder: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : path.isEmpty ? directory : "\(directory)/\(path)"
  }

  /// What a wildcard can stand for.
  private mutating func names(in folder: String) -> [String] {
    isCancelled = isCancelled || isStopped()
    folderCount += 1
    if folderCount > Self.mostFolders { problem = "there are more than \(Self.mostFolders) folders to look at" }
    guard !isCancelled, folderCount <= Self.mostFolders, let stream = opendir(absolute(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { bytes in
          let name = String(validatingCString: bytes)
          if name == nil { problem = "the name `\(path(String(cString: bytes), in: folder))` is no UTF-8" }
          return name
        }
      }
      if let name, name != ".", name != "..", !Self.hidden.contains(name) { names.append(name) }
    }
    return names
  }
}

extension String {
  /// The names between the `/`, whatever marks they begin with.
  var pathComponents: [Substring] {
    utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
  }
}
