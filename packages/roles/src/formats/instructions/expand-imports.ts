import { dirname, relative, resolve } from 'node:path'

import { isSecretPath } from '@keepup/shell'

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
  let [length, full, tried] = [file.text.length, false, 0]
  const expand = (text: string, path: string, above: readonly string[]): string =>
    outsideOfCode(text, (plain, line) =>
      plain.replaceAll(importMark, (whole: string, before: string, name: string) => {
        const target = name.replace(/[.,;:]+$/, '')
        // Handles of people and decorators look alike: only what has a folder or an ending is a file.
        if (!/\/|\.\w+$/.test(target)) return whole
        const leave = (why: string): undefined => {
          report.leaveText({ file: path, line }, `@${target}`, why)
        }
        const imported = load(resolve(dirname(path), target), target, { above, leave })
        return imported === undefined ? whole : `${before}${imported}${name.slice(target.length)}`
      }),
    )
  const load = (path: string, name: string, { above, leave }: Importing): string | undefined => {
    tried += 1
    if (tried === mostTried) leave(`this one and what follows are more than ${mostTried} imports`)
    if (full || tried >= mostTried) return undefined
    const why = refusal(name, path, above)
    const opened = why === undefined ? open(path, context, leave) : leave(why)
    if (opened === undefined) return undefined
    length += opened.text.length
    full = length > longest || imports.length >= mostImports
    if (full) {
      leave(
        `this one and what follows would make it larger than ${longest} characters or ${mostImports} files`,
      )
      return undefined
    }
    imports.push(path)
    return expand(opened.text.trim(), path, [...above, path])
  }
  return { text: expand(file.text, file.path, [file.path]).trim(), imports: [...new Set(imports)] }
}

/** `@PATH` after a space or at the beginning of a line. */
const importMark = /(^|\s)@((?:\.{1,2}\/|~\/|\/)?[\w@.-][\w@./-]{0,300})/gm

interface Importing {
  /** The files that lead to this import, the first one first. */
  readonly above: readonly string[]
  readonly leave: (why: string) => undefined
}

function refusal(name: string, path: string, above: readonly string[]): string | undefined {
  if (name.startsWith('~')) return 'a home folder is not read from an import'
  if (above.includes(path)) return 'it imports itself in a circle'
  return above.length > deepest ? `imports go deeper than ${deepest} levels` : undefined
}

function open(path: string, context: ReadContext, leave: Importing['leave']): PlainFile | undefined {
  try {
    const file = context.open(path)
    return isSecretPath(relative(context.folder, path))
      ? leave('a file with the name of a secret is not told to anybody')
      : file
  } catch (error) {
    const [first] = problemsOf(error) ?? []
    if (first === undefined) throw error
    leave(`the import ${first.problem}`)
    return undefined
  }
}

/** Changes a Markdown text but for its code, in blocks and in lines. */
function outsideOfCode(text: string, change: (plain: string, line: number) => string): string {
  let fence: string | undefined
  return text
    .split('\n')
    .map((line, above) => {
      const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1]
      if (fence === undefined && mark !== undefined) fence = mark
      else if (fence !== undefined && mark !== undefined && mark.startsWith(fence)) fence = undefined
      else if (fence === undefined)
        return line
          .split(/(`+[^`]*`+)/)
          .map((part, index) => (index % 2 === 0 ? change(part, above + 1) : part))
          .join('')
      return line
    })
    .join('\n')
}
