import { testTarget } from './tested.ts'

testTarget('http', {
  what: 'requests to all routes: no server error, nothing issued, every refused message written down',
  ids: ['proof F3', 'security C2 C8 O2 O3'],
  parts: 4,
  isServer: true,
})
