/** The version that requests mean which name none (A2A 1.0, 3.6.2). */
export const olderVersion = '0.3'
