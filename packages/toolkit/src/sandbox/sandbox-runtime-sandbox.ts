import type { SandboxManager as Manager, SandboxRuntimeConfig } from '@anthropic-ai/sandbox-runtime'
import type { NewId, Sandbox, SandboxProfile } from '@keepup/core'

import { checkProfile } from './check-profile.ts'
import { missingSandbox } from './missing-sandbox.ts'
import { sandboxState } from './sandbox-state.ts'
import { shellQuote } from './shell-quote.ts'
import { withholdVariables } from './withhold-variables.ts'
import { workspaceGuards } from './workspace-guards.ts'

/** What the adapter is started with. */
export interface SandboxRuntimeOptions {
  /** What it may ever let through: hosts are fixed for the whole process, since its proxy is one. */
  readonly profile: SandboxProfile
  /** Outside of everything that commands may write: `~/.local/state/keepup/sandbox` when left out. */
  readonly state?: string
  readonly newId?: NewId
}

/** Loads the runtime; a part, so that its absence can be tested. */
export type LoadRuntime = () => Promise<{ readonly SandboxManager: typeof Manager }>

/**
 * Confines programs by `@anthropic-ai/sandbox-runtime` (an optional peer; Linux and macOS), which filters hosts by a proxy. It is initialised once: a
 * process has one. Fails `sandbox-unavailable` where the package or one of the programs that it needs is missing, and names them.
 */
export async function sandboxRuntimeSandbox(
  { profile: widest, state = sandboxState(), newId = () => crypto.randomUUID() }: SandboxRuntimeOptions,
  load: LoadRuntime = () => import('@anthropic-ai/sandbox-runtime'),
): Promise<Sandbox> {
  const manager = await loadManager(load)
  const { errors, warnings } = await manager.checkDependenciesAsync()
  if (errors.length > 0) throw missingSandbox('sandbox-runtime', errors.join('; '))
  await manager.initialize(configurationOf(widest))
  const superuser = process.getuid?.() === 0
  const guardOf = workspaceGuards(state, newId)
  return {
    describe: () => ({
      name: 'sandbox-runtime',
      holds: [...(superuser ? [] : ['writes' as const]), 'reads', 'network', 'hosts', 'processes', 'orphans'],
      lacks: [
        'A host that is let through may carry data out: its traffic is not looked into.',
        'What is in the project and runs later, such as scripts in package.json or a Makefile, is not judged.',
        'Datagrams may be sent to sockets of this machine whose files can be reached.',
        ...(process.getuid?.() === 0
          ? [
              'Run by the superuser, it lets settings of the kernel be written, by which a command can get out: run it as another user.',
            ]
          : []),
        ...warnings,
      ],
    }),
    async contain({ program, arguments: given, folder, environment }, profile) {
      checkProfile(profile)
      const { covered, release } = await guardOf(profile).watch(profile)
      const command = shellQuote([program, ...given])
      const configuration = configurationOf({ ...profile, unwritable: covered })
      const wrapped = await manager.wrapWithSandbox(command, '/bin/sh', configuration)
      return {
        program: '/bin/sh',
        arguments: ['-c', `exec ${wrapped}`],
        folder,
        environment: {
          ...withholdVariables(environment, profile.withheld),
          KEEPUP_SANDBOX: 'sandbox-runtime',
        },
        async release() {
          manager.cleanupAfterCommand()
          return release()
        },
      }
    },
    [Symbol.asyncDispose]: () => manager.reset(),
  }
}

async function loadManager(load: LoadRuntime): Promise<typeof Manager> {
  try {
    return (await load()).SandboxManager
  } catch (error) {
    throw missingSandbox(
      'sandbox-runtime',
      'the package @anthropic-ai/sandbox-runtime cannot be loaded',
      error,
    )
  }
}

function configurationOf({ writable, unwritable, unreadable, hosts }: SandboxProfile): SandboxRuntimeConfig {
  return {
    network: { allowedDomains: hosts === 'any' ? ['*'] : [...hosts], deniedDomains: [] },
    filesystem: {
      allowWrite: [...writable],
      denyWrite: [...unwritable],
      denyRead: [...unreadable],
    },
  }
}
