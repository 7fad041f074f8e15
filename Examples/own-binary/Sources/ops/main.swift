import ExecPlugin
import TaskCLI
import WaitFor

await TaskTool(name: "ops", version: "1.0.0", plugins: [execPlugin, WaitForPlugin.self]).main()
