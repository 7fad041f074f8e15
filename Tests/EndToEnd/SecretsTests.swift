import Documents
import TaskCLI
import Testing

@Suite struct SecretsTests {
  private let test = ToolTest(
    tasks: """
      version: 1
      secrets: [token]
      defaults: { token: hunter2hunter2, url: 'https://x:${token}@host' }
      tasks:
        show: { uses: exec, with: { script: 'echo "$TOKEN"; echo "$URL" >&2' } }
        split: { uses: exec, with: { script: 'printf hunter2; printf "hunter2 and hunter\\n"' } }
        fails: { uses: exec, with: { script: 'exit 1' }, env: { SAID: '${token}' } }
        asks: { uses: stack, confirm: 'With ${token}?' }
      """)

  @Test func `secrets, and all that is made of them, are masked in what scripts print`() async {
    await test.run("run", "show").expect(output: "***\n", error: "***\n")
  }

  @Test func `a secret in two writes is masked, its beginning alone is not`() async {
    await test.run("run", "split").expect(output: "*** and hunter\n")
  }

  @Test func `secrets are masked in events`() async throws {
    let run = await test.run("run", "show", "--output", "json")
    #expect(!run.output.contains("hunter2"))
    #expect(try run.events().contains { $0["message"] == "***" && $0["stream"] == "stderr" })
  }

  @Test func `config masks a secret, and all that is made of it`() async throws {
    let run = await test.run("config", "show", "TOKEN=sesame-open", "--json")
    #expect(!run.output.contains("hunter2"))
    #expect(!run.output.contains("sesame"))
    let rows = try JSONValue(parsing: run.output).items
    #expect(
      rows.filter { ["token", "url"].contains($0["name"]?.string) }.map { $0["value"]?.string } == ["***", "***"])
    #expect(!(await test.run("config", "show").output.contains("hunter2")))
  }

  @Test func `secrets on several lines are masked line by line`() async {
    await test.run("run", "show", "TOKEN=first-line\nsecond-line", "-q").expect(
      output: "***\n***\n", error: "***\n***\n")
  }

  @Test func `a short secret is not masked, with a warning`() async {
    await test.run("run", "show", "TOKEN=abc", "-q").expect(
      output: "abc\n",
      error: """
        warning: the secret `token` has a line shorter than 6 characters, which is not masked
         --> TOKEN on the command line
        help: use a longer secret
        ***

        """)
  }

  @Test func `what the command line replaced stays hidden`() async {
    let run = await test.run("run", "show", "TOKEN=sesame-open")
    #expect(!run.error.contains("sesame-open"))
    #expect(!run.error.contains("hunter2"))
    #expect(run.error.contains("TOKEN=*** on the command line replaces token *** (tasks.yaml:3:20) of show\n"))
  }

  @Test func `a secret that does not convert is not shown`() async {
    let test = ToolTest(tasks: "version: 1\nsecrets: [seedCount]\ntasks:\n  seed: { with: { seedCount: 1️⃣hunter2 } }\n")
    for arguments in [["check"], ["run", "seed"], ["run", "seed", "SEED_COUNT=hunter3"]] {
      let run = await test.run(arguments)
      #expect(run.status == .usage)
      #expect(run.error.contains("must be a whole number, not ***"))
      #expect(!run.error.contains("hunter"))
    }
  }

  @Test func `a question does not tell a secret`() async {
    let run = await test.run("run", "asks")
    #expect(run.error.hasPrefix("error: the task `asks` asks \"With ***?\", and nobody can answer\n"))
  }

  @Test func `a secret of the process environment or of a dotenv file is masked, named in YAML or not`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token]
        dotenv: [.env]
        tasks:
          show: { uses: exec, with: { script: 'echo "$TOKEN"; echo "${AUTH#Bearer }"' }, env: { AUTH: 'Bearer ${token}' } }
        """
    ).file(".env", "TOKEN=hunter2hunter2\n")
    await test.run("run", "show").expect(output: "***\n***\n")
    await test.variable("TOKEN", "from-process").run("run", "show").expect(output: "***\n***\n")
  }

  @Test func `a value that comes late is masked too`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token]
        defaults: { token: hunter2hunter2 }
        tasks:
          stack: {}
          say: { uses: exec, with: { script: 'echo "$WHAT"', what: '' } }
          all: { steps: [stack], finally: [{ task: say, with: { what: '${token}-${run.status}' } }] }
        """)
    let run = await test.run("run", "all", "-q")
    #expect(run.output.hasSuffix("all/finally-1:say | ***\n"))
  }

  @Test func `a loser that is made of a secret stays hidden`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token]
        defaults: { token: hunter2hunter2 }
        tasks:
          say: { uses: exec, with: { script: 'echo "$URL"' } }
          all: { steps: [{ task: say, with: { url: 'https://${token}@host' } }] }
        """)
    for arguments in [["run", "all", "URL=x"], ["config", "all", "URL=x"], ["config", "all", "URL=x", "--json"]] {
      let run = await test.run(arguments)
      #expect(run.status == .succeeded)
      #expect(!run.output.contains("hunter2"))
      #expect(!run.error.contains("hunter2"))
    }
  }

  @Test(arguments: [
    "tasks:\n  a: { uses: exec, with: { token: hunter2hunter2, script: x, shell: sh } }",
    "tasks:\n  a: { uses: exec, with: { script: x, token: hunter2hunter2, token: hunter3hunter3 } }",
    "tasks:\n  a: { uses: exec, env: { TOKEN: hunter2hunter2 }, bogus: 1, with: { script: x } }",
    "protected: { token: [hunter2hunter2] }\ntasks:\n  a: { uses: exec, with: { script: x, token: hunter2hunter2 } }",
    "dotenv: [.env]\ntasks:\n  a: { uses: exec, with: { script: x } }",
  ])
  func `no message quotes a secret`(rest: String) async {
    let test = ToolTest(tasks: "version: 1\nsecrets: [token]\n\(rest)\n").file(
      ".env", "TOKEN hunter2hunter2\nTOKEN='hunter2")
    for arguments in [["check"], ["run", "a"], ["run", "a", "TOKN=hunter2hunter2"]] {
      let run = await test.run(arguments)
      #expect(!run.error.contains("hunter"), "\(run.error)")
    }
  }

  @Test func `what a plugin says of a secret value is masked`() async {
    let test = ToolTest(
      tasks: "version: 1\nsecrets: [awsRegion]\ntasks:\n  seed: { with: { awsRegion: hunter2hunter2 } }\n")
    let run = await test.run("run", "seed")
    #expect(run.status == .usage)
    #expect(!run.error.contains("hunter"))
    #expect(!(await test.run("run", "seed", "AWS_REGION=hunter3hunter3").error.contains("hunter")))
  }

  @Test func `a secret that is a template, or names a file, or stands under env is masked`() async {
    let test = ToolTest(
      tasks: """
        version: 1
        secrets: [token, dirName]
        defaults: { token: 'abc-${part}', part: supersecret, dirName: hunter2secret }
        tasks:
          seed: { with: { awsRegion: '${token}' } }
          file: { uses: seed, with: { json: '${dirName}/s.json' } }
          found: { uses: seed, with: { json: '${dirName}/f.json', seedCount: 0 } }
          show: { uses: exec, env: { TOKEN: hunter2secret }, with: { script: 'echo $TOKEN' } }
        """
    ).file("hunter2secret/s.json", #"{"users": [1], "nope": 1}"#).file(
      "hunter2secret/f.json",
      #"{"streamSessions": [{"id": "s", "channelArn": "a", "startTime": "2026-01-01"}]}"#)
    for arguments in [
      ["plan", "seed"], ["run", "seed"], ["run", "file"], ["run", "found"], ["run", "found", "--output", "json"],
      ["run", "show"],
    ] {
      let run = await test.run(arguments)
      #expect(!(run.output + run.error).contains("supersecret"), "\(arguments)")
      #expect(!(run.output + run.error).contains("hunter2"), "\(arguments)")
    }
  }

  @Test func `masking leaves JSON whole`() async throws {
    let test = ToolTest(
      tasks: "version: 1\nsecrets: [token]\ntasks:\n  t: { uses: exec, with: { script: echo, url: none, token: x } }\n")
    for token in [#"pa"ss\word1"#, #""quoted""#, "source"] {
      for command in ["config", "show"] {
        let run = await test.variable("TOKEN", token).run(command, "t", "URL=https://\(token)@h", "--json")
        let row = try JSONValue(parsing: run.output).items
        #expect(row.first != nil)
        #expect(!run.output.contains(#"pa\"ss"#))
      }
    }
  }

  @Test func `a secret that YAML takes for a mapping is not told`() async {
    for value in ["\n    hunter2secret: abcdefghij", "\n  - user: hunter2secret"] {
      let run = await ToolTest(tasks: "version: 1\nsecrets: [token]\ndefaults:\n  token:\(value)\ntasks: {}\n").run(
        "check")
      #expect(run.status == .usage)
      #expect(!run.error.contains("hunter2"), "\(run.error)")
    }
  }

  @Test func `a misplaced assignment is not quoted`() async {
    for arguments in [
      ["t", "TOKEN=hunter2secret"], ["list", "TOKEN=hunter2secret"], ["plugins", "exec", "TOKEN=hunter2secret"],
    ] {
      let run = await test.run(arguments)
      #expect(run.status == .usage)
      #expect(!run.error.contains("hunter2"), "\(run.error)")
    }
  }

  @Test func `a secret in the process environment may be given on the command line`() async {
    let test = ToolTest(
      tasks: "version: 1\nsecrets: [token]\ntasks:\n  t: { uses: exec, with: { script: 'echo \"$TOKEN\"' } }\n")
    await test.variable("TOKEN", "hunter2secret").run("run", "t").expect(output: "***\n")
    #expect(await test.run("plan", "t", "TOKEN=hunter2secret").status == .succeeded)
  }
}
