import Synchronization

/// What the tasks of a run share, and what outlives the task that made it: it ends with the run.
public protocol RunResource: AnyObject, Sendable {
  /// Called once, when no task of the run is left.
  ///
  /// - Returns: What the user may want to know.
  func close() async -> [String]
}

/// The resources of one run, at most one of each type.
public final class RunResources: Sendable {
  private let resources = Mutex<[ObjectIdentifier: any RunResource]>([:])

  public init() {}

  /// The run's resource of a type; made where no task has asked for it before.
  public func shared<Resource: RunResource>(_ make: () -> Resource) -> Resource {
    resources.withLock { resources in
      if let resource = resources[ObjectIdentifier(Resource.self)] as? Resource { return resource }
      let resource = make()
      resources[ObjectIdentifier(Resource.self)] = resource
      return resource
    }
  }

  /// Ends them all.
  ///
  /// - Returns: What the user may want to know.
  public func close() async -> [String] {
    let all = resources.withLock { resources in
      defer { resources = [:] }
      return Array(resources.values)
    }
    var notes: [String] = []
    for resource in all { notes += await resource.close() }
    return notes
  }
}
