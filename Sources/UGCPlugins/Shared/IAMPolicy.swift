import TaskKit
import UGCPlatform

/// The least that the credentials of a plugin must be allowed.
struct IAMPolicy {
  /// Some actions on some resources.
  struct Statement {
    let sid: String
    let actions: [String]
    let resources: [String]
  }

  let statements: [Statement]

  /// What every task on a deployed stack needs to find it.
  static let finding = [
    Statement(
      sid: "FindStack",
      actions: ["cloudformation:DescribeStacks", "cloudformation:ListStackResources"],
      resources: ["arn:aws:cloudformation:REGION:ACCOUNT:stack/STACK*"]),
    Statement(sid: "SuggestStacks", actions: ["cloudformation:ListStacks"], resources: ["*"]),
  ]

  /// Some actions on the stack's tables and their indexes.
  static func tables(_ sid: String, _ actions: [String]) -> Statement {
    actions.on("dynamodb", sid: sid, "arn:aws:dynamodb:REGION:ACCOUNT:table/STACK*")
  }

  var appendix: ManifestAppendix {
    ManifestAppendix(
      title: "IAM policy",
      summary:
        "The least that the credentials must be allowed for `backend: aws`; put in your region, account and stack.",
      content: .listing(json.indentedText, language: "json"))
  }

  private var json: JSONValue {
    [
      "Version": "2012-10-17",
      "Statement": .array(
        statements.map { statement in
          [
            "Sid": .string(statement.sid), "Effect": "Allow",
            "Action": .array(statement.actions.map(JSONValue.string)),
            "Resource": .array(statement.resources.map(JSONValue.string)),
          ]
        }),
    ]
  }
}

extension [String] {
  /// These actions of a service, on some resource.
  func on(_ service: String, sid: String, _ resource: String) -> IAMPolicy.Statement {
    IAMPolicy.Statement(sid: sid, actions: map { "\(service):\($0)" }, resources: [resource])
  }
}
