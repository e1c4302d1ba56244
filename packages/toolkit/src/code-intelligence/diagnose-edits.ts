import { newFindings, type Texts } from '../findings/new-findings.ts'
import { shownPath } from '../findings/shown-path.ts'
import { type DiagnosticsReport, findingsOf, type Look, lookWith, reportOf } from './diagnose-files.ts'
import { refreshSession } from './refresh-session.ts'
import type { ServerAnswer } from './server-answer.ts'
import type { PooledServer, ServerPool } from './server-pool.ts'
import type { Patience, ServerSession } from './server-session.ts'

/** A file before and after an edit; `undefined` where it was not there. */
export interface EditedFile {
  /** Absolute, without symbolic links. */
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** How many files that were looked at before are looked at again after an edit of another. */
const mostOthers = 8

/**
 * What an edit added: each server is shown the texts before and after it, so that what was wrong already is told apart, however cold the server was. Files
 * that were looked at before are looked at again where the server can tell at once.
 */
export async function diagnoseEdits(
  pool: ServerPool,
  root: string,
  { edits, patience }: { readonly edits: readonly EditedFile[]; readonly patience: Patience },
): Promise<DiagnosticsReport> {
  const byServer = new Map<PooledServer, EditedFile[]>()
  const absent: (ServerAnswer & { readonly path: string })[] = []
  let known = 0
  for (const edit of edits) {
    const servers = await pool.serversOf(edit.path)
    if (servers.length > 0) known++
    for (const server of servers) {
      if ('state' in server) absent.push({ ...server, path: shownPath(root, edit.path) })
      else byServer.set(server, [...(byServer.get(server) ?? []), edit])
    }
  }
  const asked = [...byServer].map(async ([server, own]) => {
    const { answer, value = [] } = await lookWith(pool, server, patience, (session, pooled) =>
      compare(session, pooled, { edits: own, root, patience }),
    )
    return own.map(({ path }, index) => ({
      answer: { ...answer, path: shownPath(root, path) },
      findings: index === 0 ? value : [],
    }))
  })
  const reports = [...(await Promise.all(asked)), absent.map((answer) => ({ answer, findings: [] }))]
  return reportOf(reports, edits.length, known)
}

interface CompareOptions {
  readonly edits: readonly EditedFile[]
  readonly root: string
  readonly patience: Patience
}

async function compare(
  session: ServerSession,
  pooled: PooledServer,
  { edits, root, patience }: CompareOptions,
): Promise<Look> {
  const server = pooled.server.name
  await refreshSession(session, pooled, patience.signal)
  const edited = new Set(edits.map(({ path }) => path))
  const others = session.pulls() ? session.documents.paths().filter((path) => !edited.has(path)) : []
  const look = (side: 'before' | 'after'): Promise<Look> =>
    lookAt(session, { edits, side, others: others.slice(-mostOthers), root, server, patience })
  try {
    const before = await look('before')
    if (!before.complete) return { complete: false, findings: [] }
    const after = await look('after')
    const textsOf = (side: 'before' | 'after'): Texts =>
      new Map(
        edits.flatMap((edit) => (edit[side] === undefined ? [] : [[shownPath(root, edit.path), edit[side]]])),
      )
    const findings = newFindings({
      before: before.findings,
      after: after.findings,
      textsBefore: textsOf('before'),
      textsAfter: textsOf('after'),
    })
    return { complete: after.complete, findings }
  } finally {
    showSide(session, edits, 'after')
  }
}

async function lookAt(
  session: ServerSession,
  options: CompareOptions & {
    readonly side: 'before' | 'after'
    readonly others: readonly string[]
    readonly server: string
  },
): Promise<Look> {
  const { edits, side, others, root, server, patience } = options
  showSide(session, edits, side)
  const present = edits.flatMap((edit) => (edit[side] === undefined ? [] : [edit.path]))
  const found = await Promise.all(
    [...present, ...others].map(async (path) => {
      const diagnosis = await session.diagnose(path, patience)
      return { complete: diagnosis.complete, findings: findingsOf(diagnosis, { path, root, server }) }
    }),
  )
  return {
    complete: found.every(({ complete }) => complete),
    findings: found.flatMap(({ findings }) => findings),
  }
}

function showSide(
  { documents }: ServerSession,
  edits: readonly EditedFile[],
  side: 'before' | 'after',
): void {
  for (const { path, [side]: text } of edits) {
    if (text === undefined) documents.close(path)
    else documents.show(path, text)
  }
}
