import Testing

@testable import MakefileImport

/// A Makefile as the platform has one, and the whole file that it becomes.
@Suite struct PlatformMakefileTests {
  @Test func `a Makefile of many kinds of lines`() throws {
    let made = try imported(
      #"""
      # The platform's tasks.
      STAGE ?= dev
      STACK ?= UGC-$(STAGE)
      SEED_COUNT ?= 50
      REGION := us-west-2
      ACCOUNT = $(shell aws sts get-caller-identity --query Account --output text)
      SEED_ARGS = --stack $(STACK) --count $(SEED_COUNT)

      ifdef JSON
      SEED_ARGS += --json $(JSON)
      endif

      ifeq ($(STAGE),prod)
      APPROVAL := any-change
      else
      APPROVAL := never
      endif

      .PHONY: help deploy seed deleteSeed reseed logs lint clean

      help: ## Show this help
      \#t@grep -E '^[a-zA-Z_-]+:.*?## .*$$' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*?## "}; {print $$1, $$2}'

      deploy: lint ## Deploy the stack
      \#t@echo "deploying $(STACK) to $(ACCOUNT) in $(REGION)"
      \#tcd cdk && npx cdk deploy '$(STACK)' --require-approval $(APPROVAL)
      \#t-rm cdk.out/lock

      seed: ## Seed mock channels
      \#t@node seed.js $(SEED_ARGS)
      \#t@for table in channels streams; do \
      \#t\#techo "$$table of $(STACK)"; \
      \#tdone
      ifdef JSON
      \#t@echo seeded from $(JSON)
      endif

      deleteSeed: ## Delete what was seeded
      \#t@node deleteSeed.js --stack $(STACK)

      reseed: deleteSeed seed ## Delete, and seed anew

      logs: REGION = eu-west-1
      logs:
      \#taws logs tail /ugc/$(STACK) --region $(REGION)

      lint:
      \#tnpm run lint

      cdk.out/app.json: cdk.json
      \#tnpx cdk synth > $@

      clean:
      \#trm -rf cdk.out
      """#)
    #expect(
      made.taskFile
        == #"""
        # Made from Makefile. `ugc-tasks list` lists the tasks, `ugc-tasks check` checks this file.
        # Scripts find the values of `defaults` in their environment: `seedCount` is $SEED_COUNT there, and SEED_COUNT=10
        # on the command line gives it, as words: make would let the shell read its quotes. `( … )` keeps a line to itself,
        # as make does; with `set +e` it goes on after a failure within it. `set +u` lets variables of the shell be unset.
        # Not turned, or not quite, besides what is said at the tasks:
        # - line 1: what is given to `JSON` is words here: make lets the shell read quotes and `$` in it; give words with spaces after `--`, and let the script read "$@"
        # - line 5: `REGION`, `ACCOUNT`, `SEED_ARGS`, `APPROVAL` were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give
        # - line 7: `SEED_ARGS` is appended to with `+=`: here what the environment gives takes the place of all, as what the command line gives does
        # - line 21: the target `help` was left out: `ugc-tasks list` lists the tasks
        # - line 41: a step, as of `reseed`, runs again where it is asked for beside its task: make runs it once; ask for the task alone
        # - line 50: targets have other names as tasks: `cdk.out/app.json` is `cdk.out-app.json`
        version: 1

        defaults:
          stage: dev
          stack: UGC-${stage}
          seedCount: 50
          region: us-west-2
          account: ""  # the scripts make it where it is empty
          seedArgs: ""  # the scripts make it where it is empty
          approval: ""  # the scripts make it where it is empty
          json: ""

        tasks:
          deploy:
            description: Deploy the stack
            needs: [lint]
            uses: exec
            with:
              script: |
                : "${ACCOUNT:=$(aws sts get-caller-identity --query Account --output text)}"
                if [ "$STAGE" = "prod" ]; then
                  : "${APPROVAL:=any-change}"
                else
                  : "${APPROVAL:=never}"
                fi
                echo "deploying $STACK to $ACCOUNT in $REGION"
                ( cd cdk && npx cdk deploy "$STACK" --require-approval $APPROVAL )
                rm cdk.out/lock || true

          seed:
            description: Seed mock channels
            uses: exec
            with:
              script: |
                if [ -z "$SEED_ARGS" ]; then
                  SEED_ARGS="--stack $STACK --count $SEED_COUNT"
                  if [ -n "$JSON" ]; then SEED_ARGS="${SEED_ARGS:+$SEED_ARGS }--json $JSON"; fi
                fi
                node seed.js $SEED_ARGS
                (
                  set +e
                  for table in channels streams; do \
                  \#techo "$table of $STACK"; \
                  done
                )
                if [ -n "$JSON" ]; then echo seeded from $JSON; fi

          deleteSeed:
            description: Delete what was seeded
            uses: exec
            with:
              script: node deleteSeed.js --stack $STACK

          reseed:
            description: Delete, and seed anew
            steps: [deleteSeed, seed]

          logs:
            uses: exec
            with:
              region: eu-west-1
              script: aws logs tail /ugc/$STACK --region $REGION

          lint:
            uses: exec
            with:
              script: npm run lint

          cdk.out-app.json:
            sources: [cdk.json]
            generates: [cdk.out/app.json]
            uses: exec
            with:
              script: npx cdk synth > cdk.out/app.json

          clean:
            uses: exec
            with:
              script: rm -rf cdk.out
        """# + "\n")
    #expect(
      made.remarks == [
        #"1:1 what is given to `JSON` is words here: make lets the shell read quotes and `$` in it; give words with spaces after `--`, and let the script read "$@""#,
        "5:1 `REGION`, `ACCOUNT`, `SEED_ARGS`, `APPROVAL` were set with `=` or `:=`: here the environment wins over defaults; unset what the environment should not give",
        "7:1 `SEED_ARGS` is appended to with `+=`: here what the environment gives takes the place of all, as what the command line gives does",
        "21:1 the target `help` was left out: `ugc-tasks list` lists the tasks",
        "41:1 a step, as of `reseed`, runs again where it is asked for beside its task: make runs it once; ask for the task alone",
        "50:1 targets have other names as tasks: `cdk.out/app.json` is `cdk.out-app.json`",
      ])
  }
}
