import type { StricliProcess } from '@stricli/core'

import type { OutputStream } from './host.ts'

/** Where the parser prints help, without what says nothing: that a switch which is not given is off, in a column that makes lines longer than a terminal. */
export function helpOutput(stream: OutputStream): StricliProcess['stdout'] {
  const write = (text: string): void => void stream.write(text.replaceAll(offByDefault, ''))
  return 'getColorDepth' in stream ? { write, getColorDepth: () => 4 } : { write }
}

// Coloured or not.
// oxlint-disable-next-line no-control-regex
const offByDefault = / +\[(?:\u001B\[\d+m)*default =(?:\u001B\[\d+m)* false\](?=\n|$)/g
