/** The rules in the order in which they are asked: what says no first, then the ways to a yes, the cheap ones first. */

import { assignment } from './rules/assignment.ts'
import { denial } from './rules/denial.ts'
import { directGrant } from './rules/direct-grant.ts'
import { groupGrant } from './rules/group-grant.ts'
import { owner } from './rules/owner.ts'
import { relationGrant } from './rules/relation-grant.ts'
import type { Rule } from './rules/rule.ts'
import { self } from './rules/self.ts'
import { standing } from './rules/standing.ts'

export const denials: readonly Rule[] = [denial]
export const allowances: readonly Rule[] = [self, directGrant, groupGrant, owner, standing, assignment, relationGrant]
