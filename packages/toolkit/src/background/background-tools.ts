import type { Tool } from '@keepup/core'

import type { BackgroundCommands } from './background-commands.ts'
import { shellInputTool } from './shell-input-tool.ts'
import { shellKillTool } from './shell-kill-tool.ts'
import { shellOutputTool } from './shell-output-tool.ts'

/** The tools that go with commands in the background: `shell_output`, `shell_input`, `shell_kill`. */
export function backgroundTools(root: string, commands: BackgroundCommands): readonly Tool[] {
  return [shellInputTool(root, commands), shellKillTool(commands), shellOutputTool(commands)]
}
