export const Z=1
