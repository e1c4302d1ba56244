import type { Finding } from './finding.ts'

const testLine = /^ *not ok\b(?: \d+)?(?: -)? ?(?<name>.*)$/
const planLine = /^1\.\.\d+/m

/** The tests of TAP (12 to 14) that failed and are neither TODO nor skipped. Throws where it is no TAP, or where it was given up (`Bail out!`). */
export function parseTap(output: string): readonly Finding[] {
  if (!planLine.test(output) && !/^ *(?:not )?ok\b/m.test(output))
    throw new Error('it is no TAP: it has no plan and no test')
  const bailed = /^Bail out!(?<reason>.*)$/m.exec(output)?.groups?.['reason']
  if (bailed !== undefined) throw new Error(`the tests were given up:${bailed.slice(0, 200)}`)
  const lines = output.split(/\r?\n/)
  return lines.flatMap((line, index) => {
    const name = testLine.exec(line)?.groups?.['name']
    if (name === undefined || /#\s*(?:todo|skip)\b/i.test(name)) return []
    const details = detailsAfter(lines, index + 1)
    // A suite that failed because of tests in it says nothing that they do not say.
    return /failureType: '?subtestsFailed/.test(details) ? [] : [findingOf(name, details)]
  })
}

function findingOf(name: string, details: string): Finding {
  const { path = '', line = '0' } =
    /^\s*location: '?(?<path>[^'\n]+?):(?<line>\d+):\d+'?$/m.exec(details)?.groups ?? {}
  const { words = '' } = /^\s*(?:error|message): (?:\|-?\s*)?(?<words>.+)$/m.exec(details)?.groups ?? {}
  return { path, line: Number(line), rule: name.replace(/^- /, '').trim(), message: words }
}

/** The YAML block after a test. */
function detailsAfter(lines: readonly string[], from: number): string {
  if (lines[from]?.trim() !== '---') return ''
  const length = lines.slice(from + 1, from + 200).findIndex((line) => line.trim() === '...')
  return lines.slice(from + 1, from + 1 + (length === -1 ? 200 : length)).join('\n')
}
