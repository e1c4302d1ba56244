import { writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { projectFileName } from '../settings/project-file.ts'
import { shellWords } from '../shell-words.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'

/** The flags of `keepup init`. */
export interface InitFlags {
  readonly cwd?: string
  readonly template?: string
}

/** Writes a commented `keepup.json`, or a project from a template. Never touches what is there. */
export async function init(line: CommandLine, flags: InitFlags, folder?: string): Promise<ExitName> {
  if (flags.template !== undefined) return writeProject(line, flags.template, flags.cwd, folder)
  if (folder !== undefined) {
    const fix = `name one of the templates: keepup init --template minimal ${folder}; or the folder of settings with --cwd`
    throw usageError('a folder is for templates', fix)
  }
  return writeSettings(line, flags.cwd)
}

async function writeProject(
  { host, terminal }: CommandLine,
  name: string,
  cwd: string | undefined,
  folder: string | undefined,
): Promise<ExitName> {
  const { findTemplates, listTemplates, TemplateError, writeTemplate } = await import('create-keepup')
  try {
    const templates = findTemplates(import.meta.url)
    if (name === 'list') {
      for (const one of listTemplates(templates))
        await terminal.out.write(`${one.name}: ${one.description}\n`)
      return 'completed'
    }
    const target = resolve(cwd ?? host.workingDirectory, folder ?? '.')
    writeTemplate({ templates, name, target })
    const place = relative(host.workingDirectory, target)
    const enter = place === '' ? '' : `cd ${shellWords([place])} && `
    await terminal.out.write(safeText(`wrote ${target}\nnext: ${enter}npm install && npm start\n`))
    return 'completed'
  } catch (error) {
    throw error instanceof TemplateError ? usageError(error.message, error.fix) : error
  }
}

async function writeSettings(line: CommandLine, cwd: string | undefined): Promise<ExitName> {
  const path = join(workingFolder(line.host, cwd), projectFileName)
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
