import type { Effect, OutputLabels, Repeat, ToolOutcome } from '@keepup/core'

import { type DocumentedTool, sampleRoot } from './documented-tool.ts'
import { type FailureMode, failureModes } from './failure-modes.ts'
import { literal, markdownTable } from './markdown-table.ts'
import { findDeclaration, reachedDeclarations } from './reached-declarations.ts'
import { schemaRows } from './schema-rows.ts'
import { toolLimits } from './tool-limits.ts'

/** The page of one tool. Everything on it is read out of the tool and its code. */
export function toolPage(documented: DocumentedTool): string {
  const { tool, definition, subpath, made, through } = documented
  const reached = reachedDeclarations([made, ...through])
  const concurrency = tool.concurrency ?? (tool.repeat === 'safe' ? 'shared' : 'exclusive')
  return page([
    `# \`${tool.name}\``,
    literal(definition.description),
    promiseOf(documented),
    `Made by \`${made.name}\` of \`${subpath}\`, in [${made.path}](../../${made.path}).`,
    '## Input',
    inputOf(documented),
    '## What it touches',
    `\`repeat\` is \`${tool.repeat}\`: ${repeats[tool.repeat]} It runs ${concurrencies[concurrency]}.`,
    effectsOf(documented),
    '## How far its output is trusted',
    labelsOf(tool.produces),
    '## Limits',
    limitsTable(reached),
    'What holds for every tool is told in [the list of tools](README.md#what-holds-for-every-tool).',
    '## Failures',
    failuresTable(failureModes(reached)),
  ])
}

/** Parts of a page, those left out that are empty. */
export function page(parts: readonly string[]): string {
  const note = '<!-- Written by `pnpm docs` from the code: change it there. -->'
  return `${[note, ...parts].filter((part) => part !== '').join('\n\n')}\n`
}

/** Limits as a table. */
export function limitsTable(reached: Parameters<typeof toolLimits>[0]): string {
  const rows = toolLimits(reached).map(({ text, value }) => [literal(text), value])
  return markdownTable(['Limit', 'Value'], rows) || 'None beside those of its input.'
}

/** Failures as a table: the code, when it comes, and what the model is told to do. */
export function failuresTable(modes: readonly FailureMode[]): string {
  const rows = modes.map(({ code, message }) => {
    const { fault, advice } = parted(message === '' ? (meanings.get(code) ?? '') : message)
    return [`\`${code}\``, literal(fault), literal(advice)]
  })
  return markdownTable(['Code', 'When', 'What to do'], rows) || 'None of its own.'
}

/** What each outcome of a call means. */
export const outcomeMeanings: Readonly<Record<ToolOutcome['type'], string>> = {
  completed: 'It was done, and this is its output.',
  failed: 'It was not done, or not wholly; the message says why and what to do.',
  denied: 'A rule, a person or a hook said no, or nobody was there to be asked. Nothing was done.',
  'timed-out': 'It took longer than it may. What it had printed is shown; ask for less, or for more time.',
  unknown: 'It may have happened: the process ended in the middle. Find out before it is done again.',
}

const meanings: ReadonlyMap<string, string> = new Map(Object.entries(outcomeMeanings))

/** A message says what happened in its first sentence, and then what to do. */
function parted(message: string): { readonly fault: string; readonly advice: string } {
  const { fault = message, advice = '' } =
    /^(?<fault>.*?\.) (?<advice>[A-Z…"].*)$/.exec(message)?.groups ?? {}
  return { fault, advice }
}

/** What its maker's comment promises, without the signature that the table tells. */
function promiseOf({ made }: DocumentedTool): string {
  const comment = findDeclaration(made)?.comment ?? ''
  const promise = comment
    .replace(/^(`[^`]+`(, | and )?( ?`[^`]+`)*): /, '')
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
  return promise.charAt(0).toUpperCase() + promise.slice(1)
}

function inputOf({ tool, definition }: DocumentedTool): string {
  const rows = schemaRows(definition.input, tool.sinks).map(
    ({ field, type, required, bounds, sink, meaning }) => [
      `\`${field}\`${required ? '' : ' (optional)'}`,
      type,
      bounds,
      sink,
      literal(meaning),
    ],
  )
  return markdownTable(['Field', 'Type', 'Bounds', 'Sink', 'Meaning'], rows) || 'None.'
}

const repeats: Readonly<Record<Repeat, string>> = {
  safe: 'it changes nothing, and runs again after a crash.',
  idempotent: 'once or several times, the outcome is the same, so it runs again after a crash.',
  once: 'after a crash in the middle it does not run again; it is `unknown` where nobody can tell whether it happened.',
}

const concurrencies = {
  shared: 'beside other calls of the same turn',
  exclusive: 'by itself, in the order of the calls',
} as const

function effectsOf({ tool, samples }: DocumentedTool): string {
  const rows = samples.map((sample) => {
    const effects = tool.effects(sample)
    return [quoted(JSON.stringify(sample)), effects.map(showEffect).join(', ') || 'nothing']
  })
  return markdownTable(['Input', 'Effects'], rows)
}

function showEffect({ kind, target }: Effect): string {
  return quoted(`${kind}:${target.replaceAll(sampleRoot, 'PROJECT')}`)
}

function quoted(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  return `${fence}${text}${fence}`
}

function labelsOf(produces: OutputLabels | undefined): string {
  if (produces === undefined) return 'Nothing is said of it, so it counts as `free-text`.'
  const { default: whole, leaves = {}, confidential, source } = produces
  const rows: Readonly<Record<string, string>> = { '': whole, ...leaves }
  const table = markdownTable(
    ['Part', 'Integrity'],
    Object.entries(rows).map(([pointer, rank]) => [
      pointer === '' ? 'everything else' : quoted(pointer),
      rank,
    ]),
  )
  const told = Object.keys(leaves).length === 0 ? `Integrity: \`${whole}\`.` : table
  const more = [
    ...(source === undefined ? [] : [`Its source is \`${source}\`.`]),
    ...(confidential === true ? ['It is confidential.'] : []),
  ]
  return [told, ...more].join(' ')
}
