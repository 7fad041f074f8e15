import FoundationEssentials

/// The files that the AWS CLI keeps in `~/.aws`: profiles, their settings and their keys.
struct SharedConfig: Sendable {
  /// A section's settings; those indented below a setting without a value are nested.
  struct Section: Sendable, Hashable {
    var values: [String: String] = [:]
    var nested: [String: [String: String]] = [:]
  }

  /// Where the files are.
  let configPath: String?
  let credentialsPath: String?
  private let config: [String: Section]
  private let credentials: [String: Section]

  init(config: String = "", credentials: String = "") {
    configPath = nil
    credentialsPath = nil
    self.config = SharedConfigText.sections(of: config)
    self.credentials = SharedConfigText.sections(of: credentials)
  }

  /// Reads the files that the environment names; one that is not there is empty.
  ///
  /// - Throws: A `ConfigurationFault` where a file is there and cannot be read.
  init(environment: [String: String]) throws(ConfigurationFault) {
    let home = environment["HOME"] ?? ""
    func path(_ variable: String, _ name: String) -> String? {
      guard let path = environment[variable], !path.isEmpty else { return home.isEmpty ? nil : "\(home)/.aws/\(name)" }
      return path.hasPrefix("~/") ? "\(home)/\(path.dropFirst(2))" : path
    }
    configPath = path("AWS_CONFIG_FILE", "config")
    credentialsPath = path("AWS_SHARED_CREDENTIALS_FILE", "credentials")
    config = SharedConfigText.sections(of: try Self.text(of: configPath))
    credentials = SharedConfigText.sections(of: try Self.text(of: credentialsPath))
  }

  private static func text(of path: String?) throws(ConfigurationFault) -> String {
    guard let path, FileManager.default.fileExists(atPath: path) else { return "" }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw ConfigurationFault("the file \(path) cannot be read", help: "check its permissions")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The names of all profiles.
  var profiles: [String] {
    let configured = config.keys.compactMap { name in
      name == "default" ? name : name.hasPrefix("profile ") ? String(name.dropFirst("profile ".count)) : nil
    }
    return Set(configured + credentials.keys).sorted()
  }

  /// A profile's section of the config file.
  func configSection(ofProfile name: String) -> Section? {
    config["profile \(name)"] ?? (name == "default" ? config["default"] : nil)
  }

  /// A profile's section of the credentials file.
  func credentialsSection(ofProfile name: String) -> Section? {
    credentials[name]
  }

  /// A profile's settings of both files; the credentials file wins.
  func section(ofProfile name: String) -> Section {
    let values = credentials[name]?.values.filter { !$0.value.isEmpty } ?? [:]
    return Section(values: (configSection(ofProfile: name)?.values ?? [:]).merging(values) { $1 })
  }

  /// A setting of a profile, from either file; the credentials file wins.
  func value(_ key: String, ofProfile name: String) -> String? {
    let value = credentials[name]?.values[key] ?? configSection(ofProfile: name)?.values[key]
    return value.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The address of a service in a `[services NAME]` section.
  func endpoint(of service: String, inServices section: String) -> String? {
    config["services \(section)"]?.nested[service]?["endpoint_url"]
  }
}

/// The INI dialect of those files.
enum SharedConfigText {
  static func sections(of text: String) -> [String: SharedConfig.Section] {
    var sections: [String: SharedConfig.Section] = [:]
    var section: String?
    var key: String?
    for line in text.split(whereSeparator: \.isNewline) {
      let trimmed = line.trimmed
      guard let first = trimmed.first, first != "#", first != ";" else { continue }
      if !line.isIndented, first == "[" {
        section = name(ofHeading: trimmed)
        key = nil
        if let section, sections[section] == nil { sections[section] = .init() }
        continue
      }
      guard let section, let (name, value) = setting(trimmed) else { continue }
      if line.isIndented, let key {
        sections[section]?.nested[key, default: [:]][name] = value
      } else {
        sections[section]?.values[name] = value
        key = value.isEmpty ? name : nil
      }
    }
    return sections
  }

  /// `[profile  "a b"]` is `profile a b`.
  private static func name(ofHeading line: Substring) -> String? {
    guard let end = line.firstIndex(of: "]") else { return nil }
    let words = line[line.index(after: line.startIndex)..<end].split(whereSeparator: \.isWhitespace)
    return words.joined(separator: " ").replacing("\"", with: "").replacing("'", with: "")
  }

  /// `key = value`; a comment begins with a space and `#` or `;`.
  private static func setting(_ line: Substring) -> (name: String, value: String)? {
    guard let equals = line.firstIndex(of: "=") else { return nil }
    let name = line[..<equals].trimmed.lowercased()
    var value = line[line.index(after: equals)...]
    // A command may hold such characters itself.
    for comment in [" #", " ;", "\t#", "\t;"] where name != "credential_process" {
      if let range = value.firstRange(of: comment) { value = value[..<range.lowerBound] }
    }
    return (name, String(value.trimmed))
  }
}

extension Substring {
  fileprivate var isIndented: Bool { first?.isWhitespace == true }
  fileprivate var trimmed: Substring {
    guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace }) else {
      return ""
    }
    return self[start...end]
  }
}
