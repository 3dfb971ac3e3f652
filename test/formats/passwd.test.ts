import { describe, expect, it } from 'vitest'
import { CuriaError, planWorld, Snapshot } from '../../src/core/index.ts'
import { readFormat, readPasswd } from '../../src/formats/index.ts'

const passwd = `root:x:0:0:root:/root:/bin/bash
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
ada:x:1000:1000:& Lovelace,Room 5,12345:/home/ada:/bin/bash
bob:x:1001:100::/home/bob:/bin/sh
ada:x:1007:1007:Another:/home/ada2:/bin/sh
_lab:x:1001:100:Lab:/srv:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
+::::::
`
const group = `root:x:0:
sudo:x:27:ada,ghost,root
users:x:100:
ada:x:1000:
crew:x:1500:bob,bob
crew:x:1500:ada
staff:x:1500:
lp:x:7:www-data
`
const both = {
  files: [
    { path: 'group', text: group },
    { path: 'passwd', text: passwd },
  ],
}

async function refusalOf(text: string, uids?: string): Promise<CuriaError> {
  try {
    await readPasswd({ text, name: 'passwd' }, uids === undefined ? {} : { uids })
  } catch (fault) {
    if (fault instanceof CuriaError) return fault
    throw fault
  }
  throw new Error('nothing was refused')
}

describe('passwd and group', () => {
  it('become people and the groups they are in, primary groups among them', async () => {
    const { world } = await readFormat('passwd', both)
    expect(world).toEqual({
      curia: 1,
      users: [
        {
          userName: 'ada',
          displayName: 'Ada Lovelace',
          attributes: { uid: 1000, gid: 1000, home: '/home/ada', shell: '/bin/bash', room: 'Room 5', phone: '12345' },
        },
        { userName: 'bob', attributes: { uid: 1001, gid: 100, home: '/home/bob', shell: '/bin/sh' } },
        { id: 'lab', userName: '_lab', displayName: 'Lab', attributes: { uid: 1001, gid: 100, home: '/srv', shell: '/bin/sh' } },
      ],
      groups: [
        { name: 'sudo', codename: 'sudo', properties: { gid: 27 } },
        { name: 'users', codename: 'users', properties: { gid: 100 } },
        { name: 'ada', codename: 'ada', properties: { gid: 1000 } },
        { name: 'crew', codename: 'crew', properties: { gid: 1500 } },
        { name: 'staff', codename: 'staff', properties: { gid: 1500 } },
      ],
      memberships: [
        { group: 'sudo', member: 'user:ada' },
        { group: 'users', member: 'user:bob' },
        { group: 'users', member: 'user:lab' },
        { group: 'ada', member: 'user:ada' },
        { group: 'crew', member: 'user:bob' },
        { group: 'crew', member: 'user:ada' },
      ],
    })
    const plan = planWorld(new Snapshot('main', () => ({ fault: 'none' })), { world })
    expect(plan.counts).toMatchObject({ make: 14, refuse: 0 })
  })

  it('tell what is given twice, who is missing and what is left out, by file and line', async () => {
    const { remarks } = await readPasswd(both)
    expect(remarks?.map(({ kind, place, reason }) => `${kind} ${place.file}:${place.line} ${reason}`)).toEqual([
      'merged group:5 bob is listed in crew twice',
      'merged group:6 the group crew is there already; its members are put together',
      'left_out passwd:5 the account ada is there already, on line 3',
      'left_out passwd:8 "+" refers to NIS',
      'kept passwd:6 the account _lab has the uid 1001 of bob',
      'left_out group:2 "ghost" in sudo is no account of these files',
      'kept group:7 the group staff has the gid 1500 of crew',
      'left_out passwd:undefined 3 accounts whose uid is not from 1000 to 59999',
    ])
  })

  it('hold whom the range says', async () => {
    const names = async (uids: string) => (await readPasswd(both, { uids })).world.users?.map(({ userName }) => userName)
    expect(await names('0-99')).toEqual(['root', 'www-data'])
    expect(await names('all')).toEqual(['root', 'www-data', 'ada', 'bob', '_lab', 'nobody'])
  })

  it('may be one without the other: a group file names people who are there', async () => {
    const { world } = await readPasswd({ text: 'crew:x:1500:ada\n' })
    expect(world.memberships).toEqual([{ group: 'crew', member: 'user:ada' }])
    expect((await readPasswd({ text: passwd })).world.groups).toBeUndefined()
  })

  it.each([
    ['a line of too few fields', 'ada:x\n', 'invalid_row', /^passwd:1: has 2 fields/],
    ['a uid that is no number', 'ok:x:1:1:::\nada:x:0x10:1:::\n', 'invalid_row', /^passwd:2: the uid "0x10" is not a number/],
    ['a gid that is too large', 'ada:x:1:4294967296:::\n', 'invalid_row', /gid "4294967296"/],
  ])('are refused for %s', async (_, text, code, message) => {
    const refusal = await refusalOf(text)
    expect(refusal.code).toBe(code)
    expect(refusal.message).toMatch(message)
  })

  it.each(['1', '5-1', 'x-y', '0-4294967296', ''])('are refused for the range %j', async (uids) => {
    expect((await refusalOf(passwd, uids)).code).toBe('invalid_parameter')
  })

  it('alone take a range', async () => {
    await expect(readFormat('world', { text: 'curia: 1' }, { uids: 'all' })).rejects.toMatchObject({ code: 'invalid_parameter' })
  })
})
