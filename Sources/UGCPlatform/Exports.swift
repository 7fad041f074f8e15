@_exported public import Documents
