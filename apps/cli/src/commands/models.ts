import { KeepupError } from '@keepup/core'
import { catalogue, type CatalogueModel, type CatalogueProvider } from '@keepup/models'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { Environment } from '../host.ts'
import { nearest } from '../settings/nearest.ts'
import type { Style } from '../terminal/style.ts'
import { fit, pad } from '../terminal/width.ts'

/** Lists the providers and whether their keys are set, or the models of one with their prices. Contacts nobody. */
export async function models(
  { host, terminal }: CommandLine,
  flags: { readonly json: boolean },
  name?: string,
): Promise<ExitName> {
  const providers = await catalogue()
  const { outStyle: style, out } = terminal
  if (name === undefined) {
    for (const provider of Object.values(providers)) {
      const text = flags.json
        ? JSON.stringify(providerRecord(provider, host.environment))
        : providerLine(provider, host.environment, style, terminal.width)
      await out.write(`${text}\n`)
    }
    return 'completed'
  }
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined
  if (provider === undefined) throw unknownProvider(name, Object.keys(providers))
  for (const model of Object.values(provider.models)) {
    await out.write(
      `${flags.json ? JSON.stringify({ provider: provider.id, ...model }) : modelLine(provider, model, style)}\n`,
    )
  }
  if (!flags.json) await terminal.notes.write(keyNote(provider, host.environment))
  return 'completed'
}

function keysSet({ env }: CatalogueProvider, environment: Environment): boolean {
  return env.some((variable) => environment[variable])
}

function providerRecord(provider: CatalogueProvider, environment: Environment) {
  const { id, name, env, doc, models: offered } = provider
  return {
    id,
    name,
    keys: env,
    set: keysSet(provider, environment),
    models: Object.keys(offered).length,
    doc,
  }
}

function providerLine(
  provider: CatalogueProvider,
  environment: Environment,
  style: Style,
  width: number,
): string {
  const mark = keysSet(provider, environment) ? style.green(style.marks.done) : ' '
  const keys = provider.env.length === 0 ? 'no key' : provider.env.join(', ')
  return `${mark} ${style.bold(pad(provider.id, 24))} ${style.dim(fit(keys, width - 28, style.marks.more))}`
}

function modelLine(provider: CatalogueProvider, { id, cost, limit }: CatalogueModel, style: Style): string {
  const context = limit === undefined ? '' : `${Math.round(limit.context / 1000)}k`
  const price = cost === undefined ? 'no known price' : `$${cost.input} in, $${cost.output} out`
  return `${style.bold(pad(`${provider.id}/${id}`, 44))} ${pad(context, 7)} ${style.dim(price)}`
}

function keyNote(provider: CatalogueProvider, environment: Environment): string {
  if (provider.env.length === 0 || keysSet(provider, environment)) return ''
  return `prices are for a million tokens; to use these, set ${provider.env.join(' or ')}\n`
}

function unknownProvider(name: string, known: readonly string[]): KeepupError {
  const meant = nearest(name, known)
  return new KeepupError('model-unknown', `there is no provider "${name}"`, {
    details: { fix: meant === undefined ? 'list them with: keepup models' : `did you mean "${meant}"?` },
  })
}
