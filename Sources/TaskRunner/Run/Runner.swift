import FoundationEssentials
import TaskKit

/// Runs a plan: needs in parallel, then a task's own work or its steps, then its `finally`.
///
/// `RunState` decides; this does what it decided, and tells it what happened.
public struct Runner: Sendable {
  private let plan: Plan
  private let settler: Settler
  private let surroundings: RunSurroundings
  private let relay: EventRelay
  private let roots: Set<Int>
  private let store: UpToDateStore

  public init(plan: Plan, planner: Planner, surroundings: RunSurroundings, observers: [any RunObserver]) {
    self.plan = plan
    settler = planner.settler
    self.surroundings = surroundings
    relay = EventRelay(observers, now: surroundings.now)
    store = UpToDateStore(surroundings.setting.state)
    roots = Set(plan.roots + plan.roots.flatMap { plan.calls[$0].cells })
  }

  /// Runs the tasks asked for, in order, until one fails.
  public func run() async -> RunResult {
    let started = ContinuousClock.now
    relay.emit(.runStarted(surroundings.setting.identity, tasks: plan.roots.map { plan.calls[$0].path }))
    let (happenings, inlet) = AsyncStream<RunState.Happening>.makeStream()
    // What is cancelled from outside is to end as if it were told to: with `finally`.
    let state = await withTaskCancellationHandler {
      await Task { await follow(happenings, inlet) }.value
    } onCancel: {
      inlet.yield(.signal(.stop(signal: Signals.terminate)))
    }
    let notes = await surroundings.setting.resources.close()
    relay.finishLateReporters()
    let stop = state.signal.map(RunFailure.init(signal:))
    let failure = state.firstFailure ?? stop
    let result = RunResult(
      status: stop != nil ? .cancelled : failure == nil ? .succeeded : .failed,
      duration: started.duration(to: .now), failure: failure, signal: state.signal, notes: notes,
      hasDoneNothing: failure?.isInvalidInput == true && state.worksStarted == 1)
    relay.emit(.runFinished(result))
    return result
  }

  private func follow(
    _ happenings: AsyncStream<RunState.Happening>, _ inlet: AsyncStream<RunState.Happening>.Continuation
  ) async -> RunState {
    var state = RunState(plan: plan, settler: settler, surroundings: surroundings)
    var working: [Int: StopSwitch] = [:]
    await withDiscardingTaskGroup { group in
      group.addTask {
        for await signal in surroundings.signals { inlet.yield(.signal(signal)) }
      }
      var effects = state.begin()
      var incoming = happenings.makeAsyncIterator()
      while true {
        for effect in effects { perform(effect, &working, inlet, &group) }
        guard !state.isDone, let happening = await incoming.next() else { break }
        if case .workEnded(let index, _) = happening { working[index] = nil }
        effects = state.take(happening)
      }
      group.cancelAll()
    }
    return state
  }

  private func perform(
    _ effect: RunState.Effect, _ working: inout [Int: StopSwitch],
    _ inlet: AsyncStream<RunState.Happening>.Continuation, _ group: inout DiscardingTaskGroup
  ) {
    switch effect {
    case .emit(let event):
      relay.emit(event)
    case .start(let work):
      working[work.index] = work.stopSwitch
      group.addTask { inlet.yield(.workEnded(work.index, await end(of: work))) }
    case .give(let order, let index):
      working[index]?.give(order)
    case .watch(let index, let time, let stopSwitch):
      group.addTask {
        if await isUp(time, unless: stopSwitch) { inlet.yield(.timeIsUp(index)) }
      }
    case .suspend:
      for stopSwitch in working.values { stopSwitch.give(.hold) }
      surroundings.suspend()
      for stopSwitch in working.values { stopSwitch.give(.goOn) }
    }
  }

  /// Whether a time was up before a switch was used.
  private func isUp(_ timeout: Duration, unless stopSwitch: StopSwitch) async -> Bool {
    await withTaskGroup { group in
      group.addTask {
        do { try await Task.sleep(for: timeout) } catch { return false }
        return true
      }
      group.addTask {
        await stopSwitch.waitForStop()
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }

  private enum Moment: Sendable {
    case ended(RunState.WorkEnd)
    case timeIsUp
    case stopped
  }

  /// Does a call's work, and cancels it where it is told to stop or its time is up.
  private func end(of work: RunState.Work) async -> RunState.WorkEnd {
    let timeout = work.kind.isTimed ? work.settlement.task.timeout?.duration : nil
    return await withTaskGroup(of: Moment.self) { group in
      group.addTask { .ended(await run(work)) }
      group.addTask {
        await work.stopSwitch.waitForStop()
        return .stopped
      }
      if let timeout {
        group.addTask {
          do { try await Task.sleep(for: timeout) } catch { return .stopped }
          return .timeIsUp
        }
      }
      var hasTimedOut = false
      while let moment = await group.next() {
        switch moment {
        case .ended(var end):
          end.hasTimedOut = hasTimedOut
          group.cancelAll()
          return end
        case .timeIsUp:
          hasTimedOut = !work.stopSwitch.isStopped
          work.stopSwitch.give(.stop(signal: Signals.terminate, grace: surroundings.setting.grace))
        case .stopped:
          group.cancelAll()
        }
      }
      return RunState.WorkEnd(error: CancellationError())
    }
  }

  private func run(_ work: RunState.Work) async -> RunState.WorkEnd {
    switch work.kind {
    case .comparing(let needs): await OffPool.run { compare(work, needs) }
    case .preconditions: await checkPreconditions(of: work)
    case .attempt(let snapshot): await attempt(work, snapshot)
    }
  }

  /// Looks whether a task's work is done already; where that cannot be told, it is done again.
  private func compare(_ work: RunState.Work, _ needs: [String: String?]) -> RunState.WorkEnd {
    let check = UpToDateCheck(
      store: store, call: plan.calls[work.index], settlement: work.settlement, arguments: arguments(of: work),
      needs: needs, isForced: surroundings.forces,
      dotenv: surroundings.dotenvVariables(of: work.settlement, settler), isStopped: { work.stopSwitch.isStopped })
    do {
      return RunState.WorkEnd(verdict: try check.verdict(keepsHashing: true))
    } catch let error as DiagnosticError {
      return RunState.WorkEnd(verdict: .run(reason: RunFailure(error, in: work.identity, work.masker).message, nil))
    } catch {
      return RunState.WorkEnd(error: error)
    }
  }

  private func arguments(of work: RunState.Work) -> [String] {
    roots.contains(work.index) ? surroundings.arguments : []
  }

  /// Runs the preconditions of a task; what they write goes to standard error, so that it is no result.
  private func checkPreconditions(of work: RunState.Work) async -> RunState.WorkEnd {
    let reporter = CallReporter(call: work.identity, masker: work.masker, relay: relay, onlyStream: .standardError)
    defer { reporter.finish() }
    let context = context(for: work, environment: work.settlement.environmentOfPreconditions, reporter)
    for precondition in work.settlement.preconditions {
      do {
        _ = try await precondition.plugin.run(context)
      } catch is TaskFailure {
        return RunState.WorkEnd(
          error: DiagnosticError(
            .unmetPrecondition(
              work.identity.task, precondition.message, script: precondition.script.text,
              at: .source(precondition.script.location))))
      } catch {
        return RunState.WorkEnd(error: error)
      }
    }
    return RunState.WorkEnd()
  }

  /// Notes the work of a task that can be up to date.
  private func note(_ work: RunState.Work, _ snapshot: UpToDateSnapshot?) -> UpToDateStore.Work? {
    guard work.settlement.sources != nil else { return nil }
    return store.begin(snapshot?.variant, on: store.shelf(of: plan.calls[work.index]))
  }

  /// Keeps what a task's work was made from and what it made.
  ///
  /// - Returns: What others can depend on; nil where the task does not say what it makes.
  private func keep(
    _ outputs: TaskOutputs, of work: RunState.Work, _ snapshot: UpToDateSnapshot?, _ noted: UpToDateStore.Work?,
    _ reporter: CallReporter
  ) -> String? {
    let isStopped = { work.stopSwitch.isStopped }
    let secretNames = work.settlement.scope.secretNames
    let hidesOutputs =
      work.masker.mask(outputs) != outputs || outputs.values.contains { secretNames.contains($0.name) }
    do {
      guard let snapshot, let noted else {
        return try GeneratedFiles(of: work.settlement, isStopped: isStopped).map {
          UpToDateRecord.trace(generated: $0.files, outputs: outputs)
        }
      }
      let kept = try snapshot.keep(
        outputs, of: work.settlement, noted, in: store, hidesOutputs: hidesOutputs, isStopped: isStopped)
      for note in kept.notes { reporter.log(.warning, note) }
      return work.settlement.generates == nil ? nil : kept.trace
    } catch {
      let message = Diagnostic.all(of: error).first?.message ?? ""
      reporter.log(.warning, "\(message); it will run again")
      return nil
    }
  }

  private func context(
    for work: RunState.Work, environment more: [String: String] = [:], _ reporter: CallReporter
  ) -> TaskContext {
    var environment = surroundings.environment(of: work.settlement, work.identity, settler)
    environment.merge(more) { own, _ in own }
    if work.attempt > 0 { environment["UGC_ATTEMPT"] = String(work.attempt) }
    return TaskContext(
      task: work.identity.task, call: work.identity.path, run: surroundings.setting,
      directory: work.settlement.directory, environment: environment,
      arguments: arguments(of: work), isInteractive: work.settlement.task.interactive != nil,
      stopSwitch: work.stopSwitch, reporter: reporter)
  }

  private func attempt(_ work: RunState.Work, _ snapshot: UpToDateSnapshot?) async -> RunState.WorkEnd {
    guard let plugin = work.settlement.plugin else {
      return RunState.WorkEnd(
        error: DiagnosticError(
          "the values of `\(work.identity.task)` are not known", help: "this is a mistake in the program"))
    }
    let reporter = CallReporter(call: work.identity, masker: work.masker, relay: relay)
    let context = context(for: work, reporter)
    defer { reporter.finish() }
    let noted = note(work, snapshot)
    defer { if let noted { store.end(noted) } }
    do {
      let outputs = try await plugin.run(context)
      let trace = await OffPool.run { keep(outputs, of: work, snapshot, noted, reporter) }
      return RunState.WorkEnd(outputs: outputs, trace: trace)
    } catch let failure as TaskFailure {
      return RunState.WorkEnd(outputs: failure.outputs, error: failure)
    } catch let cancellation as TaskCancellation {
      return RunState.WorkEnd(outputs: cancellation.outputs, error: cancellation)
    } catch {
      return RunState.WorkEnd(error: error)
    }
  }
}
