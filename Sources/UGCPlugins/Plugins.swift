public import TaskKit

/// The platform's plugins.
public let ugcPlugins: [any TaskPlugin.Type] = [SeedPlugin.self, DeleteSeedPlugin.self, StackPlugin.self]
