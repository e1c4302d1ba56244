import type { Sandbox, SandboxProfile, Tool } from '@keepup/core'

import { applyPatchTool } from './apply-patch-tool.ts'
import {
  type BackgroundCommands,
  type BackgroundOptions,
  createBackgroundCommands,
} from './background/background-commands.ts'
import { backgroundTools } from './background/background-tools.ts'
import { editTool } from './edit-tool.ts'
import { createWorkingFiles, type WorkingFiles } from './editing/working-files.ts'
import { globTool } from './glob-tool.ts'
import { grepTool } from './grep-tool.ts'
import { lsTool } from './ls-tool.ts'
import { multiEditTool } from './multi-edit-tool.ts'
import { readTool } from './read-tool.ts'
import { type ShellOptions, shellTool } from './shell-tool.ts'
import { writeTool } from './write-tool.ts'

/** Where the tools work, and how. */
export interface ToolkitOptions {
  /** The folder that the file tools may not leave and that commands start in. */
  readonly root: string
  /** How commands are run; `false` leaves the shell tools out. */
  readonly shell?: ShellOptions | false
  /** How commands in the background are kept; `false`: none are, and `shell_output`, `shell_input` and `shell_kill` are left out. */
  readonly background?: BackgroundOptions | false
  /** What confines commands; nothing when left out. The file tools hold themselves to the folder. */
  readonly sandbox?: Sandbox
  /** What the sandbox lets through: `workspaceProfile` of the folder when left out. */
  readonly profile?: SandboxProfile
  /** What the file tools share: hand the same to whatever else changes files, such as a formatter. */
  readonly files?: WorkingFiles
}

/** Tools, and what they keep running: disposing of them ends it. It also ends with this process. */
export type Toolkit = readonly Tool[] & AsyncDisposable

/**
 * The built-in tools over one folder: `apply_patch`, `edit`, `glob`, `grep`, `ls`, `multi_edit`, `read`, `shell`, `shell_input`, `shell_kill`, `shell_output`,
 * `write`. Calls that change the same file wait for each other.
 */
export function toolkit({
  root,
  shell = {},
  background = {},
  files: shared = createWorkingFiles(),
  ...confinement
}: ToolkitOptions): Toolkit {
  const files = [
    applyPatchTool(root, shared),
    editTool(root, shared),
    globTool(root),
    grepTool(root),
    lsTool(root),
    multiEditTool(root, shared),
    readTool(root, shared.seen),
    writeTool(root, shared),
  ]
  if (shell === false) return withEnd(files, async () => {})
  if (background === false)
    return withEnd([...files, shellTool(root, { ...confinement, ...shell })], async () => {})
  const { background: commands = createBackgroundCommands(background) } = shell
  const running = shellTool(root, { ...confinement, ...shell, background: commands })
  return withEnd([...files, running, ...backgroundTools(root, commands)], () => endAll(commands))
}

async function endAll(commands: BackgroundCommands): Promise<void> {
  await commands[Symbol.asyncDispose]()
}

function withEnd(tools: readonly Tool[], end: () => Promise<void>): Toolkit {
  return Object.assign([...tools], { [Symbol.asyncDispose]: end })
}
