import t from 'tap'
import { overlaps, parseRoutes } from './networks.ts'

t.test('overlaps() is true when one network contains the other', async t => {
  t.ok(overlaps('172.20.0.0/24', '172.20.0.0/24'))
  t.ok(overlaps('172.20.0.0/16', '172.20.0.0/24'))
  t.ok(overlaps('172.20.0.0/24', '172.20.0.0/16'))
  t.ok(overlaps('0.0.0.0/0', '172.20.0.0/24'))
  t.ok(overlaps('172.20.0.7', '172.20.0.0/24'))
  t.notOk(overlaps('172.20.1.0/24', '172.20.0.0/24'))
  t.notOk(overlaps('172.21.0.0/16', '172.20.0.0/24'))
  t.notOk(overlaps('fd00::/8', '172.20.0.0/24'))
  t.notOk(overlaps('172.20.0.0/33', '172.20.0.0/24'))
})

t.test('parseRoutes() reads /proc/net/route, without the default route', async t => {
  const text = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0102A8C0	0003	0	0	100	00000000	0	0	0
docker0	000011AC	00000000	0001	0	0	0	0000FFFF	0	0	0
br-1	000014AC	00000000	0001	0	0	0	00FFFFFF	0	0	0
`
  t.strictSame(parseRoutes(text), ['172.17.0.0/16', '172.20.0.0/24'])
  t.strictSame(parseRoutes(''), [])
})
