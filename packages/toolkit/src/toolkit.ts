import type { Sandbox, SandboxProfile, Tool } from '@keepup/core'

import { applyPatchTool } from './apply-patch-tool.ts'
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
  /** How commands are run; `false` leaves the shell tool out. */
  readonly shell?: ShellOptions | false
  /** What confines commands; nothing when left out. The file tools hold themselves to the folder. */
  readonly sandbox?: Sandbox
  /** What the sandbox lets through: `workspaceProfile` of the folder when left out. */
  readonly profile?: SandboxProfile
  /** What the file tools share: hand the same to whatever else changes files, such as a formatter. */
  readonly files?: WorkingFiles
}

/** The built-in tools over one folder: `apply_patch`, `edit`, `glob`, `grep`, `ls`, `multi_edit`, `read`, `shell`, `write`. Calls that change the same file wait for each other. */
export function toolkit({
  root,
  shell = {},
  files: shared = createWorkingFiles(),
  ...confinement
}: ToolkitOptions): readonly Tool[] {
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
  return shell === false ? files : [...files, shellTool(root, { ...confinement, ...shell })]
}
