import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { CircleMeetings, InviteToCircle } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Choice, Pending, Refusal } from '../ui/parts'
import type { ChosenPerson } from '../ui/person-field'
import { PersonField } from '../ui/person-field'
import { when } from '../ui/when'
import { useMore, useWords } from '../words'
import { circleDeskWords } from '../words/circle-desk'
import { useCircle, useCirclePart } from './circle'

type As = keyof (typeof circleDeskWords)['en']['invitable']

/** Ask somebody in: for good, or as a guest of one meeting. */
export default function Invite(): JSX.Element {
  const words = useMore(circleDeskWords)
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(InviteToCircle)
  const [person, setPerson] = useState<ChosenPerson>()
  const [role, setRole] = useState<As>('MEMBER')
  const [meetingId, setMeeting] = useState<string>()
  const [invited, setInvited] = useState<string>()

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (person === undefined) return
    const guestMeetingId = role === 'GUEST' ? (meetingId ?? null) : null
    const done = await act({ input: { circleId: head.id, profileId: person.id, role, guestMeetingId } })
    setInvited(done === undefined ? undefined : person.name)
    if (done !== undefined) setPerson(undefined)
  }

  return (
      <form class="stack" aria-label={words.invite} onSubmit={(event) => void submit(event)}>
        <PersonField label={words.whom} chosen={person} choose={setPerson} wrong={refused?.fields['profileId']} />
        <Choice label={words.as} value={role} choices={words.invitable} onChange={setRole} />
        {role === 'GUEST' && <WhichMeeting chosen={meetingId} choose={setMeeting} />}
        <Refusal refused={refused} />
        <div>
          <button disabled={isBusy || person === undefined || (role === 'GUEST' && meetingId === undefined)}>
            {words.inviteIt}
          </button>
        </div>
        <p role="status">{invited !== undefined && words.isInvited(invited)}</p>
      </form>
  )
}

interface WhichMeetingProps {
  readonly chosen: string | undefined
  readonly choose: (meetingId: string | undefined) => void
}

const NONE = ''

function WhichMeeting({ chosen, choose }: WhichMeetingProps): JSX.Element {
  const words = useMore(circleDeskWords)
  const { language } = useWords()
  const { data, failure, again } = useCirclePart(CircleMeetings)
  if (data?.node?.__typename !== 'Circle') return <Pending failure={failure} retry={again} />
  const planned = data.node.ahead.edges.filter(({ node }) => node.state === 'PLANNED')
  if (planned.length === 0) return <p class="note">{words.noMeeting}</p>
  const choices = Object.fromEntries(planned.map(({ node }) => [node.id, `${node.title}, ${when(node.startsAt, language)}`]))
  return (
    <Choice<string>
      label={words.meeting}
      value={chosen ?? NONE}
      choices={{ [NONE]: '', ...choices }}
      onChange={(meetingId) => { choose(meetingId === NONE ? undefined : meetingId) }}
    />
  )
}
