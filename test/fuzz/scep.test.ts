import { testTarget } from './tested.ts'

testTarget('scep', {
  what: 'SCEP messages: no server error, nothing issued, every refusal written down',
  ids: ['proof F1', 'security C2 C8 S10'],
  parts: 4,
  isServer: true,
})
