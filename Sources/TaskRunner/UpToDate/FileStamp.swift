import Glibc
import TaskKit

/// What tells that a file was not touched: where it is the same, so is the content.
struct FileStamp: Hashable, Sendable {
  var size: Int
  /// In nanoseconds, as the next.
  var modified: Int
  /// When the file's entry was changed: nobody can set it, so that a restored old file is seen too.
  var changed: Int
  var inode: UInt64
  var device: UInt64
  var isExecutable: Bool

  /// Which folder it is, however it is named.
  struct Folder: Hashable, Sendable {
    let inode: UInt64
    let device: UInt64
  }

  /// What a path leads to; nil where there is nothing.
  enum Found {
    case file(FileStamp)
    case folder(Folder)
    /// A pipe, a socket, a device.
    case other
  }

  static func look(at path: String) -> Found? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file(FileStamp(status))
    case S_IFDIR: return .folder(Folder(inode: UInt64(status.st_ino), device: UInt64(status.st_dev)))
    default: return .other
    }
  }

  private init(_ status: stat) {
    size = Int(status.st_size)
    modified = status.st_mtim.nanoseconds
    changed = status.st_ctim.nanoseconds
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
    isExecutable = status.st_mode & S_IXUSR != 0
  }

  init(size: Int, modified: Int, changed: Int, inode: UInt64, device: UInt64, isExecutable: Bool) {
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
    self.device = device
    self.isExecutable = isExecutable
  }

  /// How long a file must have been left alone before its hash is kept: the clock of a file system is coarse.
  private static let settling = 200_000_000
  /// Some count whole seconds, or two at a time.
  private static let settlingOfCoarseClocks = 2_200_000_000

  /// Whether another change could leave the stamp as it is, seen from a time.
  func isFresh(at now: Int) -> Bool {
    let isCoarse = modified % 1_000_000_000 == 0 && changed % 1_000_000_000 == 0
    return now - max(modified, changed) < (isCoarse ? Self.settlingOfCoarseClocks : Self.settling)
  }

  /// The time, in nanoseconds.
  static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.nanoseconds
  }
}

extension timespec {
  fileprivate var nanoseconds: Int { tv_sec * 1_000_000_000 + tv_nsec }
}
