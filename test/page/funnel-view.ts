import type { FunnelView } from '../../src/http/funnel-view.ts'

const stages: FunnelView['flows'][number]['total']['stages'] = (
  [
    ['authenticated', 1204, null, [{ code: 'timed_out', count: 31 }]],
    ['offered', 1173, 840, [{ code: 'timed_out', count: 96 }]],
    [
      'identified',
      1077,
      41_260,
      [
        { code: 'os_too_old', count: 12 },
        { code: 'device_not_listed', count: 3 },
      ],
    ],
    ['certified', 1062, 2_100, []],
    ['configured', 1060, 1_250, []],
  ] as const
).map(([state, reached, medianMs, reasons]) => ({
  ...{ state, reached, medianMs },
  waiting: 1,
  dropped: reasons.reduce((sum, { count }) => sum + count, 0),
  p90Ms: medianMs && medianMs * 3,
  reasons: [...reasons],
}))

export const funnel: FunnelView = {
  from: '2026-09-04T00:00:00.000Z',
  to: '2026-10-03T14:03:22.418Z',
  flows: [
    {
      flow: 'default',
      total: { begun: 1204, stages },
      days: Array.from({ length: 30 }, (_, day) => ({
        day: new Date(Date.UTC(2026, 8, 4 + day)).toISOString().slice(0, 10),
        begun: 40,
        stages: stages.map((stage) => ({ ...stage, reached: Math.round(stage.reached / 30) })),
      })),
    },
  ],
}
