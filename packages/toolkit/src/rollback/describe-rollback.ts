import { describeFindings } from '../findings/describe-findings.ts'
import type { Finding } from '../findings/finding.ts'
import { mapLines } from '../findings/map-lines.ts'

/** A file as it was tried and as it is again; `undefined` where it is not there. */
export interface UndoneFile {
  readonly path: string
  readonly tried: string | undefined
  readonly restored: string | undefined
}

/** How many lines around a finding are shown, how many findings get windows, and how long a shown line is. */
const around = 4
const mostWindows = 3
const longestLine = 200
const mostFindings = 20

/** What a model is told of an edit that was undone: the findings, and for the first of them what was tried and what is there. */
export function describeRollback(
  check: string,
  findings: readonly Finding[],
  files: readonly UndoneFile[],
): string {
  const names = files.map(({ path }) => path).join(', ')
  const windows = windowsOf(findings, files)
  return [
    `The edit was undone, because ${check} finds what was not there before:`,
    ...describeFindings(findings, mostFindings),
    ...windows.flat(),
    `${names} ${files.length === 1 ? 'is' : 'are'} as before. Do not repeat the same edit: change it so that these findings do not arise.`,
  ].join('\n')
}

function windowsOf(
  findings: readonly Finding[],
  files: readonly UndoneFile[],
): readonly (readonly string[])[] {
  const shown: Finding[] = []
  for (const finding of findings) {
    const near = shown.some(
      ({ path, line }) => path === finding.path && Math.abs(line - finding.line) <= around,
    )
    if (!near && shown.length < mostWindows) shown.push(finding)
  }
  return shown.flatMap((finding) => {
    const file = files.find(({ path }) => path === finding.path)
    return file?.tried === undefined ? [] : [windowOf(finding, file.tried, file.restored)]
  })
}

function windowOf({ path, line }: Finding, tried: string, restored: string | undefined): readonly string[] {
  const from = Math.max(1, line - around)
  const window = [`--- What was tried, ${path}:`, ...numbered(tried, [from, line + around], line)]
  if (restored === undefined) return [...window, `--- What is there: no file ${path}`]
  return [...window, '--- What is there:', ...numbered(restored, oldStretch(tried, restored, line))]
}

function numbered(text: string, [from, to]: readonly [number, number], mark?: number): readonly string[] {
  const lines = text.split(/\r?\n/).slice(from - 1, to)
  return lines.map((content, index) => {
    const number = from + index
    return `${number === mark ? '>' : ' '}${number}\t${content.slice(0, longestLine)}`
  })
}

/** The lines of the restored text around where a line of the tried one would be. */
function oldStretch(tried: string, restored: string, line: number): readonly [number, number] {
  const map = mapLines(tried, restored)
  const last = restored.split(/\r?\n/).length
  const nearest = (step: number, end: number, none: number): number => {
    for (let at = line; at >= 1 && at !== end; at += step) {
      const mapped = map(at)
      if (mapped !== undefined) return mapped
    }
    return none
  }
  const above = nearest(-1, 0, 1)
  const below = nearest(1, tried.split(/\r?\n/).length + 1, last)
  return [Math.max(1, above - around), Math.min(last, below + around, above + around * 4)]
}
