/** What makes two names the same: neither case nor the way an accent is encoded. */
export const nameKey = (name: string): string => name.toLowerCase().normalize('NFC')
