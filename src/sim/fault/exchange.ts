import type { Walk } from './walk.ts'

/** One exchange of an honest enrollment. */
export interface Exchange {
  /** Of the faults that are played on it. */
  readonly name: string
  readonly title: string
  /** Whether it sends a signed message. */
  readonly isPost: boolean
  /** Goes there, and stops before it. */
  readonly approach: (walk: Walk) => Promise<unknown>
  readonly make: (walk: Walk) => Promise<unknown>
}

/** All of them, in the order of iOS. */
export const EXCHANGES: readonly Exchange[] = [
  {
    name: 'sign-in',
    title: 'phase 1',
    isPost: false,
    approach: async () => {},
    make: (walk) => walk.service(),
  },
  {
    name: 'phase2',
    title: 'phase 2',
    isPost: true,
    approach: (walk) => walk.service(),
    make: (walk) => walk.instruction(),
  },
  {
    name: 'get-ca-cert',
    title: 'GetCACert',
    isPost: false,
    approach: (walk) => walk.instruction(),
    make: (walk) => walk.authority(),
  },
  {
    name: 'get-ca-caps',
    title: 'GetCACaps',
    isPost: false,
    approach: (walk) => walk.authority(),
    make: (walk) => walk.choice(),
  },
  {
    name: 'pki-operation',
    title: 'PKIOperation',
    isPost: true,
    approach: async (walk) => [await walk.authority(), await walk.choice()],
    make: (walk) => walk.identity(),
  },
  {
    name: 'phase3',
    title: 'phase 3',
    isPost: true,
    approach: (walk) => walk.identity(),
    make: (walk) => walk.configuration(),
  },
]
