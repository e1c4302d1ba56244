export { type ApplyPatchInput, applyPatchTool } from './apply-patch-tool.ts'
export {
  type BackgroundCommands,
  type BackgroundOptions,
  createBackgroundCommands,
  type KnownCommand,
} from './background/background-commands.ts'
export { backgroundTools } from './background/background-tools.ts'
export type { EditInput } from './edit-input.ts'
export { editTool } from './edit-tool.ts'
export type { SeenFiles, Standing } from './editing/seen-files.ts'
export { createWorkingFiles, type WorkingFiles } from './editing/working-files.ts'
export { endProcessGroup, type EndOptions } from './end-process-group.ts'
export type { FileLocks } from './file-locks.ts'
export { findSurvivors } from './find-survivors.ts'
export { type GlobInput, globTool } from './glob-tool.ts'
export { type GrepInput, type GrepOptions, grepTool } from './grep-tool.ts'
export { type LsInput, lsTool } from './ls-tool.ts'
export { type MultiEditInput, multiEditTool } from './multi-edit-tool.ts'
export type { TextEdit } from './plan-edit.ts'
export { type AskUserInput, askUserTool } from './planning/ask-user-tool.ts'
export { type ThinkInput, thinkTool } from './planning/think-tool.ts'
export { type TodoInput, type TodoItem, type TodoStatus, todoTool } from './planning/todo-tool.ts'
export { type ReadInput, readTool } from './read-tool.ts'
export { type ShellInput, type ShellOptions, shellTool } from './shell-tool.ts'
export { systemProcessTable } from './system-process-table.ts'
export { type Toolkit, toolkit, type ToolkitOptions } from './toolkit.ts'
export { type WriteInput, writeTool } from './write-tool.ts'
