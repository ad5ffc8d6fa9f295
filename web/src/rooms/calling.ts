/**
 * A call as docs/protocol.md has it: one RTCPeerConnection to each other seat, found by words over the live line.
 *
 * Both lines of a connection (sound, picture) exist from the start and carry nothing until something is turned on: turning
 * a microphone or camera on and off then needs no new agreement between the two ends.
 */

import { LiveRefusal } from '../live/client'
import type { CallWord, Json, JsonObject } from '../live/frames'
import type { Seat } from './picture'

const GATHER_MS = 200
const AGAIN_MS = 6000
const MOST_CANDIDATES = 32

export interface CallState {
  readonly isIn: boolean
  readonly microphone: boolean
  readonly camera: boolean
  readonly mine: MediaStream | null
  /** Connection of a seat -> what it sends. */
  readonly streams: ReadonlyMap<string, MediaStream>
}

interface Outside {
  /** A live command; rejects with a LiveRefusal. */
  readonly command: (op: string, args: JsonObject) => Promise<Json>
  /** A word that is sent now or never. */
  readonly whisper: (op: string, args: JsonObject) => void
  readonly changed: (state: CallState) => void
  readonly refused: (message: string) => void
}

interface Peer {
  readonly connection: RTCPeerConnection
  readonly stream: MediaStream
  readonly found: RTCIceCandidateInit[]
  readonly early: RTCIceCandidateInit[]
  gathering: ReturnType<typeof setTimeout> | undefined
  again: ReturnType<typeof setTimeout> | undefined
}

type Kind = 'audio' | 'video'

export class Call {
  private line: string | undefined
  private servers: RTCIceServer[] = []
  private seats: readonly Seat[] = []
  private readonly peers = new Map<string, Peer>()
  private readonly tracks = new Map<Kind, MediaStreamTrack>()
  private isWanted = false
  /** Words that came before the answer to one's own coming in. */
  private readonly waiting: CallWord[] = []

  constructor(
    private readonly myKey: string,
    private readonly outside: Outside,
  ) {}

  /** Take a seat, silent and unseen. */
  async join(): Promise<void> {
    const answer = (await this.ask('call.ice', {})) as { servers: RTCIceServer[] } | undefined
    if (answer === undefined) return
    this.servers = answer.servers.map(({ urls, username, credential }) => ({
      urls,
      ...(username === undefined || credential === undefined ? {} : { username, credential }),
    }))
    this.isWanted = true
    await this.sit()
  }

  async leave(): Promise<void> {
    const wasIn = this.isWanted
    this.end()
    if (wasIn) await this.ask('call.leave', {})
  }

  /** Turn sound or picture on or off; false when the browser has none to give. */
  async turn(kind: Kind, isOn: boolean): Promise<boolean> {
    if (!isOn) {
      this.tracks.get(kind)?.stop()
      this.tracks.delete(kind)
    } else if (!this.tracks.has(kind)) {
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ [kind]: true })
        for (const track of stream.getTracks()) this.tracks.set(kind, track)
      } catch {
        return false
      }
    }
    for (const { connection } of this.peers.values()) await this.lend(connection)
    this.show()
    await this.ask('call.media', this.media)
    return true
  }

  /** The seats of the picture, whenever they change. */
  seated(seats: readonly Seat[]): void {
    this.seats = seats
    if (this.line === undefined) return
    const others = new Set(seats.filter(({ profileId }) => profileId !== this.myKey).map((seat) => seat.connectionId))
    for (const to of [...this.peers.keys()]) if (!others.has(to)) this.drop(to)
    for (const to of others) if (!this.peers.has(to)) this.meet(to)
    this.show()
  }

  /** The line to the server is another one: the seat was that of the old one. */
  connected(line: string): void {
    if (this.isWanted && line !== this.line) void this.sit()
  }

  async heard(word: CallWord): Promise<void> {
    if (this.line === undefined) {
      this.waiting.push(word)
      return
    }
    const { from, k: kind, p } = word
    const peer = this.peers.get(from) ?? this.meet(from)
    try {
      if (kind === 'candidates') await this.addWays(peer, p['candidates'] as RTCIceCandidateInit[])
      else if (kind === 'offer') await this.answer(from, peer, p['sdp'] as string)
      else if (kind === 'answer' && peer.connection.signalingState === 'have-local-offer') {
        await this.agree(peer, { type: 'answer', sdp: p['sdp'] as string })
      }
    } catch {
      // The two ends are out of step: begin anew with this one.
      this.drop(from)
      this.seated(this.seats)
    }
  }

  /** Stop everything here, without a word to the server. */
  end(): void {
    this.isWanted = false
    this.line = undefined
    this.waiting.length = 0
    for (const to of [...this.peers.keys()]) this.drop(to)
    for (const track of this.tracks.values()) track.stop()
    this.tracks.clear()
    this.show()
  }

  private get media(): { microphone: boolean; camera: boolean } {
    return { microphone: this.tracks.has('audio'), camera: this.tracks.has('video') }
  }

  private async sit(): Promise<void> {
    for (const to of [...this.peers.keys()]) this.drop(to)
    const answer = (await this.ask('call.join', this.media)) as { seats: Seat[] } | undefined
    if (answer === undefined || !this.isOn()) return
    this.line = answer.seats.find(({ profileId }) => profileId === this.myKey)?.connectionId
    this.seated(answer.seats)
    for (const word of this.waiting.splice(0)) await this.heard(word)
  }

  /** Whether one still wants to be in: it may have changed while something was on its way. */
  private isOn(): boolean {
    return this.isWanted
  }

  private async ask(op: string, args: JsonObject): Promise<unknown> {
    try {
      return await this.outside.command(op, args)
    } catch (failure) {
      if (!(failure instanceof LiveRefusal)) throw failure
      this.outside.refused(failure.refusal.message)
      return undefined
    }
  }

  private meet(to: string): Peer {
    const connection = new RTCPeerConnection({ iceServers: this.servers })
    const peer: Peer = {
      connection,
      stream: new MediaStream(),
      found: [],
      early: [],
      gathering: undefined,
      again: undefined,
    }
    this.peers.set(to, peer)
    connection.onicecandidate = ({ candidate }) => {
      if (candidate !== null) this.foundWay(to, peer, candidate.toJSON())
    }
    connection.ontrack = ({ track }) => {
      peer.stream.addTrack(track)
      this.show()
    }
    connection.onconnectionstatechange = () => {
      if (connection.connectionState !== 'failed') return
      this.drop(to)
      this.seated(this.seats)
    }
    // Of two that offer at once the one that sorts first yields: so the other one begins, and it only when nothing came.
    if (!this.isPolite(to)) void this.offer(to, peer)
    this.offerAgain(to, peer)
    return peer
  }

  private isPolite(to: string): boolean {
    return this.line !== undefined && this.line < to
  }

  private async offer(to: string, { connection }: Peer): Promise<void> {
    if (connection.getTransceivers().length === 0) {
      connection.addTransceiver('audio', { direction: 'sendrecv' })
      connection.addTransceiver('video', { direction: 'sendrecv' })
    }
    await this.lend(connection)
    await connection.setLocalDescription()
    this.say(to, 'offer', { sdp: connection.localDescription?.sdp ?? '' })
  }

  private offerAgain(to: string, peer: Peer): void {
    peer.again = setTimeout(() => {
      if (peer.connection.remoteDescription !== null) return
      void this.offer(to, peer)
      this.offerAgain(to, peer)
    }, AGAIN_MS)
  }

  private async answer(to: string, peer: Peer, sdp: string): Promise<void> {
    const { connection } = peer
    if (connection.signalingState !== 'stable' && !this.isPolite(to)) return
    await this.agree(peer, { type: 'offer', sdp })
    for (const way of connection.getTransceivers()) way.direction = 'sendrecv'
    await this.lend(connection)
    await connection.setLocalDescription()
    this.say(to, 'answer', { sdp: connection.localDescription?.sdp ?? '' })
  }

  private async agree(peer: Peer, description: RTCSessionDescriptionInit): Promise<void> {
    await peer.connection.setRemoteDescription(description)
    for (const way of peer.early.splice(0)) await peer.connection.addIceCandidate(way)
  }

  private async addWays(peer: Peer, ways: readonly RTCIceCandidateInit[]): Promise<void> {
    if (peer.connection.remoteDescription === null) peer.early.push(...ways)
    else for (const way of ways) await peer.connection.addIceCandidate(way)
  }

  private foundWay(to: string, peer: Peer, way: RTCIceCandidateInit): void {
    peer.found.push(way)
    peer.gathering ??= setTimeout(() => {
      peer.gathering = undefined
      while (peer.found.length > 0) {
        this.say(to, 'candidates', { candidates: peer.found.splice(0, MOST_CANDIDATES) as unknown as Json })
      }
    }, GATHER_MS)
  }

  /** Give each line of a connection what is turned on now, or nothing. */
  private async lend(connection: RTCPeerConnection): Promise<void> {
    for (const { sender, receiver } of connection.getTransceivers()) {
      await sender.replaceTrack(this.tracks.get(receiver.track.kind as Kind) ?? null)
    }
  }

  private say(to: string, kind: string, p: JsonObject): void {
    this.outside.whisper('call.signal', { to, kind, p })
  }

  private drop(to: string): void {
    const peer = this.peers.get(to)
    this.peers.delete(to)
    clearTimeout(peer?.gathering)
    clearTimeout(peer?.again)
    peer?.connection.close()
  }

  private show(): void {
    const { microphone, camera } = this.media
    const picture = this.tracks.get('video')
    this.outside.changed({
      isIn: this.isWanted,
      microphone,
      camera,
      mine: picture === undefined ? null : new MediaStream([picture]),
      streams: new Map([...this.peers].map(([to, { stream }]) => [to, stream])),
    })
  }
}
