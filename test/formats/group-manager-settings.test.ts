import { describe, expect, it } from 'vitest'
import { readGroupManagerSettings } from '../../src/formats/index.ts'

const python = `
from django.conf import settings

GROUPS_MANAGER = {
    # accounts
    'AUTH_MODELS_SYNC': True,
    'AUTH_MODELS_GET_OR_CREATE': False,
    'GROUP_NAME_PREFIX': "org_",
    'GROUP_NAME_SUFFIX': '_$$random',
    'USER_USERNAME_PREFIX': None,
    'PERMISSIONS': {
        'owner': ['view', 'change', 'delete'],
        'group': ('view', 'change'),
        'groups_upstream': {'default': ['view'], 'office': ['view', 'sell_pipeline']},
        'groups_siblings': [],
    },
    'TEMPLATE_STYLE': 'bootstrap3',
    'SLUGIFY_FUNCTION': 'project.slugs.slug', # not one of ours :)
}

OTHER = {'GROUPS_MANAGER': None}
`

describe('settings of a group manager', () => {
  it('are read from a Python file, and every key is told', async () => {
    const { policy, target, lines } = await readGroupManagerSettings({ text: python })
    expect(policy).toEqual({
      owner: ['change', 'delete', 'view'],
      group: ['change', 'view'],
      ancestors: { default: ['view'], office: ['sell_pipeline', 'view'] },
      siblings: [],
    })
    expect(target).toEqual({
      kind: 'django',
      existing: 'refuse',
      users: { prefix: '', suffix: '_$$random' },
      groups: { prefix: 'org_', suffix: '_$$random', limit: 80 },
    })
    expect(lines.map(({ key, outcome, to }) => [key, outcome, to])).toEqual([
      ['AUTH_MODELS_SYNC', 'mapped_with_difference', 'targets[]'],
      ['AUTH_MODELS_GET_OR_CREATE', 'mapped_with_difference', 'targets[].existing: refuse'],
      ['GROUP_NAME_PREFIX', 'mapped', 'targets[].groups.prefix'],
      ['GROUP_NAME_SUFFIX', 'mapped_with_difference', 'targets[].groups.suffix'],
      ['USER_USERNAME_PREFIX', 'mapped', 'targets[].users.prefix'],
      ['PERMISSIONS.owner', 'mapped_with_difference', 'policy.owner'],
      ['PERMISSIONS.group', 'mapped', 'policy.group'],
      ['PERMISSIONS.groups_upstream', 'mapped_with_difference', 'policy.ancestors'],
      ['PERMISSIONS.groups_siblings', 'mapped_with_difference', 'policy.siblings'],
      ['TEMPLATE_STYLE', 'without_equal', undefined],
      ['SLUGIFY_FUNCTION', 'without_equal', undefined],
    ])
    for (const { outcome, reason } of lines) if (outcome !== 'mapped') expect(reason).toMatch(/\w/)
  })

  it.each([
    ['JSON', '{"GROUPS_MANAGER": {"AUTH_MODELS_SYNC": false, "PERMISSIONS": {"group": ["view"]}}}'],
    ['YAML', 'AUTH_MODELS_SYNC: false\nPERMISSIONS:\n  group: [view]\n'],
  ])('are read from %s, and without accounts there is no target', async (_, text) => {
    const { policy, target, lines } = await readGroupManagerSettings({ text })
    expect([policy, target, lines.length]).toEqual([{ group: ['view'] }, undefined, 2])
  })

  it.each([
    ['{"PERMISSIONS": {"owners": ["view"]}}', 'unknown_field'],
    ['{"PERMISSIONS": {"group": {"default": ["view"]}}}', 'invalid_parameter'],
    ['{"AUTH_MODELS_SYNC": "yes"}', 'invalid_parameter'],
    ['{"GROUP_NAME_PREFIX": 7}', 'invalid_parameter'],
    ['[1]', 'invalid_parameter'],
  ])('that cannot be used are refused: %s', async (text, code) => {
    await expect(readGroupManagerSettings({ text })).rejects.toMatchObject({ code })
  })
})
