/** The environment variable by which everything that a hook starts is found again. */
export const hookVariable = 'KEEPUP_HOOK'

/** The descriptor by which it is found although it cleared its environment: above those that shells let scripts use. */
export const markDescriptor = 10

/** How every mark begins: the value of the variable, and the name of the file. */
export const markPrefix = 'keepup-hook-'
