/// The keys of one kind of mapping in a task file, with what each means: reader, messages and schema share them.
protocol TaskFileKey: CaseIterable, RawRepresentable, Sendable where RawValue == String {
  /// One sentence.
  var meaning: String { get }
  /// A value as it can be written, on one line.
  var example: String { get }
}

/// The keys of a task file.
enum FileKey: String, TaskFileKey {
  case version, include, defaults, profiles, dotenv, protected, secrets, tasks

  var meaning: String {
    switch self {
    case .version: "The version of the language: 1."
    case .include: "Other task files, or folders with a tasks.yaml; paths start at this file's folder."
    case .defaults: "Values for every task; `${name}` in them is expanded."
    case .profiles: "Values by profile, chosen with --profile; they beat `defaults` and a task's `with`."
    case .dotenv:
      """
      Files of variables, which must be there unless they are optional; the first that sets one wins, and the environment \
      beats them.
      """
    case .protected: "Values that tasks which change things refuse, unless --allow-protected is given."
    case .secrets: "Names whose values are masked wherever they would be shown."
    case .tasks: "The tasks by name; one that is named as a plugin uses it."
    }
  }

  var example: String {
    switch self {
    case .version: "1"
    case .include: "[db/tasks.yaml, { file: docs, namespace: docs, optional: true }]"
    case .defaults: #"{ stage: dev, stack: "UGC-${stage}" }"#
    case .profiles: "{ prod: { stage: prod } }"
    case .dotenv: "[.env, { file: .env.local, optional: true }]"
    case .protected: "{ stage: [prod] }"
    case .secrets: "[token]"
    case .tasks: "{ hello: { uses: exec, with: { script: echo hello } } }"
    }
  }
}

/// The keys of a task.
enum TaskKey: String, TaskFileKey {
  case description, uses, with, needs, steps, finally, env, dir, when, preconditions, sources, generates, matrix,
    timeout, retry, allowFailure, interactive, confirm, `private`, override, aliases, secrets

  var meaning: String {
    switch self {
    case .description: "One line, for `list`."
    case .uses: "The plugin that does the work; the task's own name where it is left out."
    case .with: "Values for the plugin; of a script, any values: it finds them in its environment."
    case .needs: "Tasks to run before, at the same time where they can, each once a run."
    case .steps: "Tasks to run in order, each time they are written."
    case .finally: "Tasks to run once a step, or the work, has begun, whatever happens."
    case .env: "Variables for the script."
    case .dir: "The folder that the task works in; this file's folder where it is left out."
    case .when: "Where the task runs at all: `${ci} == 'true' && !(${stage} == 'dev')`."
    case .preconditions: "Scripts that must succeed before the task works."
    case .sources: "Patterns of files that the work reads: where nothing changed, the task is up to date."
    case .generates: "Patterns of files that the work makes; `[]` where it makes none."
    case .matrix: "Values for each of some keys: the task runs once for each combination."
    case .timeout: "How long one attempt may take."
    case .retry: "How often a failed attempt is tried again."
    case .allowFailure: "Whether the run goes on as if it had succeeded where it fails."
    case .interactive: "Whether the script has the terminal for itself."
    case .confirm: "A question that is asked before anything runs; --yes answers it."
    case .private: "Whether only other tasks can call it."
    case .override: "Whether it takes the place of an included task of its name."
    case .aliases: "Other names of the task."
    case .secrets: "Names whose values are masked, for this task."
    }
  }

  var example: String {
    switch self {
    case .description: "Say hello"
    case .uses: "exec"
    case .with: #"{ script: 'echo "$GREETING"', greeting: hello }"#
    case .needs: #"[build, { task: lint, when: "${stage} == 'dev'" }]"#
    case .steps: "[build, { task: test, id: tested, with: { filter: unit } }]"
    case .finally: "[clean]"
    case .env: "{ LOG_LEVEL: debug }"
    case .dir: "services/api"
    case .when: #""${stage} == 'prod' && !${dry}""#
    case .preconditions: "[test -d api, { script: command -v docker, message: install docker }]"
    case .sources: #"[Package.swift, "Sources/**/*.swift"]"#
    case .generates: "[.build/release/app]"
    case .matrix: "{ system: [linux, mac], version: [1, 2] }"
    case .timeout: "90s"
    case .retry: "{ attempts: 3, backoff: 2s }"
    case .allowFailure: "true"
    case .interactive: "true"
    case .confirm: #""Delete all of ${stack}?""#
    case .private: "true"
    case .override: "true"
    case .aliases: "[h]"
    case .secrets: "[token]"
    }
  }
}

/// The keys of a need or a step.
enum CallKey: String, TaskFileKey {
  case task, id, with, when

  var meaning: String {
    switch self {
    case .task: "The task; after a `:`, of the root file."
    case .id: "The name by which later values read its outputs: `${steps.ID.key}`."
    case .with: "Values for the task; they beat the environment."
    case .when: "Where it is called at all."
    }
  }

  var example: String {
    switch self {
    case .task: "build"
    case .id: "built"
    case .with: "{ filter: unit }"
    case .when: #""${stage} == 'dev'""#
    }
  }
}

/// The keys of an entry of `include`.
enum IncludeKey: String, TaskFileKey {
  case file, namespace, optional

  var meaning: String {
    switch self {
    case .file: "The file, or a folder with a tasks.yaml."
    case .namespace: "What its tasks' names begin with; without one they are as if they stood here."
    case .optional: "Whether it may be missing."
    }
  }

  var example: String {
    switch self {
    case .file: "db/tasks.yaml"
    case .namespace: "db"
    case .optional: "true"
    }
  }
}

/// The keys of an entry of `dotenv`.
enum DotenvKey: String, TaskFileKey {
  case file, optional

  var meaning: String {
    switch self {
    case .file: "The file of variables."
    case .optional: "Whether it may be missing."
    }
  }

  var example: String {
    switch self {
    case .file: ".env.local"
    case .optional: "true"
    }
  }
}

/// The keys of `retry`.
enum RetryKey: String, TaskFileKey {
  case attempts, backoff

  var meaning: String {
    switch self {
    case .attempts: "How often the work is tried at most, the first time included."
    case .backoff: "The pause before the second attempt; each further one is twice as long. 1s by default."
    }
  }

  var example: String {
    switch self {
    case .attempts: "3"
    case .backoff: "2s"
    }
  }
}

/// The keys of an entry of `preconditions`.
enum PreconditionKey: String, TaskFileKey {
  case script, message

  var meaning: String {
    switch self {
    case .script: "The script."
    case .message: "What to tell the user where it fails."
    }
  }

  var example: String {
    switch self {
    case .script: "command -v docker"
    case .message: "install docker"
    }
  }
}
