import { createHash } from 'node:crypto'

/**
 * The one script of the portal. Every page works without it; with it, the address is copied by a button, the countdown
 * runs, and the page looks for news as soon as it is seen again instead of every few seconds.
 */
export const SCRIPT = `'use strict'
{
  const root = document.documentElement
  for (const button of document.querySelectorAll('[data-copy]')) {
    if (!navigator.clipboard) break
    button.hidden = false
    button.addEventListener('click', () => {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent).then(() => {
        button.textContent = button.dataset.copied
      })
    })
  }
  const clock = document.querySelector('[data-left]')
  if (clock) {
    const whole = new Intl.NumberFormat(root.lang)
    const padded = new Intl.NumberFormat(root.lang, { minimumIntegerDigits: 2 })
    const end = Date.now() + Number(clock.dataset.left)
    const tick = () => {
      const left = Math.max(0, Math.floor((end - Date.now()) / 1000))
      clock.textContent = whole.format(Math.floor(left / 60)) + ':' + padded.format(left % 60)
      if (left === 0) clock.closest('[data-up]').textContent = clock.closest('[data-up]').dataset.up
      else setTimeout(tick, 1000)
    }
    tick()
  }
  const news = document.querySelector('[data-news]')
  if (news) {
    let asked = false
    const ask = () => {
      if (asked || document.hidden) return
      asked = true
      fetch(news.dataset.news, { cache: 'no-store' })
        .then((answer) => (answer.ok ? answer.json() : { version: answer.status === 403 ? '' : undefined }))
        .then(({ version }) => {
          if (version !== undefined && version !== news.dataset.version) location.reload()
        })
        .catch(() => {})
        .finally(() => {
          asked = false
        })
    }
    setInterval(ask, 3000)
    document.addEventListener('visibilitychange', ask)
    addEventListener('pageshow', (event) => {
      if (event.persisted) ask()
    })
  }
  const tablet = document.querySelector('[data-tablet]')
  if (tablet && navigator.maxTouchPoints > 1 && !location.search.includes('on=')) {
    location.replace(tablet.href)
  }
}
`

/** Changes with its content, so that it may be cached for ever. */
export const SCRIPT_PATH: string = `/assets/${createHash('sha256').update(SCRIPT).digest('hex').slice(0, 16)}.js`
