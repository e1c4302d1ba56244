import { dirname, resolve } from 'node:path'

import type { FileReport } from '../../fields/file-report.ts'
import type { ReadContext } from '../../load/role-format.ts'
import type { PlainFile } from '../../source/read-plain-file.ts'
import { problemsOf } from '../../source/source-fault.ts'

/** The most levels of imports in imports, as Claude Code and Gemini CLI have it. */
const deepest = 5

/** The most characters that a file may come to with its imports. */
const longest = 1_000_000

/** The most files that one file may import in all. */
const mostImports = 200

/** The most names that are looked for. */
const mostTried = 1_000

/** A text with its imports in place. */
export interface Expanded {
  readonly text: string
  readonly imports: readonly string[]
}

/**
 * Puts files that are named by `@PATH` in the place of the name. Paths start at the file that names them; within code they are no imports. What leads out of
 * the folder that is loaded, is not there, names itself in a circle or goes deeper than five levels stays as it is written, and is told.
 */
export function expandImports(file: PlainFile, context: ReadContext, report: FileReport): Expanded {
  const imports: string[] = []
  let length = file.text.length
  let [full, tried] = [false, 0]
  const expand = (text: string, path: string, above: readonly string[]): string =>
    outsideOfCode(text, (plain) =>
      plain.replaceAll(
        /(^|\s)@((?:\.{1,2}\/|~\/|\/)?[\w@.-][\w@./-]{0,300})/gm,
        (whole: string, before: string, name: string) => {
          const target = name.replace(/[.,;:]+$/, '')
          // Handles of people and decorators look alike: only what has a folder or an ending is a file.
          if (!/\/|\.\w+$/.test(target)) return whole
          const imported = load(target, path, above)
          return imported === undefined ? whole : `${before}${imported}${name.slice(target.length)}`
        },
      ),
    )
  const load = (name: string, from: string, above: readonly string[]): string | undefined => {
    tried += 1
    if (tried === mostTried)
      report.leave('/@', name, `this one and what follows are more than ${mostTried} imports`)
    if (full || tried >= mostTried) return undefined
    const path = resolve(dirname(from), name)
    const why = refusal(name, path, above)
    if (why !== undefined) {
      report.leave('/@', name, why)
      return undefined
    }
    const opened = open(path, name, context, report)
    length += opened?.text.length ?? 0
    full = length > longest || imports.length >= mostImports
    if (full)
      report.leave(
        '/@',
        name,
        `this one and what follows would make it larger than ${longest} characters or ${mostImports} files`,
      )
    if (opened === undefined || full) return undefined
    imports.push(path)
    return expand(opened.text.trim(), path, [...above, path])
  }
  return { text: expand(file.text, file.path, [file.path]).trim(), imports: [...new Set(imports)] }
}

function refusal(name: string, path: string, above: readonly string[]): string | undefined {
  if (name.startsWith('~')) return 'a home folder is not read from an import'
  if (above.includes(path)) return 'it imports itself in a circle'
  return above.length > deepest ? `imports go deeper than ${deepest} levels` : undefined
}

function open(path: string, name: string, context: ReadContext, report: FileReport): PlainFile | undefined {
  try {
    return context.open(path)
  } catch (error) {
    const [first] = problemsOf(error) ?? []
    if (first === undefined) throw error
    report.leave('/@', name, `the import ${first.problem}`)
    return undefined
  }
}

/** Changes a Markdown text but for its code, in blocks and in lines. */
function outsideOfCode(text: string, change: (plain: string) => string): string {
  let fence: string | undefined
  return text
    .split('\n')
    .map((line) => {
      const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1]
      if (fence === undefined && mark !== undefined) fence = mark
      else if (fence !== undefined && mark !== undefined && mark.startsWith(fence)) fence = undefined
      else if (fence === undefined)
        return line
          .split(/(`+[^`]*`+)/)
          .map((part, index) => (index % 2 === 0 ? change(part) : part))
          .join('')
      return line
    })
    .join('\n')
}
