import { stripVTControlCharacters } from 'node:util'

/** @limit In characters: how much of one output of a notebook's cell is shown. */
const mostOutput = 4_000

/**
 * A Jupyter notebook (nbformat 4) as text: its cells with their number, kind and id, and below a cell of code what it printed. Pictures and other rich outputs
 * are named, not shown. `undefined` where it is no notebook of that format.
 */
export function notebookText(json: string): string | undefined {
  const notebook = parse(json)
  if (!isRecord(notebook) || !Array.isArray(notebook['cells'])) return undefined
  return notebook['cells'].map((cell: unknown, index) => cellText(cell, index + 1)).join('\n')
}

function cellText(cell: unknown, number: number): string {
  if (!isRecord(cell)) return `[Cell ${number} cannot be read]\n`
  const id = typeof cell['id'] === 'string' ? `, id ${cell['id']}` : ''
  const outputs = Array.isArray(cell['outputs']) ? cell['outputs'].map(outputText) : []
  return [
    `[Cell ${number}: ${joined(cell['cell_type']) || 'unknown'}${id}]`,
    joined(cell['source']),
    ...outputs,
    '',
  ]
    .filter((piece, index) => piece !== '' || index > 1)
    .join('\n')
}

function outputText(output: unknown): string {
  if (!isRecord(output)) return '[Output that cannot be read]'
  if (output['output_type'] === 'stream')
    return labelled(joined(output['name']) || 'stream', joined(output['text']))
  if (output['output_type'] === 'error') {
    const trace = Array.isArray(output['traceback']) ? output['traceback'].map(joined).join('\n') : ''
    return labelled('error', trace || `${joined(output['ename'])}: ${joined(output['evalue'])}`)
  }
  const data = isRecord(output['data']) ? output['data'] : {}
  const others = Object.keys(data).filter((type) => type !== 'text/plain')
  const text = joined(data['text/plain'])
  return [
    ...(text === '' ? [] : [labelled('result', text)]),
    ...(others.length === 0 ? [] : [`[Output not shown: ${others.join(', ')}]`]),
  ].join('\n')
}

function labelled(label: string, text: string): string {
  const plain = stripVTControlCharacters(text).trimEnd()
  const shown = plain.length > mostOutput ? `${plain.slice(0, mostOutput).toWellFormed()}…` : plain
  return `[Output: ${label}]\n${shown}`
}

/** Notebooks write text as one string or as a list of lines. */
function joined(text: unknown): string {
  if (typeof text === 'string') return text
  return Array.isArray(text) ? text.filter((line) => typeof line === 'string').join('') : ''
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
