import { buildCommand } from '@stricli/core'

import type { AcpFlags } from '../acp/acp-flags.ts'
import { type CommandLine, performs } from '../command-line.ts'
import { jsonFlag, runFlags } from './run-flags.ts'

const { cwd: _cwd, json: _json, unattended: _unattended, ...flags } = runFlags

/** `keepup acp` */
export const acpRoute = buildCommand<AcpFlags, [], CommandLine>({
  loader: async () => performs((await import('../acp/serve-acp.ts')).serveAcp),
  parameters: {
    flags: { ...flags, setup: jsonFlag('Ask for the key of a provider, and keep it in the keychain') },
    aliases: { m: 'model' },
  },
  docs: {
    brief: 'Serve an editor that speaks the Agent Client Protocol',
    fullDescription: [
      'Serves an editor over standard input and output: Zed, JetBrains, Neovim, Emacs and',
      'others start it themselves. Each session is a thread, in the folder that is open',
      'there: keepup show, resume, fork and approvals work on it, and it outlives the editor.',
      '',
      '  keepup acp --mode auto-edit    what an editor starts',
      '  keepup acp --setup             gives it a key, where the editor has none',
    ].join('\n'),
  },
})
