/** The environment variable that marks every process of a call with the call's key, so that they can be found again. */
export const callVariable = 'KEEPUP_CALL'
