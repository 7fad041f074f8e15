import Glibc

/// A thread for work that blocks; the pools of Swift and Dispatch are for work that does not.
enum BlockingThread {
  private static let stackBytes = 1 << 20

  private final class Work {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }

  static func start(_ work: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stackBytes)
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Work(work))
    while pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, argument.toOpaque()) != 0
    {
      // The machine has no thread to give: one becomes free when another script ends.
      usleep(10_000)
    }
  }
}
