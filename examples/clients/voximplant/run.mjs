// Runs the vendor's client, unchanged, through the methods on users, and ends with status 1 at the first answer that is
// not what the vendor documents.
//
//	NODE_EXTRA_CA_CERTS=cert.pem node run.mjs HOST:PORT KEYFILE
//
// The client speaks https only: the server's certificate comes in by the variable. KEYFILE is a service account's,
// {"account_id":1,"key_id":"…","private_key":"…"}. The account has the application 1.
import assert from 'node:assert/strict';
import sdk from '@voximplant/apiclient-nodejs';

const [host, keyFile] = process.argv.slice(2);

function open(options) {
  return new Promise((resolve) => {
    const client = new sdk.default({ pathToCredentials: keyFile, host, ...options });
    client.onReady = resolve;
  });
}

// refused checks an error: the client resolves with the vendor's body, as it came.
function refused(answer, code, field) {
  assert.equal(answer.error?.code, code, JSON.stringify(answer));
  assert.equal(answer.error.field_name, field);
  assert.equal(typeof answer.error.msg, 'string');
  assert.deepEqual(answer.errors[0], answer.error);
}

const { Users } = await open();
const gordon = {
  userName: 'gordon-freeman', userDisplayName: 'Gordon Freeman', userPassword: 'Black-Mesa1', applicationId: 1,
};

const added = await Users.addUser(gordon);
assert.deepEqual(added, { result: 1, userId: added.userId });
assert.ok(Number.isInteger(added.userId) && added.userId > 0);
const userId = added.userId;
console.log('AddUser: user', userId);

refused(await Users.addUser(gordon), 118, 'user_name');
refused(await Users.addUser({ ...gordon, userName: 'alyx', userPassword: '1234567' }), 464, 'user_password');
console.log('AddUser refuses a name that is taken, and a short password');

let list = await Users.getUsers({ applicationId: 1, userName: 'gordon', count: 2, withSkills: true, orderBy: 'user_id' });
assert.equal(list.totalCount, 1);
assert.equal(list.count, 1);
let [user] = list.result;
assert.equal(user.userId, userId);
assert.equal(user.userName, 'gordon-freeman');
assert.equal(user.userDisplayName, 'Gordon Freeman');
assert.equal(user.userActive, true);
assert.equal(user.parentAccounting, false);
assert.equal(user.liveBalance, 0);
assert.equal(user.balance, 0);
assert.equal(user.acdStatus, 'OFFLINE');
assert.deepEqual(user.skills, []);
assert.match(user.created, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
console.log('GetUsers finds', user.userName);

const changed = await Users.setUserInfo({ userId, userDisplayName: 'Dr. Freeman – ГФ', userActive: false });
assert.deepEqual(changed, { result: 1 });
list = await Users.getUsers({ applicationId: 1, userId });
[user] = list.result;
assert.equal(user.userDisplayName, 'Dr. Freeman – ГФ');
assert.equal(user.userActive, false);
assert.equal(user.userName, 'gordon-freeman');
refused(await Users.setUserInfo({ userId: 999999, userActive: true }), 117, 'user_id');
console.log('SetUserInfo changes what it is given, and refuses a user who is not there');

assert.deepEqual(await Users.delUser({ userId: [userId] }), { result: 1 });
list = await Users.getUsers({ applicationId: 1, userId });
assert.equal(list.totalCount, 0);
refused(await Users.delUser({ userId: [userId] }), 117, 'user_id');
console.log('DelUser deletes, once');

const stranger = await open({ accountId: 2 });
refused(await stranger.Users.getUsers({ applicationId: 1 }), 100, undefined);
console.log('A token for another account is refused');
