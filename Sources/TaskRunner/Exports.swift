@_exported public import Documents
@_exported public import TaskKit
