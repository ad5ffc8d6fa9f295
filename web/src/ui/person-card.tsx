import type { ComponentChildren, JSX } from 'preact'
import { Link } from 'wouter-preact'

import type { PersonCardFragment } from '../api/gen/types'
import { useWords } from '../words'
import { Face } from './parts'

const SHOWN = 5

export function PersonCard({ person, children }: { person: PersonCardFragment; children?: ComponentChildren }): JSX.Element {
  const { people } = useWords()
  const places = (person.openPlaces ?? []).reduce((sum, each) => sum + each.places, 0)
  return (
    <article class="card">
      <div class="row">
        <Face name={person.name} />
        <div>
          <h2 class="name">
            <Link href={`/people/${encodeURIComponent(person.id)}`}>{person.name}</Link>
          </h2>
          <p class="soft small">{[person.city, person.country].filter(Boolean).join(', ')}</p>
        </div>
      </div>
      {person.headline !== null && <p>{person.headline}</p>}
      <Skills person={person} direction="OFFERED" label={people.offers} />
      <Skills person={person} direction="SOUGHT" label={people.seeks} />
      <p class="small">
        {person.rhythm?.isOnGig === true ? (
          <span class="chip warm">{people.onGig}</span>
        ) : places > 0 ? (
          people.places(places)
        ) : (
          <span class="soft">{people.noPlaces}</span>
        )}
      </p>
      {children}
    </article>
  )
}

function Skills(props: {
  person: PersonCardFragment
  direction: 'OFFERED' | 'SOUGHT'
  label: string
}): JSX.Element | null {
  const skills = props.person.skills.filter((skill) => skill.direction === props.direction)
  if (skills.length === 0) return null
  return (
    <div class="row small">
      <span class="soft">{props.label}</span>
      <ul class="chips">
        {skills.slice(0, SHOWN).map(({ skill }) => (
          <li key={skill.id} class="chip">
            {skill.label}
          </li>
        ))}
        {skills.length > SHOWN && <li class="chip">+{skills.length - SHOWN}</li>}
      </ul>
    </div>
  )
}
