import ExecPlugin
import TaskCLI
import UGCPlugins

await TaskTool(name: "ugc-tasks", version: "0.1.0", plugins: [execPlugin] + ugcPlugins).main()
