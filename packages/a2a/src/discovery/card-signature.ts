import { type AgentCard, canonicalizeAgentCard } from '@a2a-js/sdk'
import { canonicalJson, KeepupError, type Timestamp } from '@keepup/core'
import {
  base64url,
  type CryptoKey,
  decodeProtectedHeader,
  type FlattenedJWSInput,
  FlattenedSign,
  flattenedVerify,
  type JWK,
} from 'jose'

/** The key that a signature names; `undefined` where it is not one that is trusted. */
export type FindCardKey = (kid: string) => Promise<JWK | CryptoKey | undefined> | JWK | CryptoKey | undefined

/** With what a card is signed. */
export interface CardSigning {
  readonly key: JWK | CryptoKey
  /** By which those who trust the key know it. */
  readonly kid: string
  /** `ES256` when left out. */
  readonly algorithm?: CardAlgorithm
  readonly now: Timestamp
  /** Until when the card is good; without it, until it is replaced. */
  readonly until?: Timestamp
}

/** Signatures by key pairs only: with a shared secret, or with none at all, whoever can check a card could have made it. */
const algorithms = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const

/** What a card may be signed by. */
export type CardAlgorithm = (typeof algorithms)[number]

/** What a good signature says of when. */
export interface CardTimes {
  readonly signed?: Timestamp
  readonly until?: Timestamp
}

/** No clock of another machine is exact. */
const skew = 60_000

/** Signs a card: a JWS (RFC 7515) over its canonical form (RFC 8785; A2A 1.0, 8.4), with when it was signed and until when it is good in the protected header. */
export async function signCard(card: AgentCard, signing: CardSigning): Promise<AgentCard> {
  const { kid, key, algorithm = 'ES256', now, until } = signing
  const header = {
    alg: algorithm,
    typ: 'JOSE',
    kid,
    iat: Math.floor(now / 1_000),
    ...(until === undefined ? {} : { exp: Math.floor(until / 1_000) }),
  }
  const payload = new TextEncoder().encode(canonicalizeAgentCard(card))
  const { protected: shielded = '', signature } = await new FlattenedSign(payload)
    .setProtectedHeader(header)
    .sign(key)
  return { ...card, signatures: [...card.signatures, { protected: shielded, signature, header: undefined }] }
}

/**
 * Checks that a trusted key signed the card as it is, and that the signature is not over. Fails `card-refused`. Keys that a card names itself (`jku`) are never asked
 * for: whoever forges a card would name their own. With the JSON that was `received`, of which the card was made, a signature over all of that is as good: some sign
 * a card with its empty fields, which others leave out (A2A 1.0, 8.4.1).
 */
export async function verifyCard(
  card: AgentCard,
  findKey: FindCardKey,
  now: Timestamp,
  received?: unknown,
): Promise<CardTimes> {
  const payloads = payloadsOf(card, received)
  const reasons: string[] = []
  for (const signature of card.signatures.slice(0, mostSignatures)) {
    const checked = await check({ ...signature, payloads }, findKey, now)
    if (typeof checked !== 'string') return checked
    reasons.push(checked)
  }
  const why = reasons.length === 0 ? 'it has no signature' : reasons.join('; ')
  throw cardRefused(card.name, why)
}

/** The texts that may have been signed, the likeliest first. */
function payloadsOf(card: AgentCard, received: unknown): readonly string[] {
  const texts = [canonicalizeAgentCard(card)]
  if (typeof received === 'object' && received !== null && 'signatures' in received) {
    const { signatures: _, ...content } = received
    texts.push(canonicalJson(content))
  }
  return [...new Set(texts)].map((text) => base64url.encode(new TextEncoder().encode(text)))
}

/** A card with more is not read any further: each costs a verification. */
const mostSignatures = 8

/** When it was signed, or what is wrong. */
async function check(
  {
    protected: shielded,
    signature,
    payloads,
  }: { readonly protected: string; readonly signature: string; readonly payloads: readonly string[] },
  findKey: FindCardKey,
  now: Timestamp,
): Promise<CardTimes | string> {
  const header = headerOf(shielded)
  if (header === undefined) return 'a signature has no header that can be read'
  const { alg, kid, iat, exp, crit } = header
  if (!algorithms.some((known) => known === alg)) return `a signature is by ${String(alg).slice(0, 20)}`
  if (crit !== undefined) return 'a signature asks for an extension that is not known'
  if (typeof kid !== 'string') return 'a signature does not name its key'
  const key = await findKey(kid)
  if (key === undefined) return `the key ${kid.slice(0, 60)} is not trusted`
  for (const payload of payloads) {
    if (await isSigned({ payload, protected: shielded, signature }, key)) return timesOf({ iat, exp }, now)
  }
  return `the signature by ${kid.slice(0, 60)} is not of this card`
}

async function isSigned(signed: FlattenedJWSInput, key: JWK | CryptoKey): Promise<boolean> {
  try {
    await flattenedVerify(signed, key, { algorithms: [...algorithms] })
    return true
  } catch {
    return false
  }
}

function headerOf(shielded: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return decodeProtectedHeader({ protected: shielded })
  } catch {
    return undefined
  }
}

function timesOf(
  { iat, exp }: { readonly iat?: unknown; readonly exp?: unknown },
  now: Timestamp,
): CardTimes | string {
  const signed = typeof iat === 'number' ? iat * 1_000 : undefined
  const until = typeof exp === 'number' ? exp * 1_000 : undefined
  if (until !== undefined && until + skew < now) return `the signature was good until ${isoOf(until)}`
  if (signed !== undefined && signed - skew > now)
    return `the signature is of ${isoOf(signed)}, which is yet to come`
  return { ...(signed === undefined ? {} : { signed }), ...(until === undefined ? {} : { until }) }
}

function isoOf(time: Timestamp): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString()
}

/** The error for a card that may not be used. */
export function cardRefused(name: string, why: string, cause?: unknown): KeepupError {
  const message = `The card of ${JSON.stringify(name.slice(0, 60))} is not used: ${why}. Ask whoever runs the agent for a good one, or trust its key.`
  return new KeepupError('card-refused', message, { cause })
}
