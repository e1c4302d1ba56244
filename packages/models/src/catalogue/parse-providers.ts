import { fieldOf, listOf, objectOf, textOf } from '../transport/json-field.ts'
import type { Catalogue, CatalogueCost, CatalogueModel, CatalogueProvider } from './catalogue.ts'

/** Providers from data in the shape of models.dev's `api.json`. What is no provider or no model is left out; members that keepup does not use, too. */
export function parseProviders(data: unknown): Catalogue {
  const providers = Object.entries(objectOf(data) ?? {}).map(([id, value]) => parseProvider(id, value))
  return Object.fromEntries(
    providers.filter((provider) => provider !== undefined).map((provider) => [provider.id, provider]),
  )
}

function parseProvider(id: string, value: unknown): CatalogueProvider | undefined {
  const models = objectOf(fieldOf(value, 'models'))
  const npm = packageOf(fieldOf(value, 'npm'))
  if (models === undefined || npm === undefined || !/^[\w.-]+$/.test(id)) return undefined
  const api = textOf(fieldOf(value, 'api'))
  const doc = textOf(fieldOf(value, 'doc'))
  return {
    id,
    name: textOf(fieldOf(value, 'name')) ?? id,
    env: listOf(fieldOf(value, 'env')).filter(isVariable),
    npm,
    ...(api === undefined ? {} : { api }),
    ...(doc === undefined ? {} : { doc }),
    models: Object.fromEntries(
      Object.entries(models).map(([name, model]) => [name, parseModel(name, model)]),
    ),
  }
}

function parseModel(id: string, value: unknown): CatalogueModel {
  const cost = parseCost(fieldOf(value, 'cost'))
  const limit = parseLimit(fieldOf(value, 'limit'))
  const provider = parseOverride(fieldOf(value, 'provider'))
  return {
    id,
    name: textOf(fieldOf(value, 'name')) ?? id,
    tool_call: fieldOf(value, 'tool_call') === true,
    reasoning: fieldOf(value, 'reasoning') === true,
    attachment: fieldOf(value, 'attachment') === true,
    ...(cost === undefined ? {} : { cost }),
    ...(limit === undefined ? {} : { limit }),
    ...(provider === undefined ? {} : { provider }),
  }
}

function parseCost(value: unknown): CatalogueCost | undefined {
  const input = priceOf(fieldOf(value, 'input'))
  const output = priceOf(fieldOf(value, 'output'))
  if (input === undefined || output === undefined) return undefined
  const read = priceOf(fieldOf(value, 'cache_read'))
  const write = priceOf(fieldOf(value, 'cache_write'))
  return {
    input,
    output,
    ...(read === undefined ? {} : { cache_read: read }),
    ...(write === undefined ? {} : { cache_write: write }),
  }
}

function parseLimit(value: unknown): CatalogueModel['limit'] {
  const context = priceOf(fieldOf(value, 'context'))
  const output = priceOf(fieldOf(value, 'output'))
  if (context === undefined || context === 0) return undefined
  return { context, ...(output === undefined || output === 0 ? {} : { output }) }
}

function parseOverride(value: unknown): CatalogueModel['provider'] {
  const npm = packageOf(fieldOf(value, 'npm'))
  const api = textOf(fieldOf(value, 'api'))
  if (npm === undefined && api === undefined) return undefined
  return { ...(npm === undefined ? {} : { npm }), ...(api === undefined ? {} : { api }) }
}

function priceOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}

/** A package's name as npm allows it, with a subpath: it may be imported later. */
function packageOf(value: unknown): string | undefined {
  const name = textOf(value)
  return name !== undefined && /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(?:\/[a-z0-9][\w-]*)*$/i.test(name)
    ? name
    : undefined
}

function isVariable(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Z0-9_]+$/.test(name)
}
