import { normalize } from 'node:path'

import type { Call, Reading } from './call.ts'
import { doubt, refuse } from './findings.ts'
import { follow, isInside } from './ground.ts'
import { isSecretPath } from './secret-names.ts'
import { type NextStates, unchanged } from './shell-state.ts'

/**
 * `cd`: one folder in the workspace, which counts for what comes after it. Not through a link: the shell goes back from there by the names it was
 * given, and programs by where the link led.
 */
export function examineChange(call: Call, reading: Reading): NextStates {
  const words = call.words[0] === '--' ? call.words.slice(1) : call.words
  const to = words.length === 1 ? words[0] : undefined
  if (to === undefined || to === '' || to.startsWith('-')) return lost(call, reading)
  const folders = call.state.folders.map((folder) => follow(reading.ground, folder, to))
  if (folders.length === 0 || call.state.variables.has('CDPATH')) return lost(call, reading)
  for (const [index, folder] of folders.entries()) {
    const fault = folderFault(folder, named(call.state.folders[index] ?? '', to), reading)
    if (fault !== undefined) refuse(reading, 'cd', fault)
  }
  refuseBack(to, reading)
  const moved = { ...call.state, folders }
  // Into a folder that is there it goes.
  const certain = folders.every((folder) => reading.ground.list(folder) !== undefined)
  return { success: moved, failure: certain ? moved : call.state }
}

function refuseBack(to: string, reading: Reading): void {
  if (reading.ground.linked && to.split('/').includes('..'))
    refuse(reading, 'cd', 'the shell may have been started through a link, and goes back by names')
}

function folderFault(folder: string, written: string, { ground }: Reading): string | undefined {
  if (!isInside(ground, folder)) return `cd leads to ${folder}, outside of ${ground.root}`
  const below = folder.slice(ground.root.length)
  if (isSecretPath(below) || isGuarded(below)) return `${folder} is a folder in which nothing runs by itself`
  return written === folder ? undefined : `${written} goes through a link`
}

function lost(call: Call, reading: Reading): NextStates {
  doubt(reading, 'cd', 'where cd leads cannot be known before it runs')
  return unchanged({ ...call.state, folders: [] })
}

/** Where a path leads by its names alone. */
function named(folder: string, to: string): string {
  const path = normalize(to.startsWith('/') ? to : `${folder}/${to}`)
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** Folders of version control, editors, continuous integration and agents: what runs there may obey what lies there. */
function isGuarded(path: string): boolean {
  return /(^|\/)\.(git|hg|svn|vscode|idea|github|gitlab|circleci|husky|claude|codex|cursor|gemini|keepup)(\/|$)/i.test(
    path,
  )
}
