import { createHash } from 'node:crypto'

import { canonicalJson, type Hash } from '@keepup/core'

import type { ServerDefinition } from './server-definition.ts'

/**
 * What a person approves of a server that came with a project: the file that configures it, so that another project has to ask anew; for a program its exact command, arguments, names of variables and folder; for a server by HTTP
 * its kind, its URL and the names of its headers. Any other value is another digest. Values of variables and headers are not part of it.
 */
export function approvalDigest({ transport, source }: Pick<ServerDefinition, 'transport' | 'source'>): Hash {
  const approved =
    transport.type === 'stdio'
      ? {
          type: transport.type,
          argv: [transport.command, ...transport.args],
          env: Object.keys(transport.env).toSorted(),
          cwd: transport.cwd ?? null,
        }
      : { type: transport.type, url: transport.url, headers: Object.keys(transport.headers).toSorted() }
  return createHash('sha256')
    .update(canonicalJson({ file: source.file ?? null, ...approved }))
    .digest('hex')
}
