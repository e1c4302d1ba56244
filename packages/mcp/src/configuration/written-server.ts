import type { OAuthSettings, ServerScope, ServerTimeouts, ServerTrust } from '../server-definition.ts'

/** Whose configuration a file is. */
export const configurationPrograms = [
  'keepup',
  'claude',
  'claude-desktop',
  'cursor',
  'vscode',
  'cline',
  'gemini',
  'opencode',
] as const

/** One of {@link configurationPrograms}. */
export type ConfigurationProgram = (typeof configurationPrograms)[number]

/** A file in which servers may be configured. */
export interface ConfigurationPlace {
  readonly program: ConfigurationProgram
  readonly scope: ServerScope
  /** Absolute. */
  readonly file: string
  /** In a file that is about several folders: the one whose servers are meant, absolute. */
  readonly folder?: string
}

/** How a server is reached, with variables as they were written. */
export type WrittenTransport =
  | {
      readonly type: 'stdio'
      readonly command: string
      readonly args: readonly string[]
      readonly env: Readonly<Record<string, string>>
      readonly cwd?: string
      /** A file of `NAME=value` lines, which `env` beats. */
      readonly envFile?: string
    }
  | {
      readonly type: 'http' | 'sse'
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
    }

/** A question of VS Code for a value: what stands for it where nobody is asked. */
export interface WrittenInput {
  readonly id: string
  readonly default?: string
}

/** A server as a file has it: its shape is checked, its variables are not filled in. */
export interface WrittenServer {
  readonly name: string
  readonly place: ConfigurationPlace
  /** Where in the file, as a JSON Pointer. */
  readonly pointer: string
  readonly transport: WrittenTransport
  readonly enabled: boolean
  readonly timeouts?: ServerTimeouts
  readonly tools?: { readonly allow?: readonly string[]; readonly deny?: readonly string[] }
  readonly trust?: ServerTrust
  readonly oauth?: OAuthSettings
  readonly inputs?: readonly WrittenInput[]
}
