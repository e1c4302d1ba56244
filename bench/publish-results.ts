import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'

/** One line of a table, by column. */
export type Row = Readonly<Record<string, string | number | undefined>>

/** What a bench found. */
export interface BenchResults {
  /** `loop`, `checkpoint`, `cli`: the name of the file in `bench/results`. */
  readonly name: string
  /** What is measured, in which unit, on what work. */
  readonly about: string
  readonly rows: readonly Row[]
}

/** Writes `bench/results/NAME.json` with the machine it ran on, unless `keep` is false, and prints a table, or the JSON itself with `--json`. */
export function publishResults(
  results: BenchResults,
  { keep = true }: { readonly keep?: boolean } = {},
): void {
  const folder = join(import.meta.dirname, 'results')
  if (keep) mkdirSync(folder, { recursive: true })
  const report = JSON.stringify({ ...results, when: new Date().toISOString(), machine: machine() }, null, 2)
  if (keep) writeFileSync(join(folder, `${results.name}.json`), `${report}\n`)
  console.log(process.argv.includes('--json') ? report : `\n${results.about}\n\n${table(results.rows)}\n`)
}

function machine(): Row {
  return {
    processor: cpus()[0]?.model,
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    load: loadavg()[0]?.toFixed(1),
  }
}

/** Rows that measure the same make a table; rows that measure different things, a list. */
function table(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  if (columns.length > 9) return rows.map(listed).join('\n')
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)))
  const padded = lines.map((line) =>
    line
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  return [padded[0], rule, ...padded.slice(1)].join('\n')
}

function listed(row: Row): string {
  const [title, ...values] = Object.entries(row)
  return [`${cell(title?.[1])}:`, ...values.map(([name, value]) => `  ${name} ${cell(value)}`)].join('\n')
}

function cell(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? ''
  if (Number.isInteger(value)) return String(value)
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toFixed(3)
}
