export { createProvider, type Provider, type Ticket, type Vouched } from './provider.ts'
