import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { projectFileName } from '../settings/project-file.ts'
import { workingFolder } from '../working-folder.ts'

/** Writes a commented `keepup.json`. Never touches one that is there. */
export async function init(line: CommandLine, flags: { readonly cwd?: string }): Promise<ExitName> {
  const path = join(workingFolder(line.host, flags.cwd), projectFileName)
  try {
    writeFileSync(path, template, { flag: 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw usageError(`${path} is there already`, 'edit it, or move it away first')
    }
    throw error
  }
  await line.terminal.out.write(`wrote ${path}\nnext: keepup config explain\n`)
  return 'completed'
}

const template = `// Settings of keepup for this project. Flags and KEEPUP_* variables win over them.
// See what is in force, and why: keepup config explain
{
  // How much the agent may do by itself: plan or ask. More than that is for flags,
  // variables and your own ~/.config/keepup/config.json.
  "mode": "ask",

  // Which model. Left out, keepup takes the one whose key is set, or a local server.
  // "model": "anthropic/claude-sonnet-5-5",

  // Where a run ends, with a summing-up.
  "limits": {
    "turns": 100,
    // "cost": 1.50,
    // "time": "20m",
    // "tokens": 500000
  },
}
`
