import { relative } from 'node:path'
import { parseArgs } from 'node:util'

import { TemplateError } from './template-error.ts'
import { listTemplates } from './templates-folder.ts'
import { writeTemplate } from './write-template.ts'

/** What the program takes from the process that it runs in. */
export interface CreateHost {
  readonly templates: string
  readonly workingDirectory: string
  out(text: string): void
  complain(text: string): void
}

/** Writes the project that the words after the program's name ask for; the exit code, 2 where they cannot be followed. */
export function createProject(words: readonly string[], host: CreateHost): number {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true })
    const [target, more] = positionals
    if (values.help === true || target === undefined) {
      host.out(usage(host.templates))
      return values.help === true ? 0 : 2
    }
    if (more !== undefined) throw new TemplateError(`"${more}" is one word too many`, 'name one folder')
    const { folder } = writeTemplate({ templates: host.templates, name: values.template, target })
    host.out(
      `wrote ${folder}\nnext: cd ${relative(host.workingDirectory, folder) || '.'} && npm install && npm start\n`,
    )
    return 0
  } catch (error) {
    host.complain(`error: ${error instanceof Error ? error.message : String(error)}\nfix: ${fixOf(error)}\n`)
    return 2
  }
}

function fixOf(error: unknown): string {
  if (error instanceof TemplateError) return error.fix
  const fromSystem = error instanceof Error && 'syscall' in error
  return fromSystem
    ? 'name a folder that can be written to, on a disk with room; look at what is there already'
    : 'see the usage with --help'
}

const options = {
  template: { type: 'string', short: 't', default: 'minimal' },
  help: { type: 'boolean', short: 'h' },
} as const

function usage(templates: string): string {
  const all = listTemplates(templates)
  const width = Math.max(...all.map(({ name }) => name.length))
  const rows = all.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`)
  return ['npm create keepup FOLDER -- --template NAME', '', ...rows, ''].join('\n')
}
