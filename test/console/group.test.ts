import { describe, expect, it } from 'vitest'
import { managerKey } from '../doors/installation.ts'
import { browserPath, useConsole } from './console.ts'

const letters = 'abcdefghij'.split('')
const more = [
  { kind: 'group-type.create', codename: 'college', label: 'College' },
  { kind: 'group.update', id: 'plebeians', type: 'college' },
  { kind: 'role.create', codename: 'legate', label: 'Legate', permissions: ['legion.view'] },
  { kind: 'permission.create', name: 'chat.export', label: 'Export conversations' },
  { kind: 'permission.create', name: 'chat.call', label: 'Make calls' },
  { kind: 'permission.create', name: 'chat.temporary_enforced', label: 'Only chats that vanish', permissionKind: 'restriction' },
  { kind: 'grant.create', subject: 'authenticated', permission: 'chat.call' },
  { kind: 'grant.create', subject: 'group:consuls', permission: 'chat.export' },
  { kind: 'resource.create', resource: 'legion:13' },
  { kind: 'member.add', group: 'gods', member: 'group:consuls' },
  { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:greeks' },
  ...letters.map((letter) => ({
    kind: 'user.create' as const,
    id: `recruit-${letter}`,
    userName: `recruit-${letter}`,
    displayName: `Recruit ${letter.toUpperCase()}`,
    emails: [`${letter}@example.org`],
  })),
] as const

describe.skipIf(browserPath === undefined)('a group', () => {
  const console_ = useConsole(more)
  const effect = () => console_.page.getByRole('complementary', { name: /^Effect of/ })
  const press = (key: string) => console_.page.keyboard.press(key)
  const undo = async () => {
    await console_.page.getByRole('button', { name: 'Undo', exact: true }).click()
    await effect()
      .getByRole('button', { name: /^Undo revision/ })
      .click()
    await expect.poll(() => effect().count()).toBe(0)
  }

  it('takes ten members by pasting, with a result for each row, and the rest stays', async () => {
    await console_.open('/groups/greeks?tab=members')
    await console_.page.getByRole('link', { name: /Archelaus/ }).waitFor()
    await press('a')
    const written = [
      'member,standing,until,reason',
      'recruit-a,Legate,2099-01-31,"first, and best"',
      'Recruit B',
      'Recruit C <c@example.org>',
      ...'defghij'.split('').map((letter) => `recruit-${letter}`),
      'archelaus',
      'nobody-at-all',
      'recruit-a',
      'Greeks',
      'recruit',
    ]
    await console_.page.getByLabel(/^One a line/).fill(written.join('\n'))
    await console_.page.getByText('10 to add').waitFor()
    await console_.page.getByText('1 in already').waitFor()
    await console_.page.getByText('1 to choose').waitFor()
    await console_.page.getByText('3 cannot').waitFor()
    await console_.page.getByText('the group would contain itself').waitFor()
    await press('Control+Enter')
    await effect().waitFor()
    expect((await console_.installed.admin.groupMembers({ key: 'greeks' })).total).toBe(1)
    await console_.page.getByRole('button', { name: 'Apply 10 edits' }).click()
    await console_.page.getByText('10 edits applied.').waitFor()
    expect((await console_.installed.admin.groupMembers({ key: 'greeks' })).total).toBe(11)
    const first = await console_.installed.admin.groupMember({ key: 'greeks', reference: 'user:recruit-a' })
    expect(first).toMatchObject({ roles: ['legate'], reason: 'first, and best' })
    expect(await console_.page.getByLabel(/^One a line/).inputValue()).toBe('nobody-at-all\nrecruit-a\nGreeks\nrecruit')
    await undo()
    expect((await console_.installed.admin.groupMembers({ key: 'greeks' })).total).toBe(1)
  })

  it('lists direct members first and the inherited ones with the way they are in', async () => {
    await console_.open('/groups/gods?tab=members')
    const rows = console_.page.locator('tbody tr')
    await expect.poll(() => rows.count()).toBe(4)
    expect(await rows.nth(0).textContent()).toContain('Consuls')
    expect(await rows.nth(3).textContent()).toContain('via Consuls')
    await console_.page.getByRole('radiogroup', { name: 'Which members' }).getByText('Inherited').click()
    await expect.poll(() => rows.count()).toBe(2)
    await rows.nth(0).getByRole('button', { name: /^Why/ }).click()
    await console_.page.getByText('Not a member by itself').waitFor()
  })

  it('changes the window of a membership by keyboard', async () => {
    await console_.open('/groups/consuls?tab=members')
    await console_.page.getByRole('link', { name: /metellus/i }).waitFor()
    await press('j')
    await expect.poll(() => console_.page.locator('tr:focus').count()).toBe(1)
    await press('t')
    await console_.page.getByLabel('Until').fill('2098-12-31')
    await press('Control+Enter')
    await effect()
      .getByText(/Nobody gains or loses/)
      .waitFor()
    await press('Control+Enter')
    await console_.page.getByText('1 edit applied.').waitFor()
    const { items } = await console_.installed.admin.groupMembers({ key: 'consuls' })
    expect(items.flatMap(({ holds }) => holds.flatMap(({ until }) => until ?? [])).map((until) => until.slice(0, 4))).toEqual(['2098'])
  })

  it('has a right taken away by its switch, which is undone', async () => {
    const tree = async () => (await console_.installed.admin.groupPermissionTree({ key: 'consuls' })).tree
    await console_.open('/groups/consuls?tab=permissions')
    await console_.page.getByText('everybody has this anyway').waitFor()
    const right = console_.page.getByRole('switch', { name: 'Export conversations' })
    expect(await right.isChecked()).toBe(true)
    await right.focus()
    await press('Space')
    await console_.page.getByText('on → off').waitFor()
    await press('Control+Enter')
    await effect().getByText('lose').first().waitFor()
    await press('Control+Enter')
    await console_.page.getByText('1 edit applied.').waitFor()
    expect(await tree()).toMatchObject({ chat: { export: false } })
    await undo()
    await expect.poll(tree).toMatchObject({ chat: { export: true } })
    await expect.poll(() => right.isChecked()).toBe(true)
  })

  it('warns of a switch that narrows', async () => {
    await console_.open('/groups/greeks?tab=permissions')
    await console_.page.getByRole('switch', { name: /^Only chats that vanish/ }).check()
    await console_.page.getByRole('button', { name: /^Show the effect/ }).click()
    await effect().getByText('Nothing else that a person holds can lift it.').waitFor()
    await press('Escape')
    await console_.page.getByRole('button', { name: 'Discard' }).click()
    expect(await console_.page.getByRole('switch', { name: /^Only chats that vanish/ }).isChecked()).toBe(false)
  })

  it('is assigned an object with a policy of its own', async () => {
    await console_.open('/groups/consuls?tab=resources')
    await console_.page.getByRole('button', { name: /^Assign an object/ }).click()
    await console_.page.getByRole('combobox', { name: 'Object' }).fill('13')
    await console_.page.getByRole('option', { name: /legion:13/ }).click()
    const beside = console_.page.getByRole('region', { name: 'Beside' })
    await beside.getByLabel('view').uncheck()
    await beside.getByRole('button', { name: 'Reset Beside' }).waitFor()
    const below = console_.page.getByRole('region', { name: 'Below' })
    await below.getByRole('combobox', { name: 'Another type of group' }).selectOption('college')
    await below
      .getByRole('group', { name: /in a College/ })
      .getByLabel('change')
      .check()
    await console_.page.getByText('in a College may change').waitFor()
    await console_.page.getByRole('button', { name: /^Show the effect/ }).click()
    await effect().getByText('people gain').waitFor()
    await console_.page.getByRole('button', { name: 'Apply 1 edit' }).click()
    await console_.page.getByText('1 edit applied.').waitFor()
    const { items } = await console_.installed.admin.assignments({ resource: 'legion:13' })
    expect(items).toMatchObject([
      { group: 'consuls', policy: { siblings: [], descendants: { college: ['change'], default: [] }, ancestors: ['view'] } },
    ])
    await console_.page.getByRole('button', { name: 'Show the policy: legion:13' }).click()
    await console_.page.getByRole('region', { name: 'Above' }).getByLabel('view').uncheck()
    await console_.page.getByRole('button', { name: /^Show the effect/ }).click()
    await console_.page.getByRole('button', { name: 'Apply 2 edits' }).click()
    await console_.page.getByText('2 edits applied.').waitFor()
    expect((await console_.installed.admin.assignments({ resource: 'legion:13' })).items).toMatchObject([{ policy: { ancestors: [] } }])
  })

  it('is given a role and has it taken away again', async () => {
    await console_.open('/groups/greeks?tab=roles')
    await console_.page.getByRole('button', { name: /^Give a role/ }).click()
    await console_.page.getByRole('combobox', { name: 'Roles' }).fill('leg')
    await console_.page.getByRole('option', { name: /Legate/ }).click()
    await press('Control+Enter')
    await effect().getByText('gains').first().waitFor()
    await press('Control+Enter')
    await console_.page.getByRole('button', { name: 'Take away: Legate' }).click()
    await effect()
      .getByRole('button', { name: /^Apply/ })
      .click()
    await console_.page.getByText('No role has been given to this group.').waitFor()
  })

  it('that two windows edit shows both versions in the second, and keeps its draft', async () => {
    await console_.open('/groups/generals')
    const other = await console_.another()
    await other.goto(`${console_.url}/groups/generals`)
    await other.getByLabel('Name', { exact: true }).fill('Warlords')
    await other.getByLabel('Contact').fill('the camp')
    await console_.page.getByLabel('Name', { exact: true }).fill('Marshals')
    await press('Control+Enter')
    await effect()
      .getByText(/Nobody gains or loses/)
      .waitFor()
    await press('Control+Enter')
    await console_.page.getByText('1 edit applied.').waitFor()
    await other.keyboard.press('Control+Enter')
    await other.getByText('Your draft is kept.').waitFor()
    await other.getByText('Marshals').last().waitFor()
    await other.getByText('Warlords').last().waitFor()
    expect(await other.getByLabel('Contact').inputValue()).toBe('the camp')
    await other.getByRole('button', { name: 'Keep mine' }).click()
    const shown = other.getByRole('complementary', { name: /^Effect of/ })
    await shown.getByText(/Nobody gains or loses/).waitFor()
    await other.keyboard.press('Control+Enter')
    await other.getByText('1 edit applied.').waitFor()
    expect(await console_.installed.admin.group({ key: 'generals' })).toMatchObject({ name: 'Warlords', contact: 'the camp' })
  })

  it('tells what being in it allows, who is inside whom, and what has happened', async () => {
    await console_.open('/groups/consuls?tab=access')
    await console_.page.getByRole('link', { name: 'legion:4' }).waitFor()
    await console_.page.getByRole('combobox', { name: 'Which type' }).selectOption('tenant')
    await console_.page.getByText('chat.export').first().waitFor()
    await console_.page.getByRole('link', { name: 'Graph', exact: true }).click()
    await console_.page.getByRole('group', { name: 'Who is inside whom: Consuls' }).getByRole('link', { name: /^Gods/ }).click()
    await console_.page.getByRole('heading', { level: 1, name: 'Gods' }).waitFor()
    await console_.page.goto(`${console_.url}/groups/consuls?tab=history`)
    await console_.page.getByRole('button', { name: /^Undo/ }).first().waitFor()
  })

  it('is given out as a file and its members as a table', async () => {
    await console_.open('/groups/consuls?tab=export')
    const [yaml] = await Promise.all([console_.page.waitForEvent('download'), console_.page.getByRole('button', { name: 'YAML' }).click()])
    expect(yaml.suggestedFilename()).toBe('consuls.yaml')
    const [table] = await Promise.all([console_.page.waitForEvent('download'), console_.page.getByRole('button', { name: 'CSV' }).click()])
    expect(table.suggestedFilename()).toBe('consuls-members.csv')
  })

  it('is the work of its manager, who sees nothing but it', async () => {
    await console_.open('/groups', managerKey)
    await console_.page.getByRole('treeitem', { name: /^Greeks/ }).waitFor()
    expect(await console_.page.getByRole('treeitem').count()).toBe(1)
    expect(await console_.page.getByRole('button', { name: /^New group/ }).count()).toBe(0)
    await console_.page
      .getByRole('treeitem', { name: /^Greeks/ })
      .getByRole('link')
      .click()
    await console_.page.getByRole('link', { name: /^Members/ }).click()
    await console_.page.getByRole('button', { name: /^Add members/ }).waitFor()
    expect(await console_.page.getByRole('link', { name: /^Permissions/ }).count()).toBe(0)
  })
})
