import { delimiter, join } from 'node:path'

/** The folder of the whole repository. */
export const root: string = join(import.meta.dirname, '../..')

/** The environment of every command: the repository's own programs first, and no tool that reports its use. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter),
  DO_NOT_TRACK: '1',
  TURBO_TELEMETRY_DISABLED: '1',
}
