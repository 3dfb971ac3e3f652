/** The laws of an explanation: its facts exist, any one chain alone gives the yes, and without all that it names the answer is no. */

import type { Explanation, Fact, Finding, Hold, Lack, Resource } from '../../src/core/index.ts'
import { canonicalJson, idOf, keyOf, readMember, tenantResource, typeOf } from '../../src/core/index.ts'
import type { Facts, World } from '../oracle.ts'
import { check, covers, current, groupById, groupsAround, isActive, registered, related, standing, subjectOf, wayUp } from '../oracle.ts'

/** Every law that the explanation of a check breaks, as sentences; empty: none. `world` is the one that was asked. */
export function explanationFaults(world: World, explanation: Explanation): string[] {
  const faults: string[] = []
  const { subject, permission, resource, findings } = explanation
  const answer = (facts: Facts) => check({ ...world, facts }, { subject, action: permission, resource }).allowed
  for (const finding of findings) {
    for (const fact of finding.chain) {
      if (!exists(world, explanation, fact)) faults.push(`this fact of ${finding.rule} is not there: ${canonicalJson(fact)}`)
    }
  }
  if (explanation.reason === 'denied' && findings[0]?.effect !== 'deny') faults.push('a denied answer names no denial first')
  if (explanation.reason === 'no_grant' && findings.length > 0) faults.push('an answer without a grant has findings')
  if (explanation.reason !== 'no_grant' && explanation.misses.length > 0) faults.push('an answer that needs none has near misses')
  for (const { rule, lacks } of explanation.misses) {
    if (lacks.length === 0) faults.push(`a near miss of ${rule} lacks nothing`)
    for (const lack of lacks) if (!isLacking(world, subject, lack)) faults.push(`this is not lacking: ${canonicalJson(lack)}`)
  }
  if (!explanation.allowed) return faults

  if (findings.length === 0) faults.push('a yes has no finding')
  for (const finding of findings) {
    if (!answer(alone(world, explanation, finding))) faults.push(`this chain alone gives no yes: ${canonicalJson(finding)}`)
  }
  const isSelf = findings.some((finding) => finding.rule === 'self')
  if (!isSelf && answer(without(world.facts, findings)))
    faults.push(`without all that was named the answer stays yes: ${canonicalJson(findings)}`)
  return faults
}

function exists(world: World, { subject, resource, permission }: Explanation, fact: Fact): boolean {
  const { facts } = world
  switch (fact.fact) {
    case 'membership':
    case 'standing': {
      const hold = facts.hold.find((each) => each.group === fact.group && each.member === fact.member && each.origin === fact.origin)
      const isIn = fact.member === subject ? groupsAround(world, subject) : groupsAround(world, fact.member)
      return (
        hold !== undefined &&
        hold.from === fact.from &&
        hold.until === fact.until &&
        current(hold, world.at) &&
        isIn.includes(fact.group) &&
        (fact.fact === 'membership' || (hold.roles.includes(fact.role) && standing(world, subject, fact.group).includes(fact.role)))
      )
    }
    case 'relation':
      return related(world, fact.group, fact.relation).some(([group, levels]) => group === fact.related && levels === fact.levels)
    case 'grant': {
      const grant = facts.grant.find((each) => each.id === fact.id)
      if (grant === undefined || !current(grant, world.at)) return false
      const { fact: _, ...told } = fact
      const { createdAt: _1, createdBy: _2, updatedAt: _3, ...held } = grant
      return canonicalJson(told) === canonicalJson(held) && covers(world, subjectOf(grant.subject), subject)
    }
    case 'assignment': {
      const row = facts.assignment.find((each) => each.id === fact.id)
      return row !== undefined && row.resource === fact.resource && row.group === fact.group && row.origin === fact.origin
    }
    case 'owner':
      return registered(world, fact.resource)?.owner === fact.owner
    case 'self':
      return subject === `user:${fact.user}` && resource === subject && isActive(world, subject)
    case 'role': {
      const last = facts.role.find((role) => role.codename === fact.path.at(-1))
      const follows = fact.path.every((name, index) => {
        const next = fact.path[index + 1]
        return next === undefined || facts.role.find((role) => role.codename === name)?.includes.includes(next) === true
      })
      return (
        fact.path[0] === fact.role && follows && (last?.codename === 'administrator' || last?.permissions.includes(permission) === true)
      )
    }
    case 'inside':
      return canonicalJson(wayUp(world, resource).slice(0, fact.path.length)) === canonicalJson(fact.path)
    case 'permission':
      return fact.permission === permission && facts.permission.find((each) => each.name === permission)?.condition === fact.condition
  }
}

/** Whether what a near miss says to be lacking is so. */
function isLacking(world: World, subject: string, lack: Lack): boolean {
  const { facts, at } = world
  switch (lack.lack) {
    case 'membership': {
      const holds = facts.hold.filter((hold) => hold.group === lack.group && hold.member === lack.member)
      if (lack.state === 'absent') return !holds.some((hold) => current(hold, at))
      if (lack.state === 'ended') return holds.some((hold) => hold.until === lack.when && hold.until !== undefined && hold.until <= at)
      if (lack.state === 'not_begun') return holds.some((hold) => hold.from === lack.when && hold.from !== undefined && at < hold.from)
      return holds.some((hold) => facts.source.some((source) => !source.enabled && hold.origin === `source:${source.name}`))
    }
    case 'active_group':
      return !isActive(world, `group:${lack.group}`)
    case 'standing':
      return !standing(world, subject, lack.group).includes(lack.role)
    case 'window':
      return lack.state === 'ended' ? lack.when <= at : at < lack.when
    case 'condition':
      return lack.result.outcome !== 'true' && [...facts.grant, ...facts.permission].some((each) => each.condition === lack.condition)
    case 'check':
      return lack.result.outcome !== 'true' && facts.permission.some((each) => each.check?.name === lack.check.split('.').at(-1))
    case 'inherits':
      return registered(world, lack.resource)?.inherits === false
  }
}

/** The facts less every grant, assignment, owner field and standing that the findings name. */
function without(facts: Facts, findings: readonly Finding[]): Facts {
  const named = findings.flatMap((finding) => finding.chain)
  const owners = named.filter((fact) => fact.fact === 'owner')
  const standings = named.filter((fact) => fact.fact === 'standing')
  return {
    ...facts,
    grant: facts.grant.filter((grant) => !named.some((fact) => fact.fact === 'grant' && fact.id === grant.id)),
    assignment: facts.assignment.filter((each) => !named.some((fact) => fact.fact === 'assignment' && fact.id === each.id)),
    // Where nothing goes, the table is the same one still.
    resource: owners.length === 0 ? facts.resource : facts.resource.map((each) => ownerless(each, owners)),
    hold: standings.length === 0 ? facts.hold : facts.hold.map((hold) => ({ ...hold, roles: rolesLeft(hold, standings) })),
  }
}

function ownerless(resource: Resource, owners: readonly Extract<Fact, { readonly fact: 'owner' }>[]): Resource {
  if (!owners.some((fact) => fact.resource === keyOf('resource', resource))) return resource
  const { owner: _, ...rest } = resource
  return rest
}

function rolesLeft({ group, member, origin, roles }: Hold, standings: readonly Extract<Fact, { readonly fact: 'standing' }>[]): string[] {
  const goes = (role: string) =>
    standings.some((fact) => fact.group === group && fact.member === member && fact.role === role && fact.origin === origin)
  return roles.filter((role) => !goes(role))
}

/** The catalogue and the settings, and of the facts only those of one chain, in the smallest records that can hold them. */
function alone({ facts, at, compile }: World, { subject, resource, permission }: Explanation, { chain }: Finding): Facts {
  const world: World = { facts, at, compile }
  const holds = new Map<string, Hold>()
  const groups = new Set<string>(subject.startsWith('group:') ? [idOf(subject)] : [])
  const resources = new Map<string, Resource>()
  const asked = registered(world, resource)
  if (asked !== undefined) resources.set(resource, { ...bare(asked), inherits: false })
  for (const fact of chain) {
    if (fact.fact === 'membership' || fact.fact === 'standing') {
      const key = `${fact.group}|${fact.member}|${fact.origin}`
      const found = facts.hold.find((hold) => hold.group === fact.group && hold.member === fact.member && hold.origin === fact.origin)
      if (found === undefined) continue
      const roles = holds.get(key)?.roles ?? []
      holds.set(key, { ...found, roles: fact.fact === 'standing' ? [...roles, fact.role] : roles })
      groups.add(fact.group)
      if (fact.member.startsWith('group:')) groups.add(idOf(fact.member))
    }
    if (fact.fact === 'relation') {
      for (const group of lineage(world, fact.group, fact.related)) groups.add(group)
    }
    if (fact.fact === 'grant') {
      const named = subjectOf(fact.subject)
      if ('group' in named) groups.add(named.group)
    }
    if (fact.fact === 'assignment') groups.add(fact.group)
    if (fact.fact === 'inside') {
      for (const reference of fact.path) {
        const found = registered(world, reference)
        if (found !== undefined)
          resources.set(reference, { ...(resources.get(reference) ?? bare(found)), inherits: found.inherits, ...parentOf(found) })
        if (typeOf(reference) === 'group') groups.add(idOf(reference))
      }
    }
    if (fact.fact === 'owner') {
      const found = registered(world, fact.resource)
      if (found !== undefined)
        resources.set(fact.resource, { ...(resources.get(fact.resource) ?? bare(found)), owner: readMember(fact.owner, 'owner') })
      if (fact.owner.startsWith('group:')) groups.add(idOf(fact.owner))
    }
  }
  if (typeOf(resource) === 'group') groups.add(idOf(resource))
  const paths = chain.flatMap((fact) => (fact.fact === 'role' ? [fact.path] : []))
  return {
    ...facts,
    source: [],
    role: facts.role
      .filter((role) => paths.some((path) => path.includes(role.codename)))
      .map((role) => ({
        ...role,
        permissions: role.permissions.filter((name) => name === permission && paths.some((path) => path.at(-1) === role.codename)),
        includes: role.includes.filter((name) =>
          paths.some((path) => path.includes(name) && path.indexOf(name) === path.indexOf(role.codename) + 1),
        ),
      })),
    user: facts.user.filter((user) => subject === `user:${user.id}` || resource === `user:${user.id}`),
    service: facts.service.filter((service) => subject === `service:${service.id}`),
    group: facts.group
      .filter((group) => groups.has(group.id))
      .map((group) => {
        const { parent, ...rootless } = group
        return parent !== undefined && groups.has(parent) ? group : rootless
      }),
    hold: [...holds.values()],
    resource: [...resources.values()],
    grant: facts.grant.filter((grant) => chain.some((fact) => fact.fact === 'grant' && fact.id === grant.id)),
    assignment: facts.assignment.filter((each) => chain.some((fact) => fact.fact === 'assignment' && fact.id === each.id)),
  }
}

function bare({ owner: _, parent: _1, ...rest }: Resource): Resource {
  return rest
}

function parentOf({ parent }: Resource): { readonly parent?: string } {
  return parent === undefined || parent === tenantResource ? {} : { parent }
}

/** The groups that make two stand in a relation: those on the way from the lower to the upper one, or two siblings with their parent. */
function lineage(world: World, one: string, other: string): readonly string[] {
  const way = (from: string, to: string): readonly string[] | undefined => {
    const path = [from]
    for (let at = groupById(world, from)?.parent; at !== undefined && path.length < 1000; at = groupById(world, at)?.parent) {
      path.push(at)
      if (at === to) return path
    }
    return undefined
  }
  return (
    way(one, other) ??
    way(other, one) ?? [one, other, ...(groupById(world, one)?.parent === undefined ? [] : [groupById(world, one)?.parent ?? ''])]
  )
}
