import { hash as digest, type KeyObject, sign, verify } from 'node:crypto'

import {
  type Checkpointer,
  type Clock,
  type Hash,
  KeepupError,
  type Sequence,
  systemClock,
  type ThreadId,
  type Timestamp,
} from '@keepup/core'

import { chainHashAt } from './transfer/chain-hash-at.ts'
import { verifyThread } from './verify-thread.ts'

/** A head that somebody signed: JSON, to be kept away from the database. */
export interface SignedHead {
  readonly thread: ThreadId
  readonly sequence: Sequence
  /** The chain's hash there. */
  readonly hash: Hash
  /** When it was signed, by the clock of whoever signed. */
  readonly time: Timestamp
  /** SHA-256 of the public key in DER (SubjectPublicKeyInfo). */
  readonly key: Hash
  /** Ed25519 (RFC 8032) over the UTF-8 text of the JSON array `["keepup-head",1,thread,sequence,hash,time,key]`, in base64. */
  readonly signature: string
}

/** The two halves of an Ed25519 key, as `generateKeyPairSync('ed25519')` of `node:crypto` gives them. */
export interface SigningKeys {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** Signs the head of a thread after its chain was recomputed. Fails `thread-damaged`, `thread-unknown`, and `input-invalid` for keys of another kind. */
export async function signHead(
  checkpointer: Checkpointer,
  thread: ThreadId,
  keys: SigningKeys,
  clock: Clock = systemClock,
): Promise<SignedHead> {
  checkKind(keys.privateKey)
  const { head: sequence } = await checkpointer.read(thread, { at: 0 })
  if (sequence === 0) throw new KeepupError('thread-unknown', `There is no head of thread ${thread} to sign.`)
  await verifyThread(checkpointer, thread)
  const hash = await chainHashAt(checkpointer, thread, sequence)
  if (hash === undefined) throw changed(thread, sequence)
  const unsigned = { thread, sequence, hash, time: clock.now(), key: keyId(keys.publicKey) }
  return { ...unsigned, signature: sign(null, signedText(unsigned), keys.privateKey).toString('base64') }
}

/**
 * Holds a thread against a head that was signed: the signature, the thread's whole chain, and that its hash at the signed position is the signed one. It proves
 * that whoever has the private key vouched for this history up to there, and that nothing of it was changed, taken out or put in since; nothing of what
 * came later, of the time, of whether the content is true, nor of a state that pruning put in the place of what was signed. Fails `input-invalid` for a
 * signature that does not fit the key, `thread-damaged` for a thread that is not the signed one any more.
 */
export async function verifySignedHead(
  checkpointer: Checkpointer,
  signed: SignedHead,
  publicKey: KeyObject,
): Promise<void> {
  checkKind(publicKey)
  const signature = Buffer.from(signed.signature, 'base64')
  if (signed.key !== keyId(publicKey) || !verify(null, signedText(signed), publicKey, signature)) {
    const message = `The signature of the head ${signed.sequence} of thread ${signed.thread} was not made with this key, or the head was changed. Give the key it was signed with.`
    throw new KeepupError('input-invalid', message, { details: { thread: signed.thread } })
  }
  await verifyThread(checkpointer, signed.thread)
  if ((await chainHashAt(checkpointer, signed.thread, signed.sequence)) === signed.hash) return
  throw changed(signed.thread, signed.sequence)
}

function signedText({ thread, sequence, hash, time, key }: Omit<SignedHead, 'signature'>): Buffer {
  return Buffer.from(JSON.stringify(['keepup-head', 1, thread, sequence, hash, time, key]), 'utf8')
}

function keyId(publicKey: KeyObject): Hash {
  return digest('sha256', publicKey.export({ type: 'spki', format: 'der' }))
}

function checkKind(key: KeyObject): void {
  if (key.asymmetricKeyType === 'ed25519') return
  throw new KeepupError(
    'input-invalid',
    `Heads are signed with Ed25519, but this key is ${key.asymmetricKeyType ?? key.type}.`,
  )
}

function changed(thread: ThreadId, sequence: Sequence): KeepupError {
  const message =
    `Thread ${thread} is not the one that was signed at ${sequence}: its history up to there was changed, cut or pruned. ` +
    'Compare it with a backup or an export of that time.'
  return new KeepupError('thread-damaged', message, { details: { thread, sequence } })
}
