// SPDX-License-Identifier: GPL-3.0-or-later
// PouchDB's side of bench-pouchdb.py: a command a line, answered by nanoseconds. Arguments: server, local folder.
'use strict';

const fs = require('fs');
const readline = require('readline');
const PouchDB = require(process.cwd() + '/node_modules/pouchdb');

const [url, folder] = process.argv.slice(2);
const prices = new PouchDB(url + '/prices');
const replica = new PouchDB(folder + '/replica');
const journal = new PouchDB(url + '/journal');
const N_PRICES = 10000;
let live = null;
let amount = 0;

const now = () => process.hrtime.bigint();

async function setAll() {
  const known = await prices.allDocs();
  const revisions = new Map(known.rows.map((row) => [row.id, row.value.rev]));
  const docs = [];
  amount++;
  for (let i = 0; i < N_PRICES; i++) {
    const _id = 'price-' + String(i).padStart(6, '0');
    docs.push({ _id, _rev: revisions.get(_id), pack: i, amount, since: 0 });
  }
  await prices.bulkDocs(docs);
}

const commands = {
  async fill() {
    await setAll();
    await PouchDB.replicate(prices, replica, { batch_size: 2000 });
    return 0n;
  },
  async 'catch-up'() {
    if (live) live.cancel();
    live = null;
    await setAll();
    const start = now();
    await PouchDB.replicate(prices, replica, { batch_size: 2000 });
    return now() - start;
  },
  async change() {
    if (!live) {
      live = PouchDB.replicate(prices, replica, { live: true, retry: true });
      await new Promise((resolve) => live.once('paused', resolve));
    }
    const doc = await prices.get('price-000007');
    doc.amount = ++amount;
    const seen = new Promise((resolve) => {
      const changes = replica.changes({ since: 'now', live: true, include_docs: true });
      changes.on('change', (change) => {
        if (change.doc.amount !== doc.amount) return;
        changes.cancel();
        resolve(now());
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const start = now();
    await prices.put(doc);
    return (await seen) - start;
  },
  async ingest(path) {
    const { entries } = JSON.parse(fs.readFileSync(path, 'utf8'));
    const docs = entries.map((entry) => ({ _id: entry.id, ...entry }));
    const start = now();
    const stored = await journal.bulkDocs(docs);
    if (stored.some((each) => each.error)) throw new Error('not stored');
    return now() - start;
  },
};

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [name, ...words] = line.split(' ');
    console.log(String(await commands[name](...words)));
  }
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
