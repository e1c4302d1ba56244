import type { Editor } from '../editor.ts'

/** The program `keepup`, as the settings have it. */
export interface Program {
  readonly command: string
  /** Flags for `keepup acp`, and for what is served beside it. */
  readonly flags: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Reads the settings. What has the wrong type counts as left out. */
export function programOf(
  editor: Pick<Editor, 'workspace'>,
  inherited: Readonly<Record<string, string | undefined>>,
): Program {
  const settings = editor.workspace.getConfiguration('keepup')
  const path = settings.get<unknown>('path')
  const flags = settings.get<unknown>('arguments')
  const environment = settings.get<unknown>('environment')
  const given = typeof environment === 'object' && environment !== null ? Object.entries(environment) : []
  return {
    command: typeof path === 'string' && path.trim() !== '' ? path.trim() : 'keepup',
    flags: Array.isArray(flags) ? flags.filter((flag) => typeof flag === 'string') : [],
    environment: {
      ...inherited,
      ...Object.fromEntries(given.filter(([, value]) => typeof value === 'string')),
    },
  }
}
