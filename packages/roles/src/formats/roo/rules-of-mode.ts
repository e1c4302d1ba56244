import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { FileReport } from '../../fields/file-report.ts'
import type { ReadContext } from '../../load/role-format.ts'
import { findFiles, isInside, isThere } from '../../source/find-files.ts'
import { problemsOf } from '../../source/source-fault.ts'
import { joinTexts } from '../join-texts.ts'

/** The most text that rules of a mode may add, in characters. */
const longestRules = 200_000

/**
 * What lies in the folder of rules of a mode, `.roo/rules-SLUG/` or `.kilocode/rules-SLUG/`, in the order of its names, or in the older file `.roorules-SLUG`.
 * What cannot be read is told as a warning.
 */
export function rulesOfMode(
  slug: string,
  modesFile: string,
  context: ReadContext,
  report: FileReport,
): string {
  if (!/^[a-zA-Z0-9-]+$/.test(slug)) return ''
  const base = dirname(modesFile)
  const roots = ['.roo', '.kilocode', '.kilo'].map((name) => join(base, name))
  const folders = roots
    .map((root) => join(root, `rules-${slug}`))
    .filter((folder) => isFolder(folder, context))
  const found = folders.flatMap((folder) => filesIn(folder, report))
  const older = ['.roorules-', '.kilocoderules-'].map((name) => join(base, `${name}${slug}`))
  const files = found.length > 0 ? found : older.filter((file) => isThere(file))
  let left = longestRules
  const texts = files.map((file) => {
    const text = left < 0 ? '' : textOf(file, context, report)
    left -= text.length
    return text
  })
  if (left < 0) report.wrong('/slug', `has rules of more than ${longestRules} characters`, 'shorten them')
  return joinTexts(...texts)
}

/** Hidden files, copies and pictures are no rules. */
const isRule = (path: string): boolean => !/(?:^|\/)\.|\.(?:bak|tmp|log|png|jpg)$/.test(path)

function isFolder(folder: string, context: ReadContext): boolean {
  return existsSync(folder) && isInside(context.folder, folder) && statSync(folder).isDirectory()
}

function filesIn(folder: string, report: FileReport): readonly string[] {
  try {
    return findFiles(folder, { under: '.', fits: isRule }).paths
  } catch (error) {
    warn(error, report)
    return []
  }
}

function textOf(file: string, context: ReadContext, report: FileReport): string {
  try {
    return context.open(file).text
  } catch (error) {
    warn(error, report)
    return ''
  }
}

function warn(error: unknown, report: FileReport): void {
  const problems = problemsOf(error)
  if (problems === undefined) throw error
  report.problems.push(...problems.map((problem) => ({ ...problem, severity: 'warning' as const })))
}
