/**
 * Kafka's program: its jars, fetched once by Maven into a cache folder of the user.
 *
 * No Debian and no npm package has Kafka. Maven is asked for one artefact and what it depends on, 43 MB; where it fetches them from is
 * Maven's own setting.
 *
 * Read beside: kafka.ts; https://maven.apache.org/plugins/maven-dependency-plugin/copy-dependencies-mojo.html
 * Touches the world: runs Maven and Java; the cache folder.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const KAFKA_VERSION = '4.1.1'
/** Kafka 4 runs on this version of Java, or a later one. */
const OLDEST_JAVA = 17
const FETCH_TIMEOUT_MS = 300_000

export type KafkaJars = { readonly jars: string } | { readonly why: string }

/** The folder of the jars, fetched now if it is missing; or why Kafka cannot run here, in Portuguese and English. */
export async function findKafka(cache = cacheFolder()): Promise<KafkaJars> {
  const java = await run('java', ['-version']).catch(() => undefined)
  const version = Number(/version "(\d+)/.exec(java?.stderr ?? '')?.[1] ?? 0)
  if (version < OLDEST_JAVA) {
    return {
      why: `Kafka precisa do Java ${OLDEST_JAVA} ou mais novo · Kafka needs Java ${OLDEST_JAVA} or later (openjdk-17-jre-headless)`,
    }
  }
  const jars = join(cache, `kafka-${KAFKA_VERSION}`)
  if (existsSync(jars)) return { jars }
  if ((await run('mvn', ['-version']).catch(() => undefined)) === undefined) {
    return { why: 'falta o Maven, que baixa o Kafka · Maven, which fetches Kafka, is missing (package maven)' }
  }
  return fetchJars(cache, jars)
}

async function fetchJars(cache: string, jars: string): Promise<KafkaJars> {
  const work = join(cache, `kafka-${KAFKA_VERSION}.${process.pid}`)
  mkdirSync(work, { recursive: true })
  writeFileSync(join(work, 'pom.xml'), PROJECT)
  const target = join(work, 'jars')
  try {
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${target}`]
    await run('mvn', ['-q', '-B', '-f', join(work, 'pom.xml'), ...goal], { timeout: FETCH_TIMEOUT_MS })
    // Renamed only when complete: another process may download or read it at the same time.
    if (!existsSync(jars)) renameSync(target, jars)
    return { jars }
  } catch (error) {
    if (existsSync(jars)) return { jars }
    const reason = String((error as { stdout?: string }).stdout ?? error).split('\n', 1)[0]
    return { why: `o Maven não conseguiu baixar o Kafka · Maven could not fetch Kafka: ${reason}` }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'meutrabalho-lab')
}

const PROJECT = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>br.com.meutrabalho</groupId>
  <artifactId>kafka-of-the-lab</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`
