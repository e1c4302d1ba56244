export { createToolCoordinator, type ToolCoordinatorOptions } from './create-tool-coordinator.ts'
export { createToolRegistry, type RegisteredTool, type ToolRegistry } from './create-tool-registry.ts'
export { defineTool, type ToolSpecification } from './define-tool.ts'
export { modePolicy } from './mode-policy.ts'
