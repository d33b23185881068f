import { type CampaignOptions, runCampaign } from './campaign.ts'
import { openTarget } from './targets.ts'

// Whoever asked is gone: nobody will read the rest.
process.once('disconnect', () => process.exit())

const run = async () => {
  const options: CampaignOptions = JSON.parse(process.argv[2] ?? '{}')
  await using target = await openTarget(options.target, options.databaseUrl)
  return await runCampaign(target, options, (progress) => process.send?.({ progress }))
}

const report = await run()
process.send?.({ report }, () => process.disconnect())
