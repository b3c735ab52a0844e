// Called by ipmi_sim: bmcChassis.mjs SOCKET HOST get power | set power 0|1. Passes it to the process that has the lab, and its answer back.
import { connect } from 'node:net';

const [socket = '', host = '', ...words] = process.argv.slice(2);
const connection = connect(socket, () => connection.write(`${[host, ...words].join(' ')}\n`));
connection.setEncoding('utf8');
let answer = '';
connection.on('data', (text) => {
  answer += text;
});
connection.on('end', () => {
  if (answer.startsWith('error')) {
    console.error(answer);
    process.exitCode = 1;
  } else process.stdout.write(answer);
});
connection.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
