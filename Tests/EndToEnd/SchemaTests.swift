import AWSTestSupport
import Foundation
import TaskCLI
import Testing

/// The JSON Schema of task files, held against what `check` says; jsonschema comes with the emulators.
@Suite(.enabled(if: Python.isThere), .timeLimit(.minutes(5))) struct SchemaTests {
  /// A task file with whether it is one.
  private struct Case {
    let yaml: String
    let isValid: Bool
  }

  /// Task files that break a rule of the structure: `check` and the schema both refuse them.
  private static let faulty = [
    "tasks: {}", "version: 2\ntasks: {}", "version: '1'\ntasks: {}", "version: 1", "[]", "version: 1\ntasks: []",
    "version: 1\nbogus: 1\ntasks: {}", "version: 1\ntasks: { a: { dep: [b] } }", "version: 1\ntasks: { -a: {} }",
    "version: 1\ntasks: { seed: { with: { seedCount: many } } }",
    "version: 1\ntasks: { seed: { with: { seedCount: -1 } } }",
    "version: 1\ntasks: { seed: { with: { seedCount: 1.5 } } }",
    "version: 1\ntasks: { seed: { with: { sedCount: 1 } } }",
    "version: 1\ndefaults: { userID: 1 }\ntasks: {}",
    "version: 1\ntasks: { x: { uses: seed, with: { backend: cloud } } }",
    "version: 1\ntasks: { x: { uses: exce, with: { script: ':' } } }", "version: 1\ntasks: { seed: { steps: seed } }",
    "version: 1\ntasks: { seed: { needs: [{ with: {} }] } }",
    "version: 1\ntasks: { seed: { needs: [{ task: a, wit: {} }] } }",
    "version: 1\ntasks: { seed: { needs: [[a]] } }", "version: 1\ntasks: { seed: { timeout: 90 } }",
    "version: 1\ntasks: { seed: { timeout: 1d } }", "version: 1\ntasks: { seed: { retry: 3 } }",
    "version: 1\ntasks: { seed: { retry: { attempts: 0 } } }",
    "version: 1\ntasks: { seed: { retry: { backoff: 1s } } }",
    "version: 1\ntasks: { seed: { retry: { attempts: 2, delay: 1s } } }", "version: 1\ntasks: { seed: { when: [x] } }",
    "version: 1\ntasks: { seed: { private: 'yes' } }", "version: 1\ntasks: { seed: { env: { UGC_X: 1 } } }",
    "version: 1\ntasks: { seed: { env: { '1A': 1 } } }", "version: 1\ntasks: { seed: { confirm: true } }",
    "version: 1\ntasks: { seed: { matrix: { a: [] } } }", "version: 1\ntasks: { seed: { matrix: { A: [1] } } }",
    "version: 1\ntasks: { seed: { matrix: { a: [1, 1] } } }", "version: 1\ntasks: { seed: { sources: x } }",
    "version: 1\ntasks: { seed: { sources: } }", "version: 1\ntasks: { seed: { preconditions: [{ message: x }] } }",
    "version: 1\ntasks: { seed: { aliases: [-x] } }", "version: 1\ntasks: { seed: { secrets: [TOKEN] } }",
    "version: 1\ndefaults: { seed_count: 1 }\ntasks: {}", "version: 1\ndefaults: [a]\ntasks: {}",
    "version: 1\nprofiles: { p: 1 }\ntasks: {}", "version: 1\nprotected: { stage: prod }\ntasks: {}",
    "version: 1\ninclude: [{ namespace: x }]\ntasks: {}", "version: 1\ninclude: { file: x }\ntasks: {}",
    "version: 1\ntasks: { a: { uses: seed, steps: [seed] }, seed: {} }", "version: 1\ndotenv: .env\ntasks: {}",
    "version: 1\ndotenv: [{ optional: true }]\ntasks: {}", "version: 1\ndotenv: [{ file: a, maybe: true }]\ntasks: {}",
    "version: 1\ntasks: { build: { with: { a: 1 } } }", "version: 1\ntasks: { build: }",
    "version: 1\ntasks: { a: { needs: [], interactive: true } }",
    "version: 1\ntasks: { a: { needs: [], sources: [x] } }",
    "version: 1\ntasks: { seed: { steps: [a], retry: { attempts: 2 } }, a: { uses: seed } }",
    "version: 1\ntasks: { a: { uses: seed, interactive: true } }", "version: 1\ntasks: { seed: { sources: [] } }",
    "version: 1\ntasks: { seed: { sources: ['!x', '!y'] } }", "version: 1\ntasks: { seed: { when: $CI } }",
    "version: 1\ntasks: { seed: { when: 'ci == 1' } }", "version: 1\ndefaults: { ldPreload: x }\ntasks: {}",
    "version: 1\nprofiles: { p: { ugcRun: x } }\ntasks: {}", "version: 1\ntasks: { seed: { needs: [1] } }",
    "version: 1\ninclude: [1]\ntasks: {}", "version: 1\ntasks: { seed: { timeout: 0s } }",
    "version: 1\ntasks: { seed: { matrix: { a: } } }", "version: 1\ntasks: { seed: { matrix: { a: [x y] } } }",
    "version: 1\ntasks: { seed: { with: { stage: } } }", "version: 1\ntasks: { seed: { with: { awsCallTimeout: 5 } } }",
    "version: 1\ntasks: { seed: { with: { stack: a_b } } }",
    "version: 1\ntasks: { seed: { with: { seedCount: '-5' } } }",
    "version: 1\ntasks: { exec: { with: { script: ':', shell: bash } } }",
    "version: 1\ntasks: { scaling-check: { with: { cpuTarget: '0x10' } } }",
    "version: 1\ntasks: { seed: { with: { path: x } } }",
  ]

  private static let valid = [
    "version: 1\ntasks:\n", "version: 1\ntasks: { seed: }",
    "version: 1\ntasks: { seed: { with: { seedCount: '${n}' } } }",
    "version: 1\ndefaults: { n: null, list: [1, a] }\ntasks: { seed: {} }",
    "version: 1\ntasks: { seed: { with: { json: null, startAt: '' } } }",
    "version: 1\ntasks: { a: { uses: exec, with: { script: ':', shell: [bash, -c], any: 1 } } }",
    "version: 1\ntasks: { seed: { when: true, sources: [a], generates: [], timeout: 1.5s } }",
    "version: 1\ntasks: { seed: {}, seedAll: { steps: [seed], with: { howMany: 1 } } }",
    "version: 1\ndotenv: [.env, { file: .env.local, optional: true }]\ntasks: {}",
    "version: 1\ntasks: { scaling-check: { with: { template: x.json, maxCapacity: 5 } } }",
    "version: 1\ntasks: { a: { needs: [] }, seed: { sources: [], generates: [x], interactive: false } }",
    "version: 1\ntasks: { exec: { interactive: true, with: { script: ':', homePage: x, ld: y } } }",
    "version: 1\ndefaults: { shell: [bash, -c], paths: x }\ntasks: { a: { uses: exec, with: { script: ':' } } }",
    "version: 1\ntasks: { seed: { steps: [], retry: { attempts: 2 }, when: 'True', with: { seedCount: '5' } } }",
    "version: 1\ntasks: { seed: { aliases: [1, true], timeout: .5s, when: ' true ' } }",
    "version: 1\ntasks: { a: { uses: exec, with: { script: 5 } }, b: { steps: [{ task: a, id: true }] } }",
    "version: 1\ntasks: { scaling-check: { with: { cpuTarget: '6.5e1' } } }",
    "version: 1\ntasks: { stream-events: { with: { verify: 'YES', backend: aws }, sources: ['!a', b] } }",
  ]

  /// What follows from names elsewhere in the file, or is only looked at when a task is planned.
  private static let beyondStructure = [
    "is already", "no task has a value named `stag`", "in a ring", "needs a value for `script`",
    "must name a program",
  ]

  @Test func `it refuses every fault that follows from the structure`() async throws {
    var documents: [String] = []
    var expected: [String] = []
    for fault in TaskFileFaultsTests.faults where !fault.1.contains("is written twice") {
      let source = SourceText(name: "t.yaml", path: "t.yaml", bytes: Array(fault.0.utf8), lineBreaks: .yaml)
      documents.append(JSONValue(try YAML.parse(source).root).text)
      expected.append(Self.beyondStructure.contains { fault.1.contains($0) } ? "valid" : "faulty")
    }
    #expect(expected.count { $0 == "faulty" } == 32)
    #expect(expected.count { $0 == "valid" } == 7)
    #expect(try await unexpected(documents, expected) == "")
  }

  @Test func `it takes what check takes, and refuses what breaks the structure`() async throws {
    var cases = Self.valid.map { Case(yaml: $0, isValid: true) } + Self.faulty.map { Case(yaml: $0, isValid: false) }
    for name in [
      "tasks.yaml", "Examples/platform/tasks.yaml", "Examples/pipeline.yaml", "Examples/workspace/tasks.yaml",
      "Examples/workspace/docs/tasks.yaml",
    ] { cases.append(Case(yaml: try Repository.text(name), isValid: true)) }
    let readme = try Repository.text("README.md").components(separatedBy: "```yaml\n").dropFirst()
    for block in readme where block.hasPrefix("version: 1") {
      cases.append(Case(yaml: block.components(separatedBy: "```\n")[0], isValid: true))
    }
    let docs = try Repository.text("Examples/workspace/docs/tasks.yaml")
    var documents: [String] = []
    for example in cases {
      let check = await ToolTest(tasks: example.yaml).file("docs/tasks.yaml", docs).run("check")
      #expect((check.status == .succeeded) == example.isValid, "\(example.yaml)\n\(check.error)")
      let source = SourceText(name: "t.yaml", path: "t.yaml", bytes: Array(example.yaml.utf8), lineBreaks: .yaml)
      documents.append(JSONValue(try YAML.parse(source).root).text)
    }
    #expect(try await unexpected(documents, cases.map { $0.isValid ? "valid" : "faulty" }) == "")
  }

  /// The documents, as JSON, of which jsonschema says other than expected.
  private func unexpected(_ documents: [String], _ expected: [String]) async throws -> String {
    let schema = await ToolTest.platform.run("schema")
    #expect(schema.status == .succeeded)
    let folder = TemporaryFolder()
    folder.write("schema.json", schema.output)
    folder.write("documents", documents.joined(separator: "\n"))
    folder.write("expected", expected.joined(separator: "\n"))
    return try await Python.run(
      """
      import json, jsonschema
      schema = json.load(open("schema.json"))
      jsonschema.Draft7Validator.check_schema(schema)
      validator = jsonschema.Draft7Validator(schema)
      for document, expected in zip(open("documents"), open("expected")):
          faults = list(validator.iter_errors(json.loads(document)))
          if bool(faults) == (expected.strip() == "valid"):
              print(expected.strip(), document.strip(), [fault.message[:200] for fault in faults])
      """, in: folder)
  }

  @Test func `the reference page is what the reader knows, and its examples are valid`() async throws {
    let page = await ToolTest().run("schema", "--markdown").output
    #expect(
      page == (try Repository.text("Documentation/tasks.yaml.md")),
      "run: ugc-tasks schema --markdown > Documentation/tasks.yaml.md")
    var examples: [String: [(key: String, value: String)]] = [:]
    for section in page.components(separatedBy: "\n## ").dropFirst() {
      let lines = section.split(separator: "\n")
      examples[String(lines[0])] = lines.filter { $0.hasPrefix("| `") }.map { line in
        let cells = line.replacing("\\|", with: "\u{0}").split(separator: "|").map {
          $0.replacing("\u{0}", with: "|").trimmingCharacters(in: CharacterSet(charactersIn: "` "))
        }
        return (cells[0], cells[2])
      }
    }
    let others = ["build", "lint", "test", "clean"].map { "  \($0): { uses: exec, with: { script: ':' } }\n" }.joined()
    let tasks = try #require(examples["A task"])
    #expect(tasks.count == 22)
    for (key, value) in tasks {
      let work = ["uses", "with", "steps"].contains(key) ? "" : "    with: { script: ':' }\n"
      let uses = ["uses", "steps"].contains(key) ? "" : "    uses: exec\n"
      let sources = key == "generates" ? "    sources: [a]\n" : ""
      let own = key == "uses" ? "    uses: exec\n    with: { script: ':' }\n" : "    \(key): \(value)\n"
      let test = ToolTest(
        tasks: "version: 1\ninclude: [o.yaml]\ntasks:\n\(others)  it:\n\(own)\(uses)\(work)\(sources)"
      )
      .file("o.yaml", "version: 1\ntasks: { it: { uses: exec, with: { script: ':' } } }")
      let check = await (key == "override" ? test : test.file("o.yaml", "version: 1\ntasks: {}")).run("check")
      #expect(check.status == .succeeded, "\(key): \(value)\n\(check.error)")
    }
    for (key, value) in try #require(examples["The file"]) where key != "version" {
      let rest = key == "tasks" ? "" : "tasks: { seed: {} }\n"
      let test = ToolTest(tasks: "version: 1\n\(key): \(value)\n\(rest)").file("db/tasks.yaml", "version: 1\ntasks: {}")
      let check = await test.run("check")
      #expect(check.status == .succeeded, "\(key): \(value)\n\(check.error)")
    }
  }

  @Test func `it describes every key and every input`() async throws {
    let schema = try JSONValue(parsing: await ToolTest.platform.run("schema").output)
    #expect(schema["$schema"] == "http://json-schema.org/draft-07/schema#")
    var undescribed: [String] = []
    func look(_ value: JSONValue?, _ path: String) {
      guard case .object(let members)? = value?["properties"] else { return }
      for member in members where member.value["description"]?.string?.isEmpty ?? true {
        undescribed.append("\(path).\(member.key)")
      }
    }
    look(schema, "")
    guard case .object(let definitions)? = schema["definitions"] else { return #expect(Bool(false), "no definitions") }
    for definition in definitions { look(definition.value, definition.key) }
    #expect(undescribed == [])
    let count = schema["definitions"]?["with-seed"]?["properties"]?["seedCount"]
    #expect(count?["description"] == "How many channels there are to be in all, those of the JSON file among them.")
    #expect(
      count?["anyOf"]?.items.first == ["type": "integer", "minimum": .integer(0), "maximum": .integer(10_000_000)])
  }
}

/// The Python environment of the emulators.
enum Python {
  private static var path: String? { ProcessInfo.processInfo.environment["UGC_TEST_PYTHON"] }

  static var isThere: Bool { path != nil }

  /// What a script prints, on both outputs.
  static func run(_ script: String, in folder: TemporaryFolder) async throws -> String {
    folder.write("script.py", script)
    let result = await onThread {
      Result {
        let process = Process()
        process.executableURL = URL(filePath: path ?? "")
        process.arguments = ["script.py"]
        process.currentDirectoryURL = URL(filePath: folder.path)
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
      }
    }
    return try result.get()
  }
}
