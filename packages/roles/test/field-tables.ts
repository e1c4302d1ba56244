import { formats, toolTable } from '../src/index.ts'

/** What the README says of every format: their field, ours, and what becomes of it. */
export function fieldTables(): string {
  const parts = formats
    .filter(({ tables }) => tables.length > 0)
    .map(({ title, tables }) =>
      [
        `### ${title}`,
        ...tables
          .filter(({ fields }) => fields.length > 0)
          .flatMap((table) => [
            `${capital(table.title)}:`,
            markdownTable(
              ['their field', 'ours', 'what becomes of it'],
              table.fields.map(({ field, ours, note, required }) => [
                `${code(field)}${required === true ? ' \\*' : ''}`,
                ours === undefined ? '–' : ours.split(', ').map(code).join(', '),
                note ?? '',
              ]),
            ),
          ]),
      ].join('\n\n'),
    )
  return [...parts, '### Tools', toolRows()].join('\n\n')
}

function toolRows(): string {
  const byOurs = new Map<string, string[]>()
  for (const [theirs, ours] of Object.entries(toolTable)) {
    const key = ours.length === 0 ? '–' : ours.map(code).join(', ')
    byOurs.set(key, [...(byOurs.get(key) ?? []), code(theirs)])
  }
  return markdownTable(
    ['their tools', 'ours'],
    [...byOurs].map(([ours, theirs]) => [theirs.join(', '), ours]),
  )
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

function code(name: string): string {
  return name.includes('`') || name.includes(' ') ? name : `\`${name}\``
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A text without what formatting changes. */
export function unformatted(text: string): string {
  return text
    .replaceAll(/-{3,}/g, '---')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/\n{2,}/g, '\n\n')
    .trim()
}

/** Between these the tables stand in the README. */
export const [tablesBegin, tablesEnd]: readonly [string, string] = [
  '<!-- fields -->',
  '<!-- end of fields -->',
]
