import type { ToolCallContent } from '@agentclientprotocol/sdk'

import { absolute, diff, type ViewPlace } from './file-diff.ts'

interface Section {
  readonly kind: 'Add' | 'Delete' | 'Update'
  readonly path: string
  readonly old: string[]
  readonly new: string[]
}

/** What a patch in the format of Codex changes, file by file: the lines that it names, without those between. What is no such patch changes nothing. */
export function patchDiffs(patch: string, { folder, before }: ViewPlace): readonly ToolCallContent[] {
  return sectionsOf(patch).map(({ kind, path, old, new: lines }) => {
    const file = absolute(folder, path)
    if (kind === 'Delete') return diff(file, before(file) ?? '', '')
    return diff(file, kind === 'Add' ? null : textOf(old), textOf(lines))
  })
}

function sectionsOf(patch: string): readonly Section[] {
  const sections: Section[] = []
  for (const line of patch.split(/\r?\n/)) {
    const [, kind, path] = /^\*\*\* (Add|Delete|Update) File:\s*(.+?)\s*$/.exec(line) ?? []
    if (path !== undefined && (kind === 'Add' || kind === 'Delete' || kind === 'Update'))
      sections.push({ kind, path, old: [], new: [] })
    else if (!line.startsWith('***') && !line.startsWith('@@')) note(sections.at(-1), line)
  }
  return sections
}

function note(section: Section | undefined, line: string): void {
  if (section === undefined) return
  const [mark, rest] = [line[0], line.slice(1)]
  if (mark === '-' || mark === ' ') section.old.push(rest)
  if (mark === '+' || mark === ' ') section.new.push(rest)
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
