import { hash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'

import { canonicalJson, type Hash } from '@keepup/core'

import type { CommandHook, FilePin } from '../command-hook.ts'
import { pinFile } from './file-pin.ts'

/** What exactly a person approves: the hooks, and the files of the project that they name. */
export function hookDigest(hooks: readonly CommandHook[]): Hash {
  return hash('sha256', canonicalJson(hooks))
}

/**
 * The hooks with the files below `folder` pinned that they name: those must be as they are now whenever a hook is run. Files that such a file reads in its
 * turn are not known.
 */
export async function pinHooks(
  hooks: readonly CommandHook[],
  folder: string,
): Promise<readonly CommandHook[]> {
  return Promise.all(
    hooks.map(async (hook) => {
      const paths = [...new Set(wordsOf(hook).flatMap((word) => fileOf(word, folder)))].toSorted()
      const pins: readonly FilePin[] = await Promise.all(paths.map(pinFile))
      return pins.length === 0 ? hook : { ...hook, pins }
    }),
  )
}

/** What of a handler may be the name of a file. Too much is no harm: what is none is left out. */
function wordsOf({ handler }: CommandHook): readonly string[] {
  if (handler.type === 'program') return [handler.program, ...handler.arguments]
  if (handler.type !== 'shell') return []
  const { command } = handler
  const quoted = [...command.matchAll(/"([^"]*)"|'([^']*)'/g)].map(
    ([, double, single]) => double ?? single ?? '',
  )
  const bare = command.replaceAll(/["']/g, '').split(/[\s;&|<>()`=]+/)
  return [...quoted, ...bare, ...command.split(/[\s;&|<>()"'`=]+/)]
}

function fileOf(word: string, folder: string): readonly string[] {
  const named = word.replaceAll(/\$\{?(?:CLAUDE_PROJECT_DIR|GEMINI_PROJECT_DIR|GEMINI_CWD|PWD)\}?/g, folder)
  if (named.trim() === '' || named.includes('\0')) return []
  const path = resolve(folder, named)
  const inside = relative(folder, path)
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) return []
  // A path that is not there yet must not turn up either; a mere word is none.
  return isFile(path) || (named.includes('/') && !existsSync(path)) ? [path] : []
}

/** What a link leads to is pinned by its content, wherever it lies. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
