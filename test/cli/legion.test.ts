import { afterAll, describe, expect, it } from 'vitest'
import { legion } from './curia.ts'

/** One story, told in order on one database: each command is a process of its own, so each finds what the one before it left. */
describe('a legion assigned to the consuls and owned by Sulla, from the command line', () => {
  const place = legion()
  afterAll(() => place.remove())

  const actions = (who: string) => place.say('what-can', `user:${who}`, 'legion:4').split('\n').filter(Boolean)
  const reasons = (who: string, action = 'view') => place.say('explain', `user:${who}`, action, 'legion:4').split('\n')

  it.each([
    ['sulla', ['change', 'delete', 'view']],
    ['metellus', ['change', 'view']],
    ['mars', ['view']],
    ['marius', ['view']],
    ['quintus', []],
    ['archelaus', []],
  ])('lets %s do %j', (who, allowed) => {
    expect(actions(who)).toEqual(allowed)
  })

  it('ends with 0 for yes and with 1 for no', () => {
    const yes = place.run(['check', 'user:sulla', 'delete', 'legion:4'])
    expect(yes).toMatchObject({ status: 0, stdout: 'yes\n', stderr: '' })
    const no = place.run(['check', 'user:metellus', 'delete', 'legion:4'])
    expect(no).toMatchObject({ status: 1, stdout: 'no: nothing gives it\n', stderr: '' })
  })

  it('names the relation behind each yes', () => {
    const given = 'legion:4 is assigned to Consuls, which gives this to'
    expect(reasons('sulla', 'delete')).toContain(`  yes, because Sulla is in Consuls; ${given} its owner`)
    expect(reasons('metellus', 'change')).toContain(`  yes, because Metellus is in Consuls; ${given} the group`)
    expect(reasons('mars')).toContain(`  yes, because Mars is in Gods; Gods stands above Consuls; ${given} the ancestors of the group`)
    expect(reasons('marius')).toContain(
      `  yes, because Marius is in Generals; Generals is a sibling of Consuls; ${given} the siblings of the group`,
    )
  })

  it('tells what is lacking behind each no, and that is an answer too', () => {
    const { status, stdout } = place.run(['explain', 'user:quintus', 'view', 'legion:4'])
    expect(status).toBe(0)
    expect(stdout.split('\n')[0]).toBe('no: Quintus may not view legion:4: nothing gives it')
    expect(stdout).toContain('but Quintus is not in Consuls')
  })

  it('lists everybody who may view it, and nobody else', () => {
    expect(place.say('who-can', 'view', 'legion:4').split('\n').filter(Boolean)).toEqual([
      'user:marius    Marius',
      'user:mars      Mars',
      'user:metellus  Metellus',
      'user:sulla     Sulla',
    ])
  })

  it('tells the effect of a move beforehand, and only then moves: Quintus may view at once', () => {
    const gain = '1 subject gains 1 permission:\n  + user:quintus  Quintus  legion:4  legion.view\n'
    expect(place.run(['move', 'plebeians', 'gods', '--preview'])).toMatchObject({
      status: 0,
      stdout: gain,
      stderr: 'nothing was changed\n',
    })
    expect(place.run(['check', 'user:quintus', 'view', 'legion:4']).status).toBe(1)
    expect(place.run(['move', 'plebeians', 'gods', '--reason', 'they rose'])).toMatchObject({
      status: 0,
      stdout: `${gain}done at revision 3\n`,
    })
    expect(place.run(['check', 'user:quintus', 'view', 'legion:4']).status).toBe(0)
  })

  it('answers by the facts as they stood before the move', () => {
    expect(place.run(['check', 'user:quintus', 'view', 'legion:4', '--as-of', '2']).status).toBe(1)
  })

  it('takes everything with the assignment, and an undo brings everything back', () => {
    expect(place.say('unassign', 'legion:4')).toContain('5 subjects lose 8 permissions:')
    expect(place.say('who-can', 'view', 'legion:4')).toBe('')
    expect(place.say('undo', '4')).toContain('5 subjects gain 8 permissions:')
    expect(actions('sulla')).toEqual(['change', 'delete', 'view'])
    expect(actions('quintus')).toEqual(['view'])
  })

  it('keeps all of it in the journal, with the reason, and the journal is whole', () => {
    const lines = place.say('journal', '--limit', '3').split('\n')
    expect(lines[0]).toMatch(/^5 {2}\S+Z {2}system:command-line$/)
    expect(lines[4]).toMatch(/^3 {2}\S+Z {2}system:command-line: they rose$/)
    expect(lines[5]).toBe('    group.move  group:plebeians (Plebeians) group:gods (Gods)')
    expect(place.say('verify')).toMatch(/^the journal is whole up to revision 5, hash [0-9a-f]{64}\n$/)
  })
})
