import type { DiagnosticsInbox } from './diagnostics-inbox.ts'
import { pathOf, uriOf } from './file-uri.ts'
import type { ServerLaunch } from './language-server.ts'
import { listOf, readDiagnostics, recordOf } from './read-answer.ts'
import type { ServerListener } from './server-connection.ts'

/** Answers what servers ask, and keeps what they publish. */
export function listenerOf(parts: {
  readonly inbox: DiagnosticsInbox
  readonly register: (method: string) => void
  readonly folder: string
  readonly launch: ServerLaunch
}): ServerListener {
  const { inbox, register, folder, launch } = parts
  const answers: Readonly<Record<string, (parameters: unknown) => unknown>> = {
    'workspace/configuration': (asked) =>
      listOf(recordOf(asked)['items']).map(
        (item) => launch.settings?.[String(recordOf(item)['section'])] ?? null,
      ),
    'workspace/workspaceFolders': () => [{ uri: uriOf(folder), name: folder }],
    'workspace/applyEdit': () => ({ applied: false, failureReason: 'Edits are returned, not applied.' }),
    'client/registerCapability': (asked) => {
      for (const one of listOf(recordOf(asked)['registrations'])) register(String(recordOf(one)['method']))
      return null
    },
    'client/unregisterCapability': () => null,
    'window/workDoneProgress/create': () => null,
    'window/showMessageRequest': () => null,
    'workspace/diagnostic/refresh': () => null,
  }
  return {
    notified(method, parameters) {
      if (method !== 'textDocument/publishDiagnostics') return
      const { uri, version, diagnostics } = recordOf(parameters)
      const path = pathOf(uri)
      if (path === undefined) return
      inbox.publish(path, readDiagnostics(diagnostics), typeof version === 'number' ? version : undefined)
    },
    asked(method, parameters) {
      const answer = Object.hasOwn(answers, method) ? answers[method] : undefined
      return answer === undefined ? undefined : { answer: answer(parameters) }
    },
  }
}
