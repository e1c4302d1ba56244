import type { ThreadEntry } from './api-types.ts'

/** What a row of a timeline is about, which decides its colour. */
export type RowKind = 'run' | 'model' | 'tool' | 'person' | 'question' | 'agent' | 'note'

/** One row: something that took time, or a moment. */
export interface Row {
  readonly id: number
  readonly kind: RowKind
  readonly title: string
  readonly detail: string
  /** Rows below a run stand one step to the right. */
  readonly depth: number
  readonly start: number
  /** Left out while it goes on. */
  readonly end?: number
  readonly status: 'open' | 'done' | 'failed'
  /** The entries that it was made of. */
  readonly entries: readonly number[]
}

/** Rows made of entries as they come. Adding one costs the same however long the thread is. */
export interface Timeline {
  readonly rows: readonly Row[]
  add(entry: ThreadEntry): void
}

interface Told {
  readonly data: Readonly<Record<string, unknown>>
  readonly entry: ThreadEntry
}

/** A timeline without rows. */
export function createTimeline(): Timeline {
  const rows: Row[] = []
  const places = new Map<string, number>()
  const begin = (key: string, row: Omit<Row, 'id' | 'entries' | 'status'>, sequence: number): void => {
    places.set(key, rows.length)
    rows.push({ ...row, id: sequence, status: 'open', entries: [sequence] })
  }
  const finish = (key: string, { time, sequence }: ThreadEntry, failed: boolean, detail?: string): void => {
    const at = places.get(key)
    const row = at === undefined ? undefined : rows[at]
    if (at === undefined || row === undefined) return
    const more = detail === undefined ? {} : { detail }
    rows[at] = {
      ...row,
      ...more,
      end: time,
      status: failed ? 'failed' : 'done',
      entries: [...row.entries, sequence],
    }
    places.delete(key)
  }
  const moment = (
    kind: RowKind,
    title: string,
    detail: string,
    { time, sequence }: ThreadEntry,
    failed = false,
  ): void => {
    rows.push({
      id: sequence,
      kind,
      title,
      detail,
      depth: kind === 'person' ? 0 : 1,
      start: time,
      end: time,
      status: failed ? 'failed' : 'done',
      entries: [sequence],
    })
  }
  return {
    rows,
    add(entry) {
      const told: Told = { entry, data: Object(entry.data) as Told['data'] }
      rowOf(told, { begin, finish, moment })
    },
  }
}

interface Rows {
  readonly begin: (key: string, row: Omit<Row, 'id' | 'entries' | 'status'>, sequence: number) => void
  readonly finish: (key: string, entry: ThreadEntry, failed: boolean, detail?: string) => void
  readonly moment: (
    kind: RowKind,
    title: string,
    detail: string,
    entry: ThreadEntry,
    failed?: boolean,
  ) => void
}

const kinds: Readonly<Record<string, (told: Told, rows: Rows) => void>> = {
  'run-started': ({ data, entry }, { begin }) =>
    begin(
      'run',
      { kind: 'run', title: 'run', detail: word(data['run']), depth: 0, start: entry.time },
      entry.sequence,
    ),
  'run-finished': ({ data, entry }, { finish }) => {
    const { type } = fields(data['outcome'])
    finish('run', entry, type === 'failed' || type === 'interrupted', word(type))
  },
  'run-waiting': ({ entry }, { moment }) => moment('question', 'waits for an answer', '', entry),
  'run-resumed': ({ entry }, { moment }) => moment('note', 'gone on with', `by ${entry.by}`, entry),
  'user-message': ({ data, entry }, { moment }) =>
    moment('person', 'message', textOf(fields(data['message'])['content']), entry),
  'model-called': ({ data, entry }, { begin }) =>
    begin(
      'model',
      {
        kind: 'model',
        title: word(data['model']),
        detail: `turn ${word(data['turn'])}`,
        depth: 1,
        start: entry.time,
      },
      entry.sequence,
    ),
  'model-failed': ({ data, entry }, { finish }) =>
    finish('model', entry, true, word(fields(data['failure'])['kind'])),
  'assistant-message': ({ data, entry }, { finish }) =>
    finish('model', entry, false, textOf(fields(data['message'])['content'])),
  'tool-started': ({ data, entry }, { begin }) =>
    begin(
      `tool:${word(data['key'])}`,
      {
        kind: 'tool',
        title: word(data['tool']),
        detail: effectsOf(data['effects']),
        depth: 2,
        start: entry.time,
      },
      entry.sequence,
    ),
  'tool-finished': ({ data, entry }, { finish, moment }) => {
    const { type } = fields(data['outcome'])
    const failed = type !== 'completed'
    if (type === 'denied')
      moment('tool', word(data['tool']), `denied: ${word(fields(data['outcome'])['reason'])}`, entry, true)
    else finish(`tool:${word(data['key'])}`, entry, failed, failed ? word(type) : undefined)
  },
  'approval-requested': ({ data, entry }, { begin }) =>
    begin(
      `approval:${word(data['approval'])}`,
      {
        kind: 'question',
        title: word(data['tool']),
        detail: word(data['question']),
        depth: 2,
        start: entry.time,
      },
      entry.sequence,
    ),
  'approval-answered': ({ data, entry }, { finish }) =>
    finish(
      `approval:${word(data['approval'])}`,
      entry,
      data['allow'] !== true,
      data['allow'] === true ? `allowed by ${word(data['by'])}` : `denied by ${word(data['by'])}`,
    ),
  'agent-spawned': ({ data, entry }, { begin }) =>
    begin(
      `agent:${word(data['agent'])}`,
      { kind: 'agent', title: word(data['role']), detail: word(data['agent']), depth: 2, start: entry.time },
      entry.sequence,
    ),
  'agent-settled': ({ data, entry }, { finish }) =>
    finish(`agent:${word(data['agent'])}`, entry, data['end'] !== 'completed'),
}

/** Entries of other types are rows of their own: nothing that happened is left out. */
function rowOf(told: Told, rows: Rows): void {
  const known = Object.hasOwn(kinds, told.entry.type) ? kinds[told.entry.type] : undefined
  if (known === undefined) rows.moment('note', told.entry.type, '', told.entry)
  else known(told, rows)
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value) as Readonly<Record<string, unknown>>
}

function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** The text of a message, in one line. */
function textOf(content: unknown): string {
  const parts = Array.isArray(content) ? content : []
  return parts
    .map((part) => word(fields(part)['text']) || word(fields(part)['name']))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 300)
}

function effectsOf(effects: unknown): string {
  const list = Array.isArray(effects) ? effects : []
  return list
    .map((effect) => `${word(fields(effect)['kind'])} ${word(fields(effect)['target'])}`)
    .join(', ')
    .slice(0, 300)
}
