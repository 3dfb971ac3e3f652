/** The page that asks: can they, who can, what can they do; and a small change with its effect shown first. */

import { chain, chip, element, permissionChip, sign } from './chips.js'
import { call, Fault, keyOfTab, useKey, withQuery } from './server.js'

const byId = (id) => document.getElementById(id)
const answers = byId('answers')
const views = ['can', 'who', 'what', 'change']

// ---- how it looks

byId('theme').addEventListener('click', () => {
  const root = document.documentElement
  const isDark = root.dataset.theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : root.dataset.theme === 'dark'
  root.dataset.theme = isDark ? 'light' : 'dark'
})

function say(text) {
  byId('fault').textContent = text
}

/** Runs what was asked and shows what went wrong where it happened. A key that is refused is asked for again. */
async function attempt(work) {
  say('')
  answers.setAttribute('aria-busy', 'true')
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    if (error.status === 401) return askForKey(error.message)
    answers.replaceChildren()
    say(error.message)
  } finally {
    answers.removeAttribute('aria-busy')
  }
}

function showRevision(revision) {
  byId('revision').textContent = `revision ${revision.toLocaleString('en')}`
}

// ---- who asks

function askForKey(why = '') {
  useKey(undefined)
  byId('key-fault').textContent = why
  byId('key-form').hidden = false
  byId('asking').hidden = true
  byId('forget').hidden = true
  byId('revision').textContent = ''
  byId('key').focus()
}

byId('key-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  useKey(byId('key').value.trim())
  byId('key').value = ''
  await begin()
})
byId('forget').addEventListener('click', () => askForKey())

async function begin() {
  try {
    const me = await call('/me')
    showRevision(me.revision)
  } catch (error) {
    return askForKey(error.message)
  }
  byId('key-form').hidden = true
  byId('asking').hidden = false
  byId('forget').hidden = false
  await show()
}

// ---- the address: a question can be copied and opened again

function address() {
  const [view, query = ''] = location.hash.slice(1).split('?')
  return { view: views.includes(view) ? view : 'can', query: new URLSearchParams(query) }
}

async function show() {
  const { view, query } = address()
  for (const tab of document.querySelectorAll('.tabs a')) {
    if (tab.hash.slice(1).split('?')[0] === view) tab.setAttribute('aria-current', 'page')
    else tab.removeAttribute('aria-current')
  }
  for (const form of document.querySelectorAll('form.ask')) form.hidden = form.dataset.view !== view
  const form = byId(`${view}-form`)
  answers.replaceChildren()
  say('')
  if (view === 'change') return drawChangeFields()
  for (const input of form.querySelectorAll('input')) input.value = query.get(input.name) ?? input.value
  if ([...query].length > 0) await attempt(() => ask[view](Object.fromEntries(query)))
  else form.querySelector('input').focus()
}

addEventListener('hashchange', () => {
  if (keyOfTab() !== null) void show()
})

for (const view of ['can', 'who', 'what']) {
  byId(`${view}-form`).addEventListener('submit', (event) => {
    event.preventDefault()
    const given = [...new FormData(event.currentTarget)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== '')
    void attempt(async () => {
      const resolved = await Promise.all(given.map(async ([name, value]) => [name, name === 'subject' ? await memberCalled(value) : value]))
      const hash = `#${view}?${new URLSearchParams(resolved)}`
      // The same question again is asked again: the facts may have changed.
      if (location.hash === hash) await ask[view](Object.fromEntries(resolved))
      else location.hash = hash
    })
  })
}

/** A reference as it stands; else the one user, service account or group that is called so. */
async function memberCalled(text) {
  if (text.includes(':')) return text
  const folded = text.toLowerCase()
  const found = (await membersLike(text, 50)).filter(({ value, names }) =>
    [value.slice(value.indexOf(':') + 1), ...names].some((name) => name?.toLowerCase() === folded),
  )
  if (found.length === 1) return found[0].value
  throw new Fault(
    found.length === 0
      ? `nobody is called “${text}”; write user:… or choose from the list`
      : `${found.length} are called “${text}”: ${found.map(({ value }) => value).join(', ')}`,
    400,
  )
}

// ---- questions

function question({ subject, action, resource, at }) {
  return { subject, action, ...(resource ? { resource } : {}), ...(at && at !== 'now' ? { at } : {}) }
}

function answerCard(word, mark, revision, ...asked) {
  const card = element('article', `answer card${mark ? ` ${mark}` : ''}`)
  const header = element('header', '')
  if (mark) header.append(sign(mark, 'mark'))
  header.append(element('h2', 'word', word), element('p', 'asked', ...asked), element('span', 'grow'))
  header.append(element('span', 'hint', `revision ${revision.toLocaleString('en')}`))
  card.append(header)
  showRevision(revision)
  return card
}

const ask = {
  async can(given) {
    const answer = await call('/explain', question(given))
    const { allowed, subject, permission, resource, names, findings, misses, sentences } = answer
    const when = given.at && given.at !== 'now' ? ` at ${answer.at}` : ' now'
    const asked = [chip(subject, names), allowed ? ' may ' : ' may not ', permissionChip(permission), ' on ', chip(resource, names), when]
    const card = answerCard(allowed ? 'Yes' : 'No', allowed ? 'yes' : 'no', answer.revision, ...asked)
    card.append(element('p', 'told', `${sentences[0]}.`))
    const parts = [...findings, ...misses]
    for (const [index, part] of parts.entries()) {
      const way = element('section', 'way', chain(subject, part, names))
      way.append(element('p', 'told', `${sentences[index + 1] ?? ''}.`))
      card.append(way)
    }
    if (parts.length > 1) card.append(element('p', 'hint', findings.length > 0 ? `${parts.length} ways` : `${parts.length} nearest misses`))
    answers.replaceChildren(card)
  },

  async who(given) {
    const { action, resource } = question(given)
    const answer = await call('/search/subjects', { action, resource })
    const card = answerCard(
      answer.total.toLocaleString('en'),
      '',
      answer.revision,
      answer.total === 1 ? 'may ' : 'may ',
      permissionChip(action),
      ' on ',
      chip(resource ?? 'tenant'),
    )
    card.append(element('ul', 'list', ...answer.items.map((item) => element('li', '', chip(item, answer.names)))))
    answers.replaceChildren(card)
  },

  async what(given) {
    const { subject, resource } = question(given)
    const isType = resource !== undefined && resource !== 'tenant' && !/:./.test(resource)
    if (!isType) {
      const [actions, names] = await Promise.all([call('/search/permissions', { subject, resource }), namesFor(subject)])
      const card = answerCard(
        actions.total.toLocaleString('en'),
        '',
        actions.revision,
        'permissions has ',
        chip(subject, names),
        ' on ',
        chip(resource ?? 'tenant'),
      )
      card.append(element('ul', 'list', ...actions.items.map((item) => element('li', '', permissionChip(item)))))
      return answers.replaceChildren(card)
    }
    const type = resource.replace(/:$/, '')
    const [{ actions }, names] = await Promise.all([call(`/resource-types/${encodeURIComponent(type)}`), namesFor(subject)])
    const lists = await Promise.all(actions.map((action) => call('/search/resources', { subject, action, type })))
    const byResource = new Map()
    for (const [index, list] of lists.entries())
      for (const item of list.items) byResource.set(item, [...(byResource.get(item) ?? []), actions[index]])
    const card = answerCard(
      byResource.size.toLocaleString('en'),
      '',
      lists[0]?.revision ?? 0,
      `of type ${type} are open to `,
      chip(subject, names),
    )
    const lines = [...byResource]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([item, may]) => element('li', '', chip(item), ...may.map(permissionChip)))
    card.append(element('ul', 'lines', ...lines))
    answers.replaceChildren(card)
  },
}

async function namesFor(reference) {
  const found = await membersLike(reference.slice(reference.indexOf(':') + 1), 50)
  return Object.fromEntries(
    found.filter(({ value }) => value === reference).map(({ value, names }) => [value, names.find((name) => name !== undefined)]),
  )
}

// ---- suggestions, as one types

async function membersLike(q, limit) {
  const [users, services, groups] = await Promise.all([
    call(withQuery('/users', { q, limit })),
    call(withQuery('/service-accounts', { q, limit: Math.min(limit, 5) })),
    groupsLike(q, limit),
  ])
  const fullName = (user) => [user.firstName, user.lastName].filter((part) => part !== undefined).join(' ') || undefined
  return [
    ...users.items.map((user) => ({ value: `user:${user.id}`, names: [user.displayName, fullName(user), user.userName] })),
    ...services.items.map((service) => ({ value: `service:${service.id}`, names: [service.name] })),
    ...groups,
  ]
}

async function groupsLike(q, limit) {
  const { items } = await call(withQuery('/groups', { q, limit }))
  return items.map((group) => ({ value: `group:${group.id}`, names: [group.name, group.fullName] }))
}

const suggest = {
  people: (q) => membersLike(q.replace(/^(user|service|group):/, ''), 12),
  members: (q) => membersLike(q.replace(/^(user|service|group):/, ''), 12),
  groups: (q) => groupsLike(q.replace(/^group:/, ''), 12),
  async roles(q) {
    const { items } = await call(withQuery('/roles', { q, limit: 12 }))
    return items.map((role) => ({ value: role.codename, names: [role.label] }))
  },
  async resources(q) {
    const [type = '', id = ''] = q.split(/:(.*)/s)
    const [types, resources] = await Promise.all([
      id === '' ? call(withQuery('/resource-types', { q: type, limit: 8 })) : { items: [] },
      call(withQuery('/resources', { q, limit: 12 })),
    ])
    return [
      ...resources.items.map((each) => ({ value: `${each.type}:${each.id}`, names: [] })),
      ...types.items.map((each) => ({ value: `${each.name}:`, names: ['type'] })),
    ]
  },
  /** Of the type of the resource beside it; without one the permissions of the application. */
  async actions(q, input) {
    const resource = input.form.elements.namedItem('resource')?.value ?? ''
    const type = resource.split(':')[0]
    if (type === '' || type === 'tenant') {
      const { items } = await call(withQuery('/permissions', { q, limit: 20 }))
      return items.map((permission) => ({ value: permission.name, names: [permission.label] }))
    }
    const { actions } = await call(`/resource-types/${encodeURIComponent(type)}`)
    return actions.filter((action) => action.includes(q)).map((action) => ({ value: action, names: [] }))
  },
}

let waiting
let asked = 0
async function fill(input) {
  asked += 1
  const mine = asked
  const found = await suggest[input.dataset.suggest](input.value.trim(), input).catch(() => [])
  // An answer that was overtaken would suggest what is no longer typed.
  if (mine !== asked) return
  const options = found.map(({ value, names }) => {
    const option = document.createElement('option')
    option.value = value
    option.label = names
      .filter((name) => name !== undefined)
      .slice(0, 1)
      .join('')
    return option
  })
  byId(input.getAttribute('list')).replaceChildren(...options)
}
function suggestSoon(event) {
  const input = event.target
  if (input.dataset?.suggest === undefined) return
  clearTimeout(waiting)
  waiting = setTimeout(() => void fill(input), event.type === 'focusin' ? 0 : 120)
}
document.addEventListener('input', suggestSoon)
document.addEventListener('focusin', suggestSoon)

// ---- a change, with its effect first

const idOf = (text) => text.replace(/^group:/, '')
const changes = {
  'Put into a group': {
    fields: [
      ['member', 'members', 'user', 'who'],
      ['group', 'groups', 'group', 'which group'],
    ],
    make: ({ member, group }) => ({ kind: 'member.add', member, group: idOf(group) }),
  },
  'Take out of a group': {
    fields: [
      ['member', 'members', 'user', 'who'],
      ['group', 'groups', 'group', 'which group'],
    ],
    make: ({ member, group }) => ({ kind: 'member.remove', member, group: idOf(group) }),
  },
  'Move a group': {
    fields: [
      ['group', 'groups', 'group', 'which group'],
      ['parent', 'groups', 'group', 'below (empty: top)'],
    ],
    make: ({ group, parent }) => ({ kind: 'group.move', id: idOf(group), parent: parent === '' ? null : idOf(parent) }),
  },
  'Give a role': {
    fields: [
      ['subject', 'members', 'user', 'to whom'],
      ['role', 'roles', 'role', 'which role'],
      ['resource', 'resources', 'resource', 'on everything'],
    ],
    make: ({ subject, role, resource }) => ({ kind: 'grant.create', subject, role, ...(resource === '' ? {} : { resource }) }),
  },
  'Deny a role': {
    fields: [
      ['subject', 'members', 'user', 'to whom'],
      ['role', 'roles', 'role', 'which role'],
      ['resource', 'resources', 'resource', 'on everything'],
    ],
    make: ({ subject, role, resource }) => ({
      kind: 'grant.create',
      effect: 'deny',
      subject,
      role,
      ...(resource === '' ? {} : { resource }),
    }),
  },
}
const mayBeEmpty = new Set(['parent', 'resource'])
const kind = byId('kind')
kind.append(...Object.keys(changes).map((name) => element('option', '', name)))
kind.addEventListener('change', drawChangeFields)

function drawChangeFields() {
  const slots = changes[kind.value].fields.map(([name, list, look, hint]) => {
    const input = element('input')
    input.name = name
    input.setAttribute('list', list)
    input.dataset.suggest = list
    input.placeholder = hint
    input.setAttribute('aria-label', hint)
    input.autocomplete = 'off'
    input.required = !mayBeEmpty.has(name)
    return element('span', `slot kind-${look}`, sign(look, 'sign'), input)
  })
  byId('change-fields').replaceChildren(...slots)
}

byId('change-form').addEventListener('submit', (event) => {
  event.preventDefault()
  const { kind: chosen, ...fields } = Object.fromEntries(
    [...new FormData(event.currentTarget)].map(([name, value]) => [name, value.trim()]),
  )
  void attempt(async () => {
    for (const name of ['member', 'subject']) if (fields[name]) fields[name] = await memberCalled(fields[name])
    const made = [changes[chosen].make(fields)]
    drawEffect(await call('/changes', { changes: made, preview: true }), made)
  })
})

function plural(count, one, many) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

function drawEffect(preview, made) {
  const { effect, names } = preview
  const card = answerCard(
    'Effect',
    '',
    preview.revision,
    element('span', 'gain', plural(effect.gainers, 'gains', 'gain')),
    ', ',
    element('span', 'lose', plural(effect.losers, 'loses', 'lose')),
  )
  const line = (item, className, word) =>
    element(
      'li',
      '',
      element('span', className, word),
      chip(item.subject, names),
      ...item.permissions.map(permissionChip),
      ' on ',
      chip(item.resource, names),
    )
  card.append(
    element(
      'ul',
      'lines',
      ...effect.gains.map((item) => line(item, 'gain', 'gains')),
      ...effect.losses.map((item) => line(item, 'lose', 'loses')),
    ),
  )
  if (effect.uncounted !== undefined) {
    card.append(
      element(
        'p',
        'hint',
        `the change reaches ${effect.uncounted} rights of people on resources, too many to ask: its effect is not worked out`,
      ),
    )
  } else if (!effect.complete)
    card.append(element('p', 'hint', `not all are listed: ${effect.gained} gains and ${effect.lost} losses in all`))
  const reason = element('input', 'field wide')
  reason.placeholder = 'Reason (for the journal)'
  reason.setAttribute('aria-label', 'Reason')
  const apply = element('button', 'btn primary', `Apply ${plural(made.length, 'change', 'changes')}`)
  apply.type = 'button'
  apply.addEventListener('click', () =>
    attempt(async () => {
      const why = reason.value.trim()
      // Somebody else's change in between would have another effect than the one that was read.
      const written = await call('/changes', { changes: made, expectedRevision: preview.revision, ...(why === '' ? {} : { reason: why }) })
      drawDone(written)
    }),
  )
  card.append(element('div', 'apply', reason, apply))
  answers.replaceChildren(card)
}

function drawDone(written) {
  const card = answerCard('Done', 'yes', written.revision, written.unchanged ? 'it already was so' : `as revision ${written.revision}`)
  if (!written.unchanged) {
    const undo = element('button', 'btn', 'Undo')
    undo.type = 'button'
    undo.addEventListener('click', () => attempt(async () => drawDone(await call(`/journal/${written.revision}/undo`, {}))))
    card.append(element('div', 'apply', undo))
  }
  answers.replaceChildren(card)
}

if (keyOfTab() === null) askForKey()
else await begin()
