import Glibc
import OrderedCollections
import TaskKit

/// What a user gives a run besides tasks.yaml.
public struct GivenValues: Sendable {
  /// `KEY=VALUE` words of the command line, in order.
  public var assignments: [(variable: String, value: String)]
  public var environment: [String: String]
  /// The absolute path of the folder where the user stands.
  public var directory: String
  public var profile: String?

  public init(
    assignments: [(variable: String, value: String)], environment: [String: String], directory: String, profile: String?
  ) {
    self.assignments = assignments
    self.environment = environment
    self.directory = directory
    self.profile = profile
  }
}

/// The layers that reach every call of a run.
struct SharedLayers: Sendable {
  let commandLine: Layer
  let environment: Layer
  /// Of each file.
  private let parts: [PartLayers]
  /// The files whose values a file's tasks see, strongest first, by the file's number.
  private let seen: [[Int]]

  /// The layers that one file's `.env` files, profile and defaults make.
  private struct PartLayers: Sendable {
    let dotenv: Layer?
    let profile: Layer?
    let defaults: Layer
    /// What `.env` files add to the environment of scripts.
    let variables: [String: String]
  }

  /// - Throws: A `DiagnosticError` where a `.env` file cannot be read, or the profile does not exist.
  init(file: TaskFile, given: GivenValues) throws(DiagnosticError) {
    var assignments: [String: String] = [:]
    for (variable, value) in given.assignments { assignments[variable] = value }
    commandLine = Layer(
      .commandLine, variables: assignments, origins: assignments.mapOrigins(Origin.commandLine),
      directory: given.directory)
    environment = Layer(.environment, variables: given.environment, origins: [:], directory: given.directory)
    if let profile = given.profile { try Self.requireProfile(profile, of: file) }
    var parts: [PartLayers] = []
    for part in file.parts { parts.append(try Self.layers(of: part, given.profile)) }
    self.parts = parts
    seen = file.parts.indices.map(file.partsSeen)
  }

  /// All of them with those that belong to one call, strongest first.
  ///
  /// - Parameters:
  ///   - matrix: The values of the call's matrix cell.
  ///   - step: What the call's `with` gives.
  ///   - task: The task's own values.
  ///   - part: The file that the task is written in, by number.
  /// - Returns: The layers.
  func with(matrix: Layer?, step: Layer?, task: Layer, of part: Int) -> [Layer] {
    let seen = seen[part].map { parts[$0] }
    return [matrix, commandLine, step, environment].compactMap { $0 } + seen.compactMap(\.dotenv)
      + seen.compactMap(\.profile) + [task] + seen.map(\.defaults)
  }

  /// What `.env` files add to the environment of the scripts of a file; the first that sets a variable wins.
  func dotenvVariables(of part: Int) -> [String: String] {
    seen[part].reduce(into: [:]) { variables, part in
      variables.merge(parts[part].variables) { first, _ in first }
    }
  }

  /// What `.env` files say, of all files.
  var allDotenvVariables: [String: String] {
    parts.reduce(into: [:]) { variables, part in variables.merge(part.variables) { first, _ in first } }
  }

  /// The names that `defaults` and profiles give to the tasks of a file.
  func writtenNames(seenFrom part: Int) -> [String] {
    seen[part].flatMap { parts[$0].defaults.writtenNames }
      + seen[part].flatMap { parts[$0].profile?.writtenNames ?? [] }
  }

  private static func requireProfile(_ name: String, of file: TaskFile) throws(DiagnosticError) {
    let known = OrderedSet(file.parts.flatMap(\.profiles.keys))
    guard known.contains(name) else {
      throw DiagnosticError(.unknownProfile(name, known: Array(known), in: file.source.name))
    }
  }

  private static func layers(of part: TaskFilePart, _ profile: String?) throws(DiagnosticError) -> PartLayers {
    let variables = try readDotenv(of: part)
    let texts = variables.mapValues(\.text)
    let dotenv = Layer(
      .dotenv, variables: texts, origins: variables.mapValues { .source($0.location) }, directory: part.directory)
    return PartLayers(
      dotenv: part.dotenv.isEmpty ? nil : dotenv,
      profile: profile.flatMap { part.profiles[$0] }.map { Layer(.profile, written: $0, directory: part.directory) },
      defaults: Layer(.defaults, written: part.defaults, directory: part.directory), variables: texts)
  }

  /// The first file that sets a variable wins.
  private static func readDotenv(of file: TaskFilePart) throws(DiagnosticError) -> [String: LocatedText] {
    var variables: [String: LocatedText] = [:]
    for entry in file.dotenv {
      let name = entry.file.text
      let path = name.hasPrefix("/") ? name : "\(file.directory)/\(name)"
      if entry.isOptional, access(path, F_OK) != 0, errno == ENOENT { continue }
      let bytes: [UInt8]
      do throws(FileProblem) {
        bytes = try FileContents.read(path, upTo: 1 << 20)
      } catch {
        throw DiagnosticError(
          .unreadableDotenv(name, error, isOptional: entry.isOptional, at: .source(entry.file.location)))
      }
      let source = SourceText(name: file.source.nameBeside(name), path: path, bytes: bytes)
      variables.merge(try Dotenv(source).variables.map { ($0.key, $0.value) }) { first, _ in first }
    }
    return variables
  }
}

extension [String: String] {
  fileprivate func mapOrigins(_ origin: (String, String) -> Origin) -> [String: Origin] {
    Dictionary<String, Origin>(uniqueKeysWithValues: map { ($0.key, origin($0.key, $0.value)) })
  }
}
