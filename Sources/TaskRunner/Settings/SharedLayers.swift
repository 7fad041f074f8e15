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
  let dotenv: Layer?
  let profile: Layer?
  let defaults: Layer
  /// What `.env` files add to the environment of scripts.
  let dotenvVariables: [String: String]

  /// - Throws: A `DiagnosticError` where a `.env` file cannot be read, or the profile does not exist.
  init(file: TaskFile, given: GivenValues) throws(DiagnosticError) {
    var assignments: [String: String] = [:]
    for (variable, value) in given.assignments { assignments[variable] = value }
    commandLine = Layer(
      .commandLine, variables: assignments, origins: assignments.mapOrigins(Origin.commandLine),
      directory: given.directory)
    environment = Layer(.environment, variables: given.environment, origins: [:], directory: given.directory)
    let variables = try Self.readDotenv(of: file)
    dotenvVariables = variables.mapValues(\.text)
    dotenv =
      file.dotenv.isEmpty
      ? nil
      : Layer(
        .dotenv, variables: dotenvVariables, origins: variables.mapValues { .source($0.location) },
        directory: file.directory)
    profile = try Self.profileLayer(given.profile, of: file)
    defaults = Layer(.defaults, written: file.defaults, directory: file.directory)
  }

  /// All of them with the two that belong to one call, strongest first.
  func with(step: Layer?, task: Layer) -> [Layer] {
    [commandLine, step, environment, dotenv, profile, task, defaults].compactMap { $0 }
  }

  private static func profileLayer(_ name: String?, of file: TaskFile) throws(DiagnosticError) -> Layer? {
    guard let name else { return nil }
    guard let values = file.profiles[name] else {
      throw DiagnosticError(.unknownProfile(name, known: Array(file.profiles.keys), in: file.source.name))
    }
    return Layer(.profile, written: values, directory: file.directory)
  }

  /// The first file that sets a variable wins.
  private static func readDotenv(of file: TaskFile) throws(DiagnosticError) -> [String: LocatedText] {
    var variables: [String: LocatedText] = [:]
    for entry in file.dotenv {
      let path = entry.text.hasPrefix("/") ? entry.text : "\(file.directory)/\(entry.text)"
      let bytes: [UInt8]
      do throws(FileProblem) {
        bytes = try FileContents.read(path, upTo: 1 << 20)
      } catch {
        throw DiagnosticError(.unreadableDotenv(entry.text, error, at: .source(entry.location)))
      }
      let source = SourceText(name: file.source.nameBeside(entry.text), path: path, bytes: bytes)
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
