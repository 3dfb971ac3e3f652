/**
 * A process that writes the file of a snapshot and is killed in the midst: while it writes the file of the revision that is named, after so
 * many pieces. Run by `snapshot-kill.test.ts`.
 */
import { columnsOf, noConditions, readInstant, Snapshot } from '../../dist/core/index.js'
import { writeSnapshotFile } from '../../dist/service/snapshot-file.js'

const { path, owner, revision: last, pieces } = JSON.parse(process.argv[2] ?? '{}')
const at = readInstant('2026-01-01', 'at')
const snapshot = new Snapshot('main', noConditions)
for (let revision = 1; revision <= last; revision += 1) {
  snapshot.put('user', {
    id: `u${revision}`,
    userName: `u${revision}`,
    emails: [],
    attributes: {},
    networks: [],
    externalIds: {},
    status: 'active',
    origin: 'local',
    createdAt: at,
    createdBy: 'system:test',
    updatedAt: at,
  })
  let written = 0
  await writeSnapshotFile(path, `${path}.${process.pid}-1.new`, owner, { revision, hash: '', columns: columnsOf(snapshot) }, () => {
    written += 1
    if (revision === last && written > pieces) process.kill(process.pid, 'SIGKILL')
    return true
  })
}
