// ImapFlow (Node.js); jobs as in worker.py.  Its directory is given as the argument.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { ImapFlow } = createRequire(process.argv[2] + '/')('imapflow');

const QUERIES = {
    envelope: { uid: true, flags: true, internalDate: true, size: true, envelope: true },
    flags: { uid: true, flags: true, modseq: true },
    bodystructure: { uid: true, bodyStructure: true },
    headers: { uid: true, flags: true, size: true, headers: true },
    literal: { uid: true, source: true }
};

async function open(port, name) {
    const client = new ImapFlow({
        host: '127.0.0.1', port, secure: false, logger: false, disableAutoIdle: true,
        auth: { user: 'user', pass: 'secret', loginMethod: 'LOGIN' }, doSTARTTLS: false,
        maxLiteralSize: 128 * 1024 * 1024, maxLineLength: 64 * 1024 * 1024
    });
    await client.connect();
    await client.mailboxOpen(name, { readOnly: true });
    return client;
}

async function run(client, name) {
    if (name === 'list') {
        return (await client.list()).length;
    }
    if (name === 'search') {
        return (await client.search({ all: true }, { uid: true })).length;
    }
    const messages = [];
    for await (const message of client.fetch('1:*', QUERIES[name], { uid: true })) {
        messages.push(message);
    }
    return name === 'literal' ? messages[0].source.length : messages.length;
}

async function job({ port, case: name }) {
    const client = await open(port, name);
    try {
        const before = process.cpuUsage();
        const count = await run(client, name);
        const { user, system } = process.cpuUsage(before);
        return { seconds: (user + system) / 1e6, count };
    } finally {
        await client.logout();
    }
}

for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
        answer = await job(JSON.parse(line));
    } catch (error) {
        answer = { error: String(error) };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
}
