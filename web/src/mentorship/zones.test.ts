import { describe, expect, it } from 'vitest'

import { dayIn, instant, instantOf, otherClock, spanIn, wallOf } from './zones'

const SIX = '2026-12-01T17:00:00Z'

describe('a wall clock', () => {
  it('shows an instant in its zone', () => {
    expect(wallOf(SIX, 'Europe/Berlin')).toBe('2026-12-01T18:00')
    expect(wallOf(SIX, 'America/Sao_Paulo')).toBe('2026-12-01T14:00')
    expect(wallOf('2026-12-01T23:30:00Z', 'Asia/Kathmandu')).toBe('2026-12-02T05:15')
    expect(wallOf('2026-12-01T00:00:00Z', 'UTC')).toBe('2026-12-01T00:00')
  })

  it('names the instant it shows, summer and winter', () => {
    expect(instantOf('2026-12-01T18:00', 'Europe/Berlin')).toBe('2026-12-01T17:00:00.000Z')
    expect(instantOf('2026-07-01T18:00', 'Europe/Berlin')).toBe('2026-07-01T16:00:00.000Z')
    expect(instantOf('', 'Europe/Berlin')).toBeUndefined()
  })

  it('knows the hour that is left out and takes the first of the hour that comes twice', () => {
    expect(instantOf('2027-03-28T02:30', 'Europe/Berlin')).toBe('2027-03-28T01:30:00.000Z')
    expect(wallOf('2027-03-28T01:30:00Z', 'Europe/Berlin')).toBe('2027-03-28T03:30')
    expect(instantOf('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z')
    expect(instantOf('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z')
  })

  it('comes back to where it started in every zone', () => {
    for (const zone of ['UTC', 'Europe/Lisbon', 'Asia/Kolkata', 'Pacific/Auckland', 'America/St_Johns']) {
      expect(instantOf(wallOf(SIX, zone), zone)).toBe(instant(SIX))
    }
  })
})

describe('the other one’s clock', () => {
  it('is told where it differs, with the day where that does', () => {
    expect(otherClock(SIX, 'Europe/Berlin', 'Europe/Lisbon', 'de')).toBe('17:00')
    expect(otherClock(SIX, 'Europe/Berlin', 'Pacific/Auckland', 'de')).toMatch(/^Mi.*06:00$/)
    expect(otherClock(SIX, 'Europe/Berlin', 'Europe/Rome', 'de')).toBeUndefined()
  })
})

describe('a time', () => {
  it('is a day and a span in one’s own zone', () => {
    expect(dayIn('2026-12-01T23:30:00Z', 'Asia/Kathmandu', 'en-GB')).toMatch(/^Wednesday,? 2 December$/)
    expect(spanIn(SIX, 90, 'Europe/Berlin', 'de')).toMatch(/^18:00.*19:30/)
  })
})
