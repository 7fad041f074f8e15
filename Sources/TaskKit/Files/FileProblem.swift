import FoundationEssentials
public import SystemPackage

/// Why a file could not be read or written, in a few words.
public struct FileProblem: Error, CustomStringConvertible, Sendable {
  public let description: String

  init(_ description: String) {
    self.description = description
  }

  public init(_ error: Errno) {
    description =
      switch error {
      case .noSuchFileOrDirectory: "there is no such file"
      case .permissionDenied, .notPermitted: "permission denied"
      case .noSpace: "no space is left on the device"
      case .readOnlyFileSystem: "the file system is read-only"
      case .isDirectory: "it is a folder"
      case .notDirectory: "a part of the path is a file, not a folder"
      case .fileExists: "a file of that name is in the way"
      default: error.description.lowercased()
      }
  }

  /// Takes what Foundation's and System's file functions throw.
  public init(_ error: any Error) {
    if let error = error as? Errno {
      self.init(error)
      return
    }
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile?, .fileNoSuchFile?: self.init(Errno.noSuchFileOrDirectory)
    case .fileReadNoPermission?, .fileWriteNoPermission?: self.init(Errno.permissionDenied)
    case .fileWriteOutOfSpace?: self.init(Errno.noSpace)
    case .fileWriteVolumeReadOnly?: self.init(Errno.readOnlyFileSystem)
    case .fileWriteFileExists?: self.init(Errno.fileExists)
    default: self.init("the file system refused it")
    }
  }
}
