import type { JSX } from 'preact'

import { Cases, Counts } from '../desk/cases'
import { Programmes } from '../desk/programmes'
import { Title } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useMore, useWords } from '../words'
import { deskWords } from '../words/desk'

/** Shown by role; what a role may do is the server's to say. */
export default function DeskPage(): JSX.Element {
  const words = useMore(deskWords)
  const { notFound } = useWords()
  const { me } = ViewerContext.use()
  const roles = me?.roles ?? []
  if (roles.length === 0) return <Title>{notFound}</Title>
  return (
    <div class="stack">
      <Title>{words.title}</Title>
      <p>{words.lead}</p>
      <Programmes mayMake={roles.includes('PROGRAM_MANAGER') || roles.includes('ADMIN')} />
      {roles.includes('SAFETY_TEAM') && <Cases />}
      <Counts />
    </div>
  )
}
