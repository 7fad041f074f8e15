import AWSClient
import FoundationEssentials
import TaskKit
import UGCPlatform

/// Follows services minute by minute; it only reads.
struct ScalingWatch<Time: Clock<Duration>> {
  private static var interval: Duration { .seconds(60) }
  /// How far back a datapoint may lie to be the newest, in seconds.
  private static var window: Int { 300 }

  let session: AWSSession
  let region: String
  let expectations: ScalingExpectations
  let context: TaskContext
  let clock: Time

  /// What is followed of a service.
  private struct Watched {
    let name: ElasticContainerService.ServiceName
    let target: ApplicationAutoScaling.ScalableTarget?
    var samples: [ScalingSample] = []
    /// When the newest value of the CPU was, since 1970, in seconds.
    var newest: Double?
    /// What could not be read in some minute, and why.
    var faults: [ScalingFault: String] = [:]
    var metricFault: AWSError?
  }

  /// Watches for a time; where the task is told to stop, it ends as if the time were over.
  ///
  /// - Returns: What the services did that they should not have done, or did not do.
  func run(_ services: [ElasticContainerService.ServiceName], for duration: Duration) async -> [Finding] {
    var watched: [Watched] = []
    for name in services {
      let target = await Reading { () async throws(AWSError) in
        try await session.applicationAutoScaling(region: region).target(of: name.resourceID)
      }
      watched.append(Watched(name: name, target: target.value ?? nil))
    }
    let start = clock.now
    var minute = 0
    while true {
      for index in watched.indices { await look(at: &watched[index]) }
      // A minute that was missed is not made up for.
      minute = max(minute + 1, Int((start.duration(to: clock.now) / Self.interval).rounded(.up)))
      let next = Self.interval * minute
      guard next <= duration, await pause(until: start.advanced(by: next)) else { break }
    }
    watched.forEach(draw)
    return watched.flatMap(judge)
  }

  private func pause(until instant: Time.Instant) async -> Bool {
    do {
      try await clock.sleep(until: instant, tolerance: nil)
      return true
    } catch {
      return false
    }
  }

  private func look(at watched: inout Watched) async {
    do throws(AWSError) {
      guard let sample = try await sample(of: &watched) else {
        watched.faults[.serviceMissing] = "the service is gone"
        return
      }
      watched.samples.append(sample)
      context.print(line(watched.name, sample))
    } catch {
      if Task.isCancelled { return }
      watched.faults[.serviceUnreadable] = "the service could not be read: \(error)"
      context.logger.warning("\(watched.name): \(error)")
      // The minute is not left out of the chart.
      if var gap = watched.samples.last {
        gap.cpu = nil
        watched.samples.append(gap)
      }
    }
  }

  private func sample(of watched: inout Watched) async throws(AWSError) -> ScalingSample? {
    let name = watched.name
    guard let service = try await session.elasticContainerService(region: region).service(name) else { return nil }
    let cloudWatch = session.cloudWatch(region: region)
    let prefix = ServiceScaling.alarmPrefix(of: name)
    let alarms = try await cloudWatch.alarms(withPrefix: prefix)
    func state(_ side: AlarmRules.Side) -> String? {
      alarms.first { $0.name.hasPrefix("\(prefix)\(side.rawValue)-") }?.state
    }
    var sample = ScalingSample(
      desired: service.desired, running: service.running, high: state(.high), low: state(.low),
      isDeploying: service.deployments.count > 1)
    let now = Int(Date().timeIntervalSince1970)
    do throws(AWSError) {
      let point = try await cloudWatch.averages(
        of: "CPUUtilization", in: "AWS/ECS", [("ClusterName", name.cluster), ("ServiceName", name.service)],
        (now - Self.window)..<now
      ).last
      // One value is one minute's, however often it is read.
      if let point, point.time != watched.newest { sample.cpu = point.value }
      watched.newest = point?.time
    } catch {
      watched.metricFault = error
    }
    return sample
  }

  private func line(_ name: ElasticContainerService.ServiceName, _ sample: ScalingSample) -> String {
    let cpu = sample.cpu.map { "\(Int($0.rounded())) %" } ?? "unknown"
    let alarms = "high \(sample.high ?? "missing"), low \(sample.low ?? "missing")"
    return "\(name): desired \(sample.desired), running \(sample.running), CPU \(cpu), \(alarms)"
  }

  private func draw(_ watched: Watched) {
    let tasks = watched.samples.map { Double($0.running) }
    context.print("\(watched.name), a column a minute:")
    context.print("  CPU    \(Sparkline(watched.samples.map(\.cpu), unit: " %"))")
    context.print("  tasks  \(Sparkline(tasks, unit: ""))")
  }

  private func judge(_ watched: Watched) -> [Finding] {
    let subject = watched.name.description
    let promise = ScalingPromise(
      expectations: expectations, minimum: watched.target?.minimum ?? expectations.minCapacity,
      maximum: watched.target?.maximum ?? expectations.maxCapacity)
    let verdict = promise.verdict(on: watched.samples)
    var findings = ScalingFault.allCases.compactMap { fault in
      watched.faults[fault].map { fault.finding(subject, $0) }
    }
    let values = watched.samples.count { $0.cpu != nil }
    if values * 2 < watched.samples.count {
      let reason = watched.metricFault.map { ": \($0)" } ?? ""
      findings.append(
        ScalingFault.metricUnreadable.finding(
          subject, "the CPU utilization was there in \(values) of \(watched.samples.count.counted("minute"))\(reason)"))
    }
    if let minute = verdict.missedOut {
      findings.append(
        ScalingFault.scaleOutMissed.finding(
          subject,
          "after minute \(minute) the CPU had been above \(ScalingRules.text(expectations.cpuTarget)) % for "
            + "\(expectations.scaleOutMinutes.counted("minute")), but the service did not scale out in time"))
    }
    if let minute = verdict.missedIn {
      findings.append(
        ScalingFault.scaleInMissed.finding(
          subject,
          "after minute \(minute) the CPU had been low for \(expectations.scaleInMinutes.counted("minute")), but the "
            + "service did not scale in in time"))
    }
    if findings.isEmpty {
      let moves = [
        verdict.mostOut > 0 ? "out by \(verdict.mostOut.counted("task"))" : nil,
        verdict.mostIn > 0 ? "in by \(verdict.mostIn.counted("task"))" : nil,
      ].compactMap { $0 }
      let done = moves.isEmpty ? "did not scale" : "scaled \(moves.joined(separator: " and "))"
      let isJudged = watched.samples.count > promise.shortest
      context.print(
        "\(subject) \(done), \(isJudged ? "as its policy promises" : "but was not watched long enough to judge")")
    }
    return findings
  }
}
