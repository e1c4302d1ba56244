import type { Finding } from '../findings/finding.ts'
import { shownPath } from '../findings/shown-path.ts'
import type { Diagnosis } from './diagnostics-inbox.ts'
import { refreshSession, showExisting } from './refresh-session.ts'
import type { ServerAnswer } from './server-answer.ts'
import type { Answered, PooledServer, ServerPool } from './server-pool.ts'
import type { Patience, ServerSession } from './server-session.ts'

/** What language servers say of files. */
export interface DiagnosticsReport {
  readonly findings: readonly Finding[]
  /** One for each server and file that it was asked of; a file without any is in no language that is known. */
  readonly servers: readonly (ServerAnswer & { readonly path: string })[]
  /** Whether every file was looked at by a server that is through. Otherwise `findings` are what is known so far. */
  readonly complete: boolean
}

/** The diagnostics of files as they are on the disk. */
export async function diagnoseFiles(
  pool: ServerPool,
  root: string,
  { paths, patience }: { readonly paths: readonly string[]; readonly patience: Patience },
): Promise<DiagnosticsReport> {
  const reports = await Promise.all(
    paths.map(async (path) => {
      const servers = await pool.serversOf(path)
      return Promise.all(
        servers.map(async (server) => {
          const { answer, value = [] } = await lookWith(pool, server, patience, async (session, pooled) => {
            await refreshSession(session, pooled, patience.signal)
            await showExisting(session, path)
            const diagnosis = await session.diagnose(path, patience)
            const findings = findingsOf(diagnosis, { path, root, server: pooled.server.name })
            return { complete: diagnosis.complete, findings }
          })
          return { answer: { ...answer, path: shownPath(root, path) }, findings: value }
        }),
      )
    }),
  )
  return reportOf(reports, paths.length)
}

/** What one look at files came to. */
export interface Look {
  readonly complete: boolean
  readonly findings: readonly Finding[]
}

/** Asks a server where there is one; what is not complete is pending. */
export async function lookWith(
  pool: ServerPool,
  server: PooledServer | ServerAnswer,
  patience: Patience,
  look: (session: ServerSession, server: PooledServer) => Promise<Look>,
): Promise<Answered<readonly Finding[]>> {
  if ('state' in server) return { answer: server }
  const { name } = server.server
  return pool.ask<readonly Finding[]>(server, patience, async (session) => {
    const { complete, findings } = await look(session, server)
    if (complete) return { answer: { server: name, state: 'answered' }, value: findings }
    const message = 'it has not finished looking. Ask again'
    return { answer: { server: name, state: 'pending', message }, value: findings }
  })
}

/** The diagnostics of a file as findings. */
export function findingsOf(
  { diagnostics }: Diagnosis,
  { path, root, server }: { readonly path: string; readonly root: string; readonly server: string },
): readonly Finding[] {
  const shown = shownPath(root, path)
  return diagnostics.map(({ range, severity, code, source, message }) => ({
    path: shown,
    line: range.start.line + 1,
    column: range.start.character + 1,
    severity,
    source: source ?? server,
    message,
    ...(code === undefined ? {} : { code }),
  }))
}

/** One report of the answers for each file. `known`: how many files are in a language that is known. */
export function reportOf(
  reports: readonly (readonly {
    readonly answer: ServerAnswer & { readonly path: string }
    readonly findings: readonly Finding[]
  }[])[],
  asked: number,
  known: number = reports.filter((servers) => servers.length > 0).length,
): DiagnosticsReport {
  const all = reports.flat()
  return {
    findings: all.flatMap(({ findings }) => findings),
    servers: all.map(({ answer }) => answer),
    complete: known === asked && all.every(({ answer }) => answer.state === 'answered'),
  }
}
