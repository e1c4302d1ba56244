import { KeepupError } from '@keepup/core'

/** The sandboxes that there are adapters for. */
export type SandboxName = 'bubblewrap' | 'sandbox-runtime' | 'seatbelt' | 'container'

/** How each is brought to a machine. */
export const howToInstall: Readonly<Record<SandboxName, string>> = {
  bubblewrap:
    'install it (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap; Arch: pacman -S bubblewrap)',
  'sandbox-runtime':
    'npm install @anthropic-ai/sandbox-runtime beside keepup, and install bubblewrap, socat and ripgrep (macOS: ripgrep)',
  seatbelt: 'it is part of macOS and nowhere else',
  container:
    'install Docker (https://docs.docker.com/engine/install) or Podman (https://podman.io), and start its engine',
}

/** A sandbox was asked for and is not there: nothing was run. */
export function missingSandbox(name: SandboxName, what: string, cause?: unknown): KeepupError {
  return new KeepupError(
    'sandbox-unavailable',
    `The sandbox "${name}" cannot be used: ${what}. Nothing was run. To go on: ${howToInstall[name]}; or choose another sandbox, or --sandbox off.`,
    cause === undefined ? {} : { cause },
  )
}
