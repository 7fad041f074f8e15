import TaskRunner

/// The first tasks.yaml of a folder, with comments that say what can be written.
struct StarterTaskFile {
  let tool: String
  let plugins: [any TaskPlugin.Type]

  var text: String {
    ([head] + [firstTask, others].compactMap { $0 }).joined(separator: "\n")
  }

  private var head: String {
    """
    # The tasks of this folder: `\(tool)` lists them, `\(tool) run NAME` runs one, `\(tool) plan NAME` tells what it would do.
    version: 1

    # Values that all tasks see. The environment is stronger, and KEY=VALUE on the command line is the strongest.
    defaults:
      stage: dev

    tasks:
    """
  }

  /// A task that can be run as it is.
  private var firstTask: String? {
    guard let exec = plugins.first(where: { $0.manifest.runsScript }) else {
      return plugins.first.map { "  \($0.manifest.name): {}\n" }
    }
    return """
        hello:
          description: Say where this is
          uses: \(exec.manifest.name)
          with:
            script: echo "hello from $STAGE"

        # needs run first, at the same time where they can; steps run one after the other, then finally, whatever became of them.
        # all:
        #   needs: [hello]
        #   steps:
        #     - task: hello
        #       with: { stage: test }
        #   finally: [hello]

      """
  }

  /// The other plugins, each as a comment that becomes a task.
  private var others: String? {
    let others = plugins.map { $0.manifest }.filter { !$0.runsScript }
    guard !others.isEmpty else { return nil }
    let blocks = others.map { manifest in
      """
        # \(manifest.summary): `\(tool) plugins \(manifest.name)` tells of its inputs.
        # \(manifest.name):
        #   \(manifest.example)

      """
    }
    return blocks.joined(separator: "\n")
  }
}
