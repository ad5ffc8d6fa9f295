/** Every component once, to look at: light and dark, wide and narrow. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import type { PersonCardFragment } from '../api/gen/types'
import { Choice, Empty, Face, Failed, Field, Loading, Refusal, Title } from '../ui/parts'
import { PersonCard } from '../ui/person-card'

const SOMEBODY: PersonCardFragment = {
  __typename: 'Profile',
  id: 'example',
  name: 'Mira Okafor',
  headline: 'Courier turned dispatcher, three cities',
  city: 'Leipzig',
  country: 'DE',
  timeZone: 'Europe/Berlin',
  languages: [],
  rhythm: { __typename: 'Rhythm', isOnGig: true },
  openPlaces: [],
  skills: [
    {
      __typename: 'ProfileSkill',
      direction: 'OFFERED',
      level: 'WELL',
      skill: { __typename: 'Skill', id: 's', label: 'plan routes' },
    },
  ],
}

export default function StylePage(): JSX.Element {
  const [chosen, setChosen] = useState<'one' | 'two'>('one')
  return (
    <div class="stack">
      <Title>Style</Title>
      <div class="row">
        <button type="button" class="main">
          Main
        </button>
        <button type="button">Other</button>
        <button type="button" class="alarm">
          Alarm
        </button>
        <button type="button" class="plain">
          Plain
        </button>
        <button type="button" class="main" disabled>
          Busy
        </button>
      </div>
      <div class="cards">
        <PersonCard person={SOMEBODY} />
        <form class="card">
          <Field label="A field" name="field" hint="What it is for" />
          <Field label="A field with a fault" name="wrong" wrong="Say it in at most 80 characters." />
          <Choice label="A choice" value={chosen} choices={{ one: 'One', two: 'Two' }} onChange={setChosen} />
          <label class="check">
            <input type="checkbox" /> A check
          </label>
        </form>
        <div class="card">
          <Face name="Mira Okafor" />
          <div class="chips">
            <span class="chip">a chip</span>
            <span class="chip warm">a warm chip</span>
          </div>
          <div class="bar">
            <i style={{ inlineSize: '60%' }} />
          </div>
        </div>
      </div>
      <Empty>Nothing here yet, and what would change it.</Empty>
      <p class="note warm">Something to know.</p>
      <Refusal refused={{ code: 'example', message: 'What happened, and what one can do.', fields: {} }} />
      <Failed failure={{ code: 'offline', message: undefined }} retry={() => undefined} />
      <Loading />
    </div>
  )
}
