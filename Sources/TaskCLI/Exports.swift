@_exported public import TaskRunner
