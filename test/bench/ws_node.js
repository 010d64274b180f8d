// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// What bench_ws.c does, by `ws` on Node.  usage: node ws_node.js FOLDER_OF_WS
'use strict';
const { WebSocketServer } = require(process.argv[2]);

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('listening', () => {
    console.error(`listening on http://127.0.0.1:${server.address().port}`);
});
server.on('connection', (socket, request) => {
    const all = request.url === '/all';
    socket.on('message', (data, isBinary) => {
        if (!all)
            socket.send(data, { binary: isBinary });
        else
            for (const client of server.clients)
                client.send(data, { binary: isBinary });
    });
});
process.on('SIGTERM', () => process.exit(0));
