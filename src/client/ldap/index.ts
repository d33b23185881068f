export { type Ask, createLdapClient, type LdapClient, type LdapSession } from './client.ts'
export { isPassword } from './connection.ts'
