/** Draws records as chips, and an explanation as a chain of chips. Builds nodes only: no text ever becomes markup. */

const svgSpace = 'http://www.w3.org/2000/svg'

/** An element with a class, and nodes or texts inside. */
export function element(tag, className, ...inside) {
  const node = document.createElement(tag)
  if (className) node.className = className
  node.append(...inside)
  return node
}

export function sign(id, className) {
  const svg = document.createElementNS(svgSpace, 'svg')
  svg.setAttribute('class', className)
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(svgSpace, 'use')
  use.setAttribute('href', `#${id}`)
  svg.append(use)
  return svg
}

function kindOf(reference) {
  if (/^(user|service):/.test(reference) || reference === 'everyone' || reference === 'authenticated') return 'user'
  if (reference.startsWith('group:')) return 'group'
  if (reference.startsWith('role:')) return 'role'
  return 'resource'
}

const words = {
  tenant: 'the tenant',
  everyone: 'everyone',
  authenticated: 'everyone signed in',
  'user:anonymous': 'nobody signed in',
}

/** A record by its reference: its name where there is one. */
export function chip(reference, names = {}, missing = false) {
  const kind = kindOf(reference)
  const [base, more = ''] = reference.startsWith('group:') ? reference.split(/(?=[#^])/) : [reference]
  const name = names[base] ?? words[base] ?? (kind === 'resource' ? base : base.slice(base.indexOf(':') + 1))
  return chipOf(kind, `${name}${more}`, reference, missing)
}

export function permissionChip(name) {
  return chipOf('permission', name, name, false)
}

function chipOf(kind, text, title, missing) {
  const node = element('span', `chip kind-${kind}${missing ? ' missing' : ''}`, sign(kind, 'sign'))
  node.append(element('span', 'visually-hidden', `${kind} `), element('span', '', text))
  node.title = title
  return node
}

/** One link of a chain: the words of the step, and the chip it leads to. */
function link(text, target, broken = false) {
  const step = element('span', broken ? 'step broken' : 'step')
  if (broken) step.append(sign('gap', ''), text)
  else step.append(text, sign('arrow', ''))
  return element('li', '', step, ...(target === undefined ? [] : [target]))
}

function day(instant) {
  return instant.endsWith('T00:00:00.000Z') ? instant.slice(0, 10) : instant.replace('T', ' ').replace(/(:00)?\.000Z$/, '')
}

function windowWords({ from, until }) {
  return `${from === undefined ? '' : ` from ${day(from)}`}${until === undefined ? '' : ` until ${day(until)}`}`
}

const relationWords = { ancestors: 'above', descendants: 'below', siblings: 'beside' }

/** The links of one fact. */
function linksOf(fact, names, roles) {
  /** What the role includes on the way to the permission stands behind the role itself. */
  const included = (role) =>
    roles
      .filter(({ path }) => path[0] === role)
      .flatMap(({ path }) => path.slice(1).map((each) => link('includes', chip(`role:${each}`, names))))
  const group = () => chip(`group:${fact.group}`, names)
  switch (fact.fact) {
    case 'membership':
      return [link(`is in${windowWords(fact)}`, group())]
    case 'standing':
      return [link('stands as', chip(`role:${fact.role}`, names)), ...included(fact.role), link(`in${windowWords(fact)}`, group())]
    case 'relation':
      return [link(relationWords[fact.relation], group())]
    case 'grant': {
      const what =
        fact.role !== undefined ? chip(`role:${fact.role}`, names) : permissionChip(fact.permission ?? fact.actions?.join(', ') ?? '')
      const links = [
        link(`${fact.effect === 'deny' ? 'is denied' : 'has'}${windowWords(fact)}`, what),
        ...included(fact.role),
        link('on', chip(fact.resource, names)),
      ]
      return /^(everyone|authenticated)$|[#^]/.test(fact.subject) ? [link('counts as', chip(fact.subject, names)), ...links] : links
    }
    case 'assignment':
      return [
        link(
          fact.relation === 'owner'
            ? 'owns, by assignment'
            : fact.relation === 'group'
              ? 'is assigned'
              : `${fact.relation} of the group are given`,
          chip(fact.resource, names),
        ),
      ]
    case 'owner':
      return [link('owns', chip(fact.resource, names))]
    case 'self':
      return [link('own record', undefined)]
    case 'inside':
      return [...fact.path]
        .reverse()
        .slice(1)
        .map((resource) => link('holds', chip(resource, names)))
    case 'permission':
      return [link(fact.condition === undefined ? 'gives' : `gives, if ${fact.condition}`, permissionChip(fact.permission))]
    default:
      return []
  }
}

/** What is lacking, as a link that is broken. */
function brokenLinkOf(lack, names) {
  switch (lack.lack) {
    case 'membership': {
      const when = lack.when === undefined ? '' : ` ${day(lack.when)}`
      const state = { absent: 'not in', ended: `ended${when}`, not_begun: `begins${when}`, source_disabled: 'source disabled' }[lack.state]
      return link(state, chip(`group:${lack.group}`, names, true), true)
    }
    case 'active_group':
      return link('not active', chip(`group:${lack.group}`, names, true), true)
    case 'standing':
      return link('lacks the standing', chip(`role:${lack.role}`, names, true), true)
    case 'window':
      return link(`grant ${lack.state === 'ended' ? 'ended' : 'begins'} ${day(lack.when)}`, undefined, true)
    case 'condition':
      return link(`condition ${lack.result.outcome === 'failed' ? 'could not be judged' : 'is false'}: ${lack.condition}`, undefined, true)
    case 'inherits':
      return link('takes nothing from above', chip(lack.resource, names, true), true)
    default:
      return link(lack.lack, undefined, true)
  }
}

/** A finding or a near miss as a list of links that begins with the asker. */
export function chain(subject, part, names) {
  const list = element('ol', 'chain', element('li', '', chip(subject, names)))
  const lacks = part.lacks ?? []
  // A membership that is lacking stands where it would be: before the group that it leads to.
  const lackingGroups = new Set(lacks.filter((lack) => lack.lack === 'membership').map((lack) => lack.group))
  const facts = part.chain.filter((fact) => !((fact.fact === 'membership' || fact.fact === 'standing') && lackingGroups.has(fact.group)))
  const memberships = facts.filter((fact) => fact.fact === 'membership')
  const roles = facts.filter((fact) => fact.fact === 'role')
  const others = facts.filter((fact) => fact.fact !== 'membership' && fact.fact !== 'role')
  for (const fact of memberships) list.append(...linksOf(fact, names, roles))
  for (const lack of lacks) list.append(brokenLinkOf(lack, names))
  for (const fact of others) list.append(...linksOf(fact, names, roles))
  return list
}
