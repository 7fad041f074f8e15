public import TaskKit

/// The platform's plugins.
public let ugcPlugins: [any TaskPlugin.Type] = [
  SeedPlugin.self, DeleteSeedPlugin.self, StreamEventsPlugin.self, ScalingCheckPlugin.self,
  StackPlugin.self,
]
