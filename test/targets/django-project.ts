/** The database of a real Django project, made by Django itself: on SQLite as a file, on PostgreSQL in a server of the tests. */

import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findProgram } from '../../tools/system-packages.mjs'
import type { PostgresServer } from '../store/postgres-server.ts'
import { password } from '../store/postgres-server.ts'

const admin = findProgram('django-admin')
/** Tests over Django skip where it is not there; `npm test` has said why, and counts it as a failure when `CI=true`. */
export const hasDjango = admin !== undefined

const models = `
from django.conf import settings
from django.db import models

class Loan(models.Model):
    borrower = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
`

/** Reads lines of JSON: a database and what to run on it; answers with what was printed. One Python for many projects: it takes long to start. */
const driver = `
import contextlib, io, json, sys, traceback
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import connection
from library.models import Loan

for line in sys.stdin:
    asked = json.loads(line)
    connection.close()
    connection.settings_dict['NAME'] = asked['database']
    printed = io.StringIO()
    failure = None
    with contextlib.redirect_stdout(printed):
        try:
            exec(asked['lines'], dict(globals()))
        except Exception:
            failure = traceback.format_exc()
    connection.close()
    print(json.dumps({'printed': printed.getvalue().strip(), 'failure': failure}), file=sys.__stdout__, flush=True)
`
const settings = (database: string) => `
SECRET_KEY = 'of a test'
INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.auth', 'library']
DATABASES = {'default': ${database}}
DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'
USE_TZ = True
`
/** The tables of the application refer to those of Django. */
const migration = `call_command('migrate', verbosity=0)
call_command('migrate', verbosity=0, run_syncdb=True)`

/** A project with an application whose records hold on to users. */
export interface DjangoProject {
  /** As the option `database` of a target takes it. */
  readonly database: string
  /** Runs lines in the project; what they print is given back. User, Group, Permission, Loan, authenticate and connection are there. */
  python(lines: string): Promise<string>
  /** Takes the database out of reach, or gives it back. */
  away(isAway: boolean): Promise<void>
  remove(): Promise<void>
}

/** Makes projects of one kind, each with a database of its own that Django has migrated. */
export interface DjangoProjects {
  make(): Promise<DjangoProject>
  remove(): Promise<void>
}

export async function sqliteProjects(): Promise<DjangoProjects> {
  const django = new Django(`{'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}`)
  const template = join(django.folder, 'template.sqlite3')
  await django.run(template, migration)
  let count = 0
  return {
    async make() {
      count += 1
      const file = join(django.folder, `project-${count}.sqlite3`)
      copyFileSync(template, file)
      return {
        database: `sqlite:${file}`,
        python: (lines) => django.run(file, lines),
        away: async (isAway) => (isAway ? renameSync(file, `${file}.away`) : renameSync(`${file}.away`, file)),
        remove: async () => rmSync(file, { force: true }),
      }
    },
    remove: () => django.remove(),
  }
}

export async function postgresProjects(server: PostgresServer): Promise<DjangoProjects> {
  const where = `'HOST': '${server.folder}', 'USER': 'curia', 'PASSWORD': '${password}'`
  const django = new Django(`{'ENGINE': 'django.db.backends.postgresql', 'NAME': 'template_project', ${where}}`)
  await server.run(['create database template_project'])
  await django.run('template_project', migration)
  let count = 0
  return {
    async make() {
      count += 1
      const name = `project_${count}`
      await server.run([`create database ${name} template template_project`])
      const url = new URL(server.url())
      url.pathname = `/${name}`
      return {
        database: url.href,
        python: (lines) => django.run(name, lines),
        async away(isAway) {
          await server.run([
            `alter database ${name} with allow_connections ${!isAway}`,
            `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
          ])
        },
        async remove() {
          await server.run([`drop database ${name} with (force)`])
        },
      }
    },
    remove: () => django.remove(),
  }
}

/** A project in a folder of its own, with a Python that has loaded it. */
class Django {
  readonly folder = mkdtempSync(join(tmpdir(), 'curia-django-'))
  readonly #child: ChildProcessWithoutNullStreams
  readonly #waiting: ((answer: string) => void)[] = []
  #said = ''

  constructor(database: string) {
    if (admin === undefined) throw new Error('there is no django-admin')
    mkdirSync(join(this.folder, 'library'))
    writeFileSync(join(this.folder, 'library', '__init__.py'), '')
    writeFileSync(join(this.folder, 'library', 'models.py'), models)
    writeFileSync(join(this.folder, 'project_settings.py'), settings(database))
    this.#child = spawn(admin, ['shell', '--command', driver], {
      cwd: this.folder,
      env: { ...process.env, PYTHONPATH: this.folder, PYTHONDONTWRITEBYTECODE: '1', DJANGO_SETTINGS_MODULE: 'project_settings' },
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text
    })
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#waiting.shift()?.(line))
    this.#child.once('exit', () => {
      for (const tell of this.#waiting.splice(0)) tell(JSON.stringify({ printed: '', failure: this.#said }))
    })
  }

  async run(database: string, lines: string): Promise<string> {
    const answer = new Promise<string>((resolve) => this.#waiting.push(resolve))
    this.#child.stdin.write(`${JSON.stringify({ database, lines })}\n`)
    // The driver above writes these two.
    const { printed, failure } = JSON.parse(await answer) as { readonly printed: string; readonly failure: string | null }
    if (failure !== null) throw new Error(failure)
    return printed
  }

  async remove(): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve))
      this.#child.stdin.end()
      await ended
    }
    rmSync(this.folder, { recursive: true, force: true })
  }
}
