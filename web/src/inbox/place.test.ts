import { describe, expect, it } from 'vitest'

import { asClock, asMinute, homeOf, placeOf } from './place'

describe('a notification', () => {
  it('leads to what it is about, else to where such things are', () => {
    expect(placeOf('WEBINAR', 'a/b')).toBe('/webinars/a%2Fb')
    expect(placeOf('MEETING', 'm')).toBe('/mentorships/m')
    expect(placeOf('GATHERING', 'g')).toBe('/gatherings/g')
    expect(placeOf('INTRODUCTION', 'i')).toBe('/introductions#i')
    expect(placeOf('INTRODUCTION', null)).toBe('/introductions')
    expect(placeOf('CHECK_IN', null)).toBeUndefined()
    expect(placeOf('REQUEST', 'a/b')).toBe('/requests#a%2Fb')
    expect(placeOf('CIRCLE_MEETING', 'm')).toBe('/things/m')
    expect(placeOf('CIRCLE_MEETING', null)).toBeUndefined()
    expect(placeOf('SESSION', null)).toBeUndefined()
    expect(placeOf('ACCOUNT', null)).toBeUndefined()
  })

  it('about a thing on the page of another leads to that page, and to its place there', () => {
    expect(homeOf('m', { __typename: 'CircleMeeting', circleId: 'c' })).toBe('/circles/c/meetings/m')
    expect(homeOf('t', { __typename: 'CircleThread', circleId: 'c' })).toBe('/circles/c#t')
    expect(homeOf('q', { __typename: 'OwnQuestion', webinarId: 'w' })).toBe('/webinars/w#q')
    expect(homeOf('q', null)).toBeUndefined()
  })
})

describe('quiet hours', () => {
  it('are minutes for the server and a clock for people', () => {
    expect([0, 75, 1320, 1440].map(asClock)).toEqual(['00:00', '01:15', '22:00', '00:00'])
    expect(['00:00', '22:30'].map(asMinute)).toEqual([0, 1350])
  })
})
